"""Threads longer than anybody would write for a test: rows put straight into the read model.

The router knows nothing of them, so nobody may write in such a conversation afterwards.
"""

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


def lengthen(stack: Running, conversation: str, count: int, read: int | None = None) -> None:
    """Give a conversation of one message, which its owner has read, so many; read up to `read`."""
    values = {"count": count, "conversation": conversation, "read": read or count}
    with psycopg.connect(stack.state["postgres"]) as connection:
        found = connection.execute(_SCHEMA).fetchall()
        path = sql.SQL(", ").join(sql.Identifier(*row) for row in found)
        connection.execute(sql.SQL("SET search_path TO {}").format(path))
        for statement in (_LINES, _LAST, *_MOVED):
            connection.execute(statement, values)
