"""The read models' tables in one Postgres schema, `gateway_v<N>`; made whole, dropped whole.

Behind every query's own Scope stands a second wall: row-level security by `app.tenant`, `app.user`,
which are set for one transaction and let nothing through where they are not (security.md T14).
"""

from collections.abc import Iterator, Sequence
from typing import LiteralString

from psycopg import sql

from services.gateway.domain.rows import TABLES, Table
from services.gateway.domain.scope import Scope
from services.kernel.postgres import Connection

#: What is derived from the base tables, in the same transaction; `viewer` sees only their own.
_DERIVED: tuple[LiteralString, ...] = (
    """CREATE TABLE {schema}.list_entry (
         tenant text NOT NULL, viewer text NOT NULL, conversation_id text NOT NULL,
         at timestamptz NOT NULL, kind text NOT NULL, unread integer NOT NULL,
         marked boolean NOT NULL, closed boolean NOT NULL, shelf text NOT NULL,
         PRIMARY KEY (viewer, conversation_id))""",
    """CREATE INDEX ON {schema}.list_entry (tenant, viewer, at DESC, conversation_id DESC)""",
    """CREATE INDEX ON {schema}.list_entry (conversation_id)""",
    """CREATE INDEX ON {schema}.list_entry (tenant, viewer, shelf)""",
    # "C": a key is found by its beginning, in the order of bytes
    """CREATE TABLE {schema}.contact_key (
         tenant text NOT NULL, owner text NOT NULL, key text COLLATE "C" NOT NULL,
         contact_id text NOT NULL, PRIMARY KEY (contact_id, key))""",
    """CREATE INDEX ON {schema}.contact_key (tenant, owner, key)""",
    """CREATE TABLE {schema}.party (
         tenant text NOT NULL, number text NOT NULL, conversation_id text NOT NULL,
         PRIMARY KEY (conversation_id, number))""",
    """CREATE INDEX ON {schema}.party (tenant, number)""",
    """CREATE TABLE {schema}.conversation_key (
         tenant text NOT NULL, key text COLLATE "C" NOT NULL, conversation_id text NOT NULL,
         PRIMARY KEY (conversation_id, key))""",
    """CREATE INDEX ON {schema}.conversation_key (tenant, key)""",
    # every word of every message; a GIN index would not be used behind the walls below
    """CREATE TABLE {schema}.search_word (
         tenant text NOT NULL, shelf text NOT NULL, word text COLLATE "C" NOT NULL,
         at timestamptz NOT NULL, message_id text NOT NULL, PRIMARY KEY (message_id, word))""",
    """CREATE INDEX search_word_walk
         ON {schema}.search_word (tenant, shelf, word, at, message_id)""",
    """CREATE TABLE {schema}.feed_head (
         viewer text PRIMARY KEY, tenant text NOT NULL,
         sequence bigint NOT NULL DEFAULT 0, trimmed bigint NOT NULL DEFAULT 0)""",
    """CREATE TABLE {schema}.feed (
         viewer text NOT NULL, tenant text NOT NULL, sequence bigint NOT NULL,
         at timestamptz NOT NULL, frame text NOT NULL, PRIMARY KEY (viewer, sequence))""",
    """CREATE INDEX ON {schema}.feed (at)""",
    """CREATE TABLE {schema}.command_outcome (
         command_id text PRIMARY KEY, tenant text NOT NULL, at timestamptz NOT NULL,
         accepted boolean NOT NULL, body jsonb NOT NULL)""",
    """CREATE INDEX ON {schema}.command_outcome (at)""",
    """CREATE INDEX ON {schema}.message (conversation_id, position) WHERE files <> '[]'""",
    """CREATE TABLE {schema}.watermark (
         topic text NOT NULL, partition integer NOT NULL, next_offset bigint NOT NULL,
         PRIMARY KEY (topic, partition))""",
)
_TENANTS: LiteralString = """CREATE POLICY scope ON {table}
  USING (current_setting('app.tenant', true) IN (tenant, '*'))"""
_VIEWERS: LiteralString = """CREATE POLICY scope ON {table}
  USING (current_setting('app.tenant', true) IN (tenant, '*')
     AND current_setting('app.user', true) IN (viewer, '*'))"""
#: One's own contacts are nobody else's; what is shared has no owner.
_OWNERS: LiteralString = """CREATE POLICY scope ON {table}
  USING (current_setting('app.tenant', true) IN (tenant, '*')
     AND (coalesce(owner, '') IN ('', current_setting('app.user', true))
          OR current_setting('app.user', true) = '*'))"""
#: Forced, because the owner of the tables is the role that reads them.
_WALLS: tuple[LiteralString, ...] = (
    "ALTER TABLE {} ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE {} FORCE ROW LEVEL SECURITY",
)
#: Read by one viewer alone.
PRIVATE = ("list_entry", "feed_head", "feed")
#: Read by their owner, or by all of the tenant.
OWNED = ("contact", "contact_key")
DERIVED = (
    *PRIVATE,
    "command_outcome",
    "contact_key",
    "party",
    "conversation_key",
    "search_word",
)


async def make(connection: Connection, schema: str) -> None:
    """Create the schema and everything in it, walls included; one transaction of the caller."""
    await connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    for name, table in TABLES.items():
        for statement in _statements(schema, name, table):
            await connection.execute(statement)
    for text in _DERIVED:
        await connection.execute(sql.SQL(text).format(schema=sql.Identifier(schema)))
    for name in (*TABLES, *DERIVED):
        await _wall(connection, sql.Identifier(schema, name), _policy(name))


async def drop(connection: Connection, schema: str) -> None:
    await connection.execute(
        sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema))
    )


def _statements(schema: str, name: str, table: Table) -> Iterator[sql.Composed]:
    where = sql.Identifier(schema, name)
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind))
        for column, kind in zip(table.names, table.types, strict=True)
    )
    key = sql.SQL(", ").join(map(sql.Identifier, table.key))
    yield sql.SQL(
        "CREATE TABLE {} ({}, PRIMARY KEY ({}), CHECK (sequence > 0 AND tenant IS NOT NULL))"
    ).format(where, columns, key)
    for index in table.indexes:
        parts = sql.SQL(", ").join(map(sql.Identifier, index.split(", ")))
        yield sql.SQL("CREATE INDEX ON {} ({})").format(where, parts)


def _policy(name: str) -> LiteralString:
    if name in OWNED:
        return _OWNERS
    return _VIEWERS if name in PRIVATE else _TENANTS


async def _wall(connection: Connection, table: sql.Identifier, policy: LiteralString) -> None:
    for text in _WALLS:
        await connection.execute(sql.SQL(text).format(table))
    await connection.execute(sql.SQL(policy).format(table=table))


async def enter(connection: Connection, scope: Scope, schema: str) -> None:
    """Look through these eyes at this schema until the transaction ends."""
    await connection.execute(
        "SELECT set_config('search_path', %s, true), set_config('app.tenant', %s, true),"
        " set_config('app.user', %s, true)",
        (f"{schema}, gateway", scope.tenant, scope.user),
    )


async def hashes(connection: Connection, schema: str) -> dict[str, str]:
    """Hash every table that the log determines, rows in the order of their keys."""
    found = {}
    for name, key in _folds():
        where, order = sql.Identifier(schema, name), sql.SQL(", ").join(map(sql.Identifier, key))
        cursor = await connection.execute(
            sql.SQL(
                "SELECT count(*) || ':' || coalesce(encode(sha256(string_agg("
                "sha256(convert_to(to_jsonb(t)::text, 'UTF8')), ''::bytea ORDER BY {})), 'hex'),"
                " '')"
                " FROM {} t"
            ).format(order, where)
        )
        row = await cursor.fetchone()
        found[name] = str(row[0]) if row else ""
    return found


def _folds() -> Sequence[tuple[str, tuple[str, ...]]]:
    derived = (
        ("list_entry", ("viewer", "conversation_id")),
        ("contact_key", ("contact_id", "key")),
        ("party", ("conversation_id", "number")),
        ("conversation_key", ("conversation_id", "key")),
        ("search_word", ("message_id", "word")),
    )
    return [*((name, table.key) for name, table in TABLES.items()), *derived]
