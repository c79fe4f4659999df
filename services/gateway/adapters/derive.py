"""Derives each viewer's list from the base tables, in the transaction that changed them."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from services.gateway.adapters import facts as reading
from services.gateway.adapters.database import Rows
from services.gateway.domain.audience import in_queue, listers
from services.gateway.domain.shelves import shelf
from services.gateway.domain.touched import Touched

#: A conversation and its viewer.
Pair = tuple[str, str]

_REMOVE = """
DELETE FROM list_entry USING unnest(%s::text[], %s::text[]) AS gone (conversation_id, viewer)
WHERE list_entry.conversation_id = gone.conversation_id AND list_entry.viewer = gone.viewer
"""
_PUT = """
INSERT INTO list_entry
  (tenant, viewer, conversation_id, at, kind, unread, marked, closed, shelf)
SELECT tenant, viewer, conversation_id, at, kind, unread, marked, closed, shelf
FROM jsonb_to_recordset(%s::jsonb) AS r (tenant text, viewer text, conversation_id text,
  at timestamptz, kind text, unread integer, marked boolean, closed boolean, shelf text)
ON CONFLICT (viewer, conversation_id) DO UPDATE SET tenant = excluded.tenant, at = excluded.at,
  kind = excluded.kind, unread = excluded.unread, marked = excluded.marked,
  closed = excluded.closed
"""
_LISTED = "SELECT conversation_id, viewer FROM list_entry WHERE conversation_id = ANY(%s)"
_CONSENTING = """
SELECT conversation_id FROM conversation c
JOIN unnest(%s::text[], %s::text[]) AS s (number, counterpart)
  ON c.number = s.number AND c.counterparts ? s.counterpart
"""
_EVERYWHERE = """
SELECT conversation_id FROM conversation c
JOIN unnest(%s::text[], %s::text[]) AS s (tenant, counterpart)
  ON c.tenant = s.tenant AND c.counterparts ? s.counterpart
"""


class Derived:
    """What the touched conversations look like now, and who has lost them."""

    def __init__(
        self,
        facts: Mapping[str, reading.Facts],
        marks: Mapping[Pair, reading.Facts],
        removed: Iterable[Pair],
    ) -> None:
        self.facts = facts
        self.marks = marks
        self.removed = tuple(removed)


async def consenting(rows: Rows, touched: Touched) -> None:
    """Add the conversations that a changed consent is about."""
    for statement, pairs in ((_CONSENTING, touched.consents), (_EVERYWHERE, touched.everywhere)):
        if pairs:
            firsts, counterparts = zip(*sorted(pairs), strict=True)
            cursor = await rows.execute(statement, (list(firsts), list(counterparts)))
            found = await cursor.fetchall()
            touched.conversations.update(one["conversation_id"] for one in found)


async def lists(rows: Rows, conversations: Iterable[str]) -> Derived:
    """Make the list entries of these conversations what the base tables say."""
    ids = sorted(conversations)
    if not ids:
        return Derived({}, {}, ())
    listed = await rows.execute(_LISTED, (ids,))
    facts = await reading.facts(rows, ids)
    pairs = {(name, viewer) for name, one in facts.items() for viewer in listers(one)}
    marks = await reading.marks(rows, sorted(pairs))
    wanted = {pair for pair in pairs if not marks[pair]["deleted"]}
    present = {(one["conversation_id"], one["viewer"]) for one in await listed.fetchall()}
    removed = present - wanted
    if removed:
        gone, viewers = zip(*sorted(removed), strict=True)
        await rows.execute(_REMOVE, (list(gone), list(viewers)))
    entries = [_entry(facts[name], viewer, marks[name, viewer]) for name, viewer in sorted(wanted)]
    if entries:
        await rows.execute(_PUT, (orjson.dumps(entries).decode(),))
    return Derived(facts, marks, sorted(removed))


def _entry(facts: reading.Facts, viewer: str, marks: reading.Facts) -> dict[str, Any]:
    return {
        "tenant": facts["tenant"],
        "viewer": viewer,
        "conversation_id": facts["conversation_id"],
        "at": facts["last_at"],
        "kind": facts["kind"],
        "unread": marks["unread"],
        "marked": marks["marked"],
        "closed": False if in_queue(facts) else marks["shut"],
        "shelf": shelf(facts["partition_key"]),
    }
