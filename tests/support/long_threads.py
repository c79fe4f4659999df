"""Threads longer than anybody would write for a test: rows put straight into the read model.

The log knows nothing of them: nobody may write in such a conversation, and they are taken away
again, lest what the log is folded to later differs from what serves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
from psycopg import sql

from tests.support.system import Running

_SCHEMA = "SELECT table_schema FROM information_schema.tables WHERE table_name = 'message'"
#: One a minute before the one that is there, which becomes the last.
_LINES = """
INSERT INTO message (tenant, sequence, message_id, conversation_id, position, at, direction,
                     author, counterpart, text, via, client_id, recipients, files, gone)
SELECT tenant, sequence, md5(message_id || place)::uuid::text, conversation_id, place,
       at - make_interval(mins => %(count)s - place), direction, author, counterpart,
       'Line ' || place || repeat(' and more', place %% 9), via, NULL, recipients, files, gone
FROM message, generate_series(1, %(count)s - 1) AS place
WHERE conversation_id = %(conversation)s
"""
_LAST = """
UPDATE message SET position = %(count)s
WHERE conversation_id = %(conversation)s AND text NOT LIKE 'Line %%'
"""
_MOVED = (
    "UPDATE tail SET position = %(count)s WHERE conversation_id = %(conversation)s",
    "UPDATE read_mark SET up_to = %(read)s WHERE conversation_id = %(conversation)s",
)

_AWAY = "DELETE FROM message WHERE conversation_id = %(conversation)s AND text LIKE 'Line %%'"


@contextmanager
def lengthened(
    stack: Running, conversation: str, count: int, read: int | None = None
) -> Iterator[None]:
    """Give a conversation of one message, which its owner has read, so many; read up to `read`."""
    longer: dict[str, int | str] = {
        "count": count,
        "conversation": conversation,
        "read": read or count,
    }
    _run(stack, longer, _LINES, _LAST, *_MOVED)
    try:
        yield
    finally:
        _run(stack, {**longer, "count": 1, "read": 1}, _AWAY, _LAST, *_MOVED)


def _run(stack: Running, values: dict[str, int | str], *statements: LiteralString) -> None:
    with psycopg.connect(stack.state["postgres"]) as connection:
        found = connection.execute(_SCHEMA).fetchall()
        path = sql.SQL(", ").join(sql.Identifier(*row) for row in found)
        connection.execute(sql.SQL("SET search_path TO {}").format(path))
        for statement in statements:
            connection.execute(statement, values)
