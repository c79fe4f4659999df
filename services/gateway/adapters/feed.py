"""Gives every frame its place: dense per user, in the transaction of what it tells."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from services.gateway.adapters.database import Rows
from services.gateway.adapters.frames import Told

#: Told to every replica at commit: a JSON object of the viewers with something new, each with the
#: newest place of their feed.
CHANNEL = "gateway_feed"
#: A frame in its place: viewer, sequence, and the text without it.
Placed = tuple[str, int, str]
#: Postgres takes 8,000 bytes; a batch for more viewers is told in several notes.
_NOTE_VIEWERS = 100

_ADVANCE = """
UPDATE feed_head SET sequence = feed_head.sequence + more.count
FROM unnest(%s::text[], %s::bigint[]) AS more (viewer, count)
WHERE feed_head.viewer = more.viewer
RETURNING feed_head.viewer, feed_head.tenant, feed_head.sequence - more.count AS before
"""
_SERVING = "SELECT feed_id FROM gateway.read_model WHERE schema = %s AND state = 'serving'"
_PUT = """
INSERT INTO feed (viewer, tenant, sequence, at, frame)
SELECT viewer, tenant, sequence, %s, frame FROM jsonb_to_recordset(%s::jsonb)
  AS r (viewer text, tenant text, sequence bigint, frame text)
"""


@dataclass(frozen=True)
class Subscribed:
    """Who has a feed, with their tenant, and its id if screens see it."""

    tenants: Mapping[str, str]
    #: None where another read model serves.
    feed_id: str | None


async def subscribed(rows: Rows, schema: str) -> Subscribed:
    """Give who has a feed, and hold new ones back until this transaction ends.

    Else one who bootstraps right now would miss what this transaction tells: it is in neither
    their snapshot nor their feed.
    """
    await rows.execute("LOCK TABLE feed_head IN SHARE ROW EXCLUSIVE MODE")
    served = await rows.execute(_SERVING, (schema,))
    cursor = await rows.execute("SELECT viewer, tenant FROM feed_head")
    serving = await served.fetchone()
    tenants = {one["viewer"]: one["tenant"] for one in await cursor.fetchall()}
    return Subscribed(tenants, serving["feed_id"] if serving else None)


async def append(rows: Rows, told: Iterable[Told], at: datetime) -> list[Placed]:
    """Put frames into their viewers' feeds, and tell the replicas at commit."""
    by_viewer: defaultdict[str, list[str]] = defaultdict(list)
    for viewer, text in told:
        by_viewer[viewer].append(text)
    placed = await _put(rows, by_viewer, at) if by_viewer else []
    newest = sorted({viewer: sequence for viewer, sequence, _ in placed}.items())
    for start in range(0, max(len(newest), 1), _NOTE_VIEWERS):
        note = orjson.dumps(dict(newest[start : start + _NOTE_VIEWERS])).decode()
        await rows.execute("SELECT pg_notify(%s, %s)", (CHANNEL, note))
    return placed


async def _put(rows: Rows, by_viewer: dict[str, list[str]], at: datetime) -> list[Placed]:
    viewers = sorted(by_viewer)
    cursor = await rows.execute(_ADVANCE, (viewers, [len(by_viewer[one]) for one in viewers]))
    heads = await cursor.fetchall()
    placed = [
        (head["viewer"], head["before"] + place, text)
        for head in heads
        for place, text in enumerate(by_viewer[head["viewer"]], 1)
    ]
    tenants = {head["viewer"]: head["tenant"] for head in heads}
    records = [
        {"viewer": viewer, "tenant": tenants[viewer], "sequence": sequence, "frame": text}
        for viewer, sequence, text in placed
    ]
    await rows.execute(_PUT, (at, orjson.dumps(records).decode()))
    return placed


def numbered(sequence: int, text: str) -> str:
    """Splice the sequence into a frame that was serialised once."""
    return f'{{"sequence":{sequence},{text[1:]}'
