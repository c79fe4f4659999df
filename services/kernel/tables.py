"""Every service gets one schema, one role that can read no other, and the kernel's tables."""

from collections.abc import Mapping

import psycopg
from psycopg import sql

#: Values are `json`, not `jsonb`: what people write may hold U+0000, which jsonb refuses.
_TABLES = """
CREATE TABLE IF NOT EXISTS stream_position (
  consumer text NOT NULL, topic text NOT NULL, partition int NOT NULL,
  next_offset bigint NOT NULL, epoch bigint NOT NULL DEFAULT 0, owner text,
  generation bigint NOT NULL DEFAULT 0, born bigint NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (consumer, topic, partition));
CREATE TABLE IF NOT EXISTS topic_identity (topic text PRIMARY KEY, id uuid NOT NULL);
CREATE TABLE IF NOT EXISTS stream (
  topic text NOT NULL, subject text NOT NULL, sequence bigint NOT NULL,
  PRIMARY KEY (topic, subject));
CREATE TABLE IF NOT EXISTS part (key text PRIMARY KEY, value json NOT NULL);
CREATE TABLE IF NOT EXISTS command_result (
  command_id uuid PRIMARY KEY, outcome json, decided_at timestamptz NOT NULL);
CREATE TABLE IF NOT EXISTS outbox (
  id bigserial PRIMARY KEY, consumer text NOT NULL, topic text NOT NULL, partition int NOT NULL,
  payload bytea NOT NULL);
CREATE TABLE IF NOT EXISTS timer (
  id uuid PRIMARY KEY, subject text NOT NULL, kind text NOT NULL, version text NOT NULL,
  due_at timestamptz NOT NULL, command bytea NOT NULL,
  leased_until timestamptz, fired_at timestamptz);
CREATE INDEX IF NOT EXISTS timer_due ON timer (due_at) WHERE fired_at IS NULL;
CREATE TABLE IF NOT EXISTS effect (
  number bigserial PRIMARY KEY, id uuid UNIQUE NOT NULL, kind text NOT NULL,
  order_key text NOT NULL, payload bytea NOT NULL, cause json NOT NULL,
  due_at timestamptz NOT NULL, lane text, spacing_seconds double precision,
  priority int NOT NULL, started_at timestamptz, owner text, born bigint,
  leased_until timestamptz, done_at timestamptz);
ALTER TABLE effect ADD COLUMN IF NOT EXISTS shared_lane text;
ALTER TABLE effect ADD COLUMN IF NOT EXISTS shared_spacing_seconds double precision;
CREATE INDEX IF NOT EXISTS effect_open ON effect (order_key, number) WHERE done_at IS NULL;
CREATE INDEX IF NOT EXISTS effect_due ON effect (due_at) WHERE done_at IS NULL;
CREATE TABLE IF NOT EXISTS lane (lane text PRIMARY KEY, free_at timestamptz NOT NULL);
CREATE TABLE IF NOT EXISTS parked_key (
  consumer text NOT NULL, key bytea NOT NULL, partition int NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT clock_timestamp(), reason text NOT NULL,
  release_asked_at timestamptz, PRIMARY KEY (consumer, key));
CREATE TABLE IF NOT EXISTS dead_letter (
  id bigserial PRIMARY KEY, consumer text NOT NULL,
  topic text NOT NULL, partition int NOT NULL, record_offset bigint NOT NULL,
  key bytea, value bytea, headers bytea NOT NULL, appended_at bigint NOT NULL,
  reason text NOT NULL, error text NOT NULL,
  died_at timestamptz NOT NULL DEFAULT clock_timestamp(), settled_at timestamptz,
  UNIQUE (consumer, topic, partition, record_offset));
CREATE INDEX IF NOT EXISTS dead_letter_open ON dead_letter (consumer, key, id)
  WHERE settled_at IS NULL;
"""

#: Serialises `prepare` between processes that start at once; any constant will do.
_PREPARE_LOCK = 7_262_336


def role_of(service: str) -> str:
    return f"tandem_{service}"


async def prepare(admin_dsn: str, passwords: Mapping[str, str]) -> None:
    """Make roles, schemas and kernel tables for these services; repeating it changes nothing."""
    async with await psycopg.AsyncConnection.connect(admin_dsn) as connection:
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_PREPARE_LOCK,))
        await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        for service, password in passwords.items():
            await _prepare_service(connection, service, password)


async def _prepare_service(
    connection: psycopg.AsyncConnection[tuple[object, ...]], service: str, password: str
) -> None:
    role, schema = sql.Identifier(role_of(service)), sql.Identifier(service)
    found = await connection.execute(
        "SELECT 1 FROM pg_roles WHERE rolname = %s", (role_of(service),)
    )
    if await found.fetchone() is None:
        await connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
    statements = (
        sql.SQL("ALTER ROLE {role} LOGIN PASSWORD {password}"),
        sql.SQL("GRANT {role} TO CURRENT_USER"),
        sql.SQL("CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {role}"),
        sql.SQL("ALTER ROLE {role} SET search_path = {schema}"),
        sql.SQL("REVOKE ALL ON SCHEMA {schema} FROM PUBLIC"),
        sql.SQL("SET LOCAL search_path = {schema}"),
        sql.SQL("SET LOCAL ROLE {role}"),
        sql.SQL(_TABLES),
        sql.SQL("RESET ROLE"),
    )
    for statement in statements:
        await connection.execute(
            statement.format(role=role, schema=schema, password=sql.Literal(password))
        )
