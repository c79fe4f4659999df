"""A history of any size in fresh read models, made inside PostgreSQL: 10,000,000 texts in minutes.

The shape of M7: 200 tenants whose sizes follow Zipf's law (1.1), five people each, threads of 33
texts, each seen by one of the five. The same number gives the same rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

from psycopg.conninfo import make_conninfo

from services.gateway.domain.scope import EVERYTHING
from services.kernel.postgres import Connection
from services.kernel.tables import role_of
from services.ops.prepare import prepare_database
from tests.support import infra

TENANTS, PEOPLE, THREAD = 200, 5, 33
_ZIPF = 1.1
_SERVICE, _PASSWORD = "gateway", "bench"

_PEOPLE: LiteralString = """
INSERT INTO person (tenant, sequence, extension_id, dial, name, roles, texting)
SELECT 't' || t, 1, 't' || t || '-p' || p, (100 + p)::text, 'Person ' || p, '["user"]', true
FROM generate_series(1, %(tenants)s) t, generate_series(0, %(people)s - 1) p
"""
_NUMBERS: LiteralString = """
INSERT INTO number (tenant, sequence, number, texting, toll_free, label, callers)
SELECT 't' || t, 1, '+1415' || lpad((t * 10 + p)::text, 7, '0'), true, false, '',
       jsonb_build_array('t' || t || '-p' || p)
FROM generate_series(1, %(tenants)s) t, generate_series(0, %(people)s - 1) p
"""
_CONVERSATIONS: LiteralString = """
INSERT INTO conversation (tenant, sequence, conversation_id, kind, number, counterparts, name,
                          partition_key, at)
SELECT 't' || t, 1, 't' || t || '-c' || c, 'sms',
       '+1415' || lpad((t * 10 + c %% %(people)s)::text, 7, '0'),
       jsonb_build_array('+1628' || lpad(c::text, 7, '0')), NULL,
       '+1415' || lpad((t * 10 + c %% %(people)s)::text, 7, '0') || '|+1628'
         || lpad(c::text, 7, '0'),
       timestamptz '2020-01-01' + c * interval '1 minute'
FROM generate_series(1, %(tenants)s) t,
     generate_series(1, greatest(1, (%(conversations)s * power(t, -%(zipf)s)
       / (SELECT sum(power(n, -%(zipf)s)) FROM generate_series(1, %(tenants)s) n))::integer)) c
"""
_AUDIENCE: LiteralString = """
INSERT INTO audience (tenant, sequence, conversation_id, members, queue_id)
SELECT tenant, 1, conversation_id,
       jsonb_build_array(tenant || '-p' || (substring(number from 6)::integer %% 10)), NULL
FROM conversation
"""
_MESSAGES: LiteralString = """
INSERT INTO message (tenant, sequence, message_id, conversation_id, position, at, direction, author,
                     counterpart, text, via, client_id, recipients, files, gone)
SELECT tenant, n + 1, conversation_id || '-' || n, conversation_id, n,
       at + n * interval '7 hours', CASE WHEN n %% 2 = 1 THEN 'in' ELSE 'out' END,
       CASE WHEN n %% 2 = 0 THEN tenant || '-p0' END, counterparts ->> 0,
       'Text ' || n || ' about an order that is on its way to the customer', 'sms', NULL, '[]',
       '[]', false
FROM conversation, generate_series(1, %(thread)s) n
"""
_TAIL: LiteralString = """
INSERT INTO tail (tenant, sequence, conversation_id, position, at, shelf)
SELECT tenant, %(thread)s + 1, conversation_id, %(thread)s, at + %(thread)s * interval '7 hours',
       number
FROM conversation
"""
_LISTED: LiteralString = """
INSERT INTO list_entry
  (tenant, viewer, conversation_id, at, kind, unread, marked, closed, shelf)
SELECT c.tenant, a.members ->> 0, conversation_id, t.at, 'sms', 1, false, false, t.shelf
FROM conversation c JOIN audience a USING (conversation_id) JOIN tail t USING (conversation_id)
"""
_STEPS = (_PEOPLE, _NUMBERS, _CONVERSATIONS, _AUDIENCE, _MESSAGES, _TAIL, _LISTED)
_EMPTIED = ("person", "number", "conversation", "audience", "message", "tail", "list_entry")


@dataclass(frozen=True)
class Size:
    """How much there is."""

    messages: int
    conversations: int


@contextmanager
def fresh_gateway(name: str) -> Iterator[str]:
    """Make a database with the gateway's schema and role, empty; gives the role's dsn."""
    with infra.postgres_dsn() as postgres, infra.fresh_database(postgres, name) as database:
        prepare_database(database, {_SERVICE: _PASSWORD})
        yield make_conninfo(database, user=role_of(_SERVICE), password=_PASSWORD)


async def fill(connection: Connection, schema: str, messages: int) -> Size:
    """Let the read models of `schema` hold about so many messages, and nothing else."""
    values = {
        "tenants": TENANTS,
        "people": PEOPLE,
        "thread": THREAD,
        "zipf": _ZIPF,
        "conversations": messages / THREAD,
    }
    await connection.execute("SET statement_timeout = 0")
    await connection.execute("SET synchronous_commit = off")
    await connection.execute("SELECT set_config('search_path', %s, false)", (schema,))
    for name in ("app.tenant", "app.user"):
        await connection.execute("SELECT set_config(%s, %s, false)", (name, EVERYTHING.tenant))
    await connection.execute(f"TRUNCATE {', '.join(_EMPTIED)}".encode())
    for step in _STEPS:
        await connection.execute(step, values)
    for name in _EMPTIED:
        await connection.execute(f"VACUUM ANALYZE {name}".encode())
    cursor = await connection.execute(
        "SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM conversation)"
    )
    row = await cursor.fetchone()
    return Size(*row) if row else Size(0, 0)
