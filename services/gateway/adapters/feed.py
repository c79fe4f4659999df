"""Gives every frame its place: dense per user, in the transaction of what it tells."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import orjson

from services.gateway.adapters.database import Rows
from services.gateway.adapters.frames import Told

#: Told to every replica at commit; the payload is a JSON list of viewers with something new.
CHANNEL = "gateway_feed"
#: Postgres takes 8,000 bytes; a batch for more viewers is told in several notes.
_NOTE_VIEWERS = 100

_ADVANCE = """
UPDATE feed_head SET sequence = feed_head.sequence + more.count
FROM unnest(%s::text[], %s::bigint[]) AS more (viewer, count)
WHERE feed_head.viewer = more.viewer
RETURNING feed_head.viewer, feed_head.tenant, feed_head.sequence - more.count AS before
"""
_PUT = """
INSERT INTO feed (viewer, tenant, sequence, at, frame)
SELECT viewer, tenant, sequence, %s, frame FROM jsonb_to_recordset(%s::jsonb)
  AS r (viewer text, tenant text, sequence bigint, frame text)
"""


async def subscribed(rows: Rows) -> dict[str, str]:
    """Give who has a feed, and hold new ones back until this transaction ends.

    Else one who bootstraps right now would miss what this transaction tells: it is in neither
    their snapshot nor their feed.
    """
    await rows.execute("LOCK TABLE feed_head IN SHARE ROW EXCLUSIVE MODE")
    cursor = await rows.execute("SELECT viewer, tenant FROM feed_head")
    return {one["viewer"]: one["tenant"] for one in await cursor.fetchall()}


async def append(rows: Rows, told: Iterable[Told], at: datetime) -> None:
    """Put frames into their viewers' feeds, and tell the replicas at commit."""
    by_viewer: defaultdict[str, list[str]] = defaultdict(list)
    for viewer, text in told:
        by_viewer[viewer].append(text)
    viewers = sorted(by_viewer)
    if viewers:
        await _put(rows, by_viewer, viewers, at)
    for start in range(0, max(len(viewers), 1), _NOTE_VIEWERS):
        note = orjson.dumps(viewers[start : start + _NOTE_VIEWERS]).decode()
        await rows.execute("SELECT pg_notify(%s, %s)", (CHANNEL, note))


async def _put(
    rows: Rows, by_viewer: dict[str, list[str]], viewers: list[str], at: datetime
) -> None:
    cursor = await rows.execute(_ADVANCE, (viewers, [len(by_viewer[one]) for one in viewers]))
    records = [
        {
            "viewer": head["viewer"],
            "tenant": head["tenant"],
            "sequence": head["before"] + place,
            "frame": text,
        }
        for head in await cursor.fetchall()
        for place, text in enumerate(by_viewer[head["viewer"]], 1)
    ]
    await rows.execute(_PUT, (at, orjson.dumps(records).decode()))


def numbered(sequence: int, text: str) -> str:
    """Splice the sequence into a frame that was serialised once."""
    return f'{{"sequence":{sequence},{text[1:]}'
