"""Reads messages as one viewer may see them: not what is deleted, for everybody or for them."""

from collections.abc import Collection
from typing import Any, LiteralString

from services.gateway.adapters.database import Rows

Facts = dict[str, Any]

_MESSAGES: LiteralString = """
SELECT m.*, coalesce(r.attempt, 1) AS attempt,
       (SELECT jsonb_agg(to_jsonb(d)) FROM delivery d WHERE d.message_id = m.message_id)
         AS deliveries,
       (SELECT jsonb_agg(to_jsonb(f)) FROM media_file f WHERE f.message_id = m.message_id)
         AS stored
FROM message m LEFT JOIN retry r USING (message_id)
WHERE NOT m.gone
"""
#: Of a message `m`, to whoever `%(viewer)s` is; for every question about what was said.
VISIBLE: LiteralString = """
  AND NOT m.gone
  AND m.position > coalesce((SELECT up_to FROM cleared_mark k
    WHERE k.conversation_id = m.conversation_id AND k.extension_id = %(viewer)s), 0)
  AND NOT EXISTS (SELECT FROM hidden_line h
    WHERE h.message_id = m.message_id AND h.extension_id = %(viewer)s)
"""
_OF_CONVERSATION: LiteralString = _MESSAGES + VISIBLE + " AND m.conversation_id = %(name)s "
_WITH_FILES: LiteralString = " AND m.files <> '[]' "
_UNANSWERED = """
SELECT m.message_id FROM unnest(%s::text[]) AS c (name)
CROSS JOIN LATERAL (
  SELECT x.message_id, x.direction FROM message x
  WHERE x.conversation_id = c.name AND NOT x.gone ORDER BY x.position DESC LIMIT 1) m
WHERE m.direction = 'in'
"""
_HIDDEN = """
SELECT message_id, extension_id FROM hidden_line WHERE message_id = ANY(%(ids)s)
UNION ALL
SELECT m.message_id, k.extension_id FROM message m
JOIN cleared_mark k ON k.conversation_id = m.conversation_id AND k.up_to >= m.position
WHERE m.message_id = ANY(%(ids)s)
"""
_READERS = """
SELECT DISTINCT ON (extension_id) extension_id, up_to, at FROM (
  SELECT extension_id, up_to, at FROM read_mark WHERE conversation_id = %(name)s
  UNION ALL
  SELECT extension_id, up_to, at FROM said_mark WHERE conversation_id = %(name)s) marks
WHERE extension_id = ANY(%(members)s)
ORDER BY extension_id, up_to DESC, at
"""


async def by_id(rows: Rows, ids: Collection[str]) -> list[Facts]:
    """Give messages that are not gone; who may see them is another question."""
    if not ids:
        return []
    cursor = await rows.execute(_MESSAGES + " AND m.message_id = ANY(%s)", (list(ids),))
    return await cursor.fetchall()


async def one(rows: Rows, name: str, viewer: str, message_id: str) -> Facts | None:
    """Give a message of a conversation, if this viewer still has it."""
    cursor = await rows.execute(
        _OF_CONVERSATION + "AND m.message_id = %(id)s",
        {"name": name, "viewer": viewer, "id": message_id},
    )
    return await cursor.fetchone()


async def by_client(rows: Rows, name: str, viewer: str, client_id: str) -> Facts | None:
    """Give the message that its author's own id names."""
    cursor = await rows.execute(
        _OF_CONVERSATION + "AND m.client_id = %(id)s",
        {"name": name, "viewer": viewer, "id": client_id},
    )
    return await cursor.fetchone()


async def newest(
    rows: Rows,
    name: str,
    viewer: str,
    limit: int,
    *,
    before: int | None = None,
    with_files: bool = False,
) -> list[Facts]:
    """Give the newest before a position, or of all; in their order."""
    cursor = await rows.execute(
        _OF_CONVERSATION
        + (_WITH_FILES if with_files else "")
        + "AND m.position < coalesce(%(before)s::bigint, 9223372036854775807)"
        " ORDER BY m.position DESC LIMIT %(limit)s",
        {"name": name, "viewer": viewer, "before": before, "limit": limit},
    )
    return (await cursor.fetchall())[::-1]


async def oldest(
    rows: Rows, name: str, viewer: str, limit: int, *, after: int, with_files: bool = False
) -> list[Facts]:
    """Give the oldest after a position, in their order."""
    cursor = await rows.execute(
        _OF_CONVERSATION
        + (_WITH_FILES if with_files else "")
        + "AND m.position > %(after)s ORDER BY m.position LIMIT %(limit)s",
        {"name": name, "viewer": viewer, "after": after, "limit": limit},
    )
    return await cursor.fetchall()


async def unanswered(rows: Rows, names: Collection[str]) -> set[str]:
    """Name the last message of each of these conversations, where a customer said it."""
    if not names:
        return set()
    cursor = await rows.execute(_UNANSWERED, (list(names),))
    return {row["message_id"] for row in await cursor.fetchall()}


async def hidden(rows: Rows, ids: Collection[str]) -> set[tuple[str, str]]:
    """Name who has deleted which of these messages for themselves: message, person."""
    if not ids:
        return set()
    cursor = await rows.execute(_HIDDEN, {"ids": list(ids)})
    return {(row["message_id"], row["extension_id"]) for row in await cursor.fetchall()}


async def readers(rows: Rows, name: str, members: Collection[str]) -> list[Facts]:
    """Say how far each member of a chat has read; who wrote has read what stood above."""
    cursor = await rows.execute(_READERS, {"name": name, "members": list(members)})
    return await cursor.fetchall()
