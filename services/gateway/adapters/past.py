"""Answers what the page of time asks: finds the streams that a pane needs, and folds them."""

from collections.abc import Collection
from datetime import datetime

from services.gateway.adapters.compared import Comparison
from services.gateway.adapters.database import Database, Rows
from services.gateway.adapters.streams import Streams
from services.gateway.adapters.witnessing import Witnessing
from services.gateway.adapters.world import World
from services.gateway.domain.scope import EVERYTHING
from services.gateway.domain.views import Json

#: Facts beside the panes.
MOST_FACTS = 50
#: Queues to choose from.
MOST_QUEUES = 500

_ENDS = """
SELECT position, at FROM operator.fact ORDER BY position DESC LIMIT 1
"""
_AT = """
SELECT position, at FROM operator.fact WHERE position <= %s ORDER BY position DESC LIMIT 1
"""
#: Times are told by many clocks: the last of those that were not later.
_UNTIL = """
SELECT position, at FROM operator.fact WHERE at <= %s ORDER BY at DESC, position DESC LIMIT 1
"""
_FACTS = """
SELECT f.position, f.id, f.at, f.type, f.subject, f.topic, f.tenant, f.actor, p.name AS actor_name,
       CASE WHEN f.topic = 'queue-events' THEN f.subject END AS queue_id, c.conversation_id
FROM operator.fact f
LEFT JOIN person p ON p.extension_id = f.actor
LEFT JOIN conversation c ON c.conversation_id = f.subject
WHERE f.position <= %(position)s AND (%(every)s OR f.subject = ANY(%(subjects)s))
ORDER BY f.position DESC LIMIT %(most)s
"""
_QUEUES = "SELECT queue_id AS id, tenant, name FROM queue ORDER BY tenant, name, queue_id LIMIT %s"


class LogPast:
    """Keeps the port's promises; the eyes are everybody's, for who asks operates all tenants."""

    def __init__(self, database: Database, streams: Streams) -> None:
        self._database = database
        self._streams = streams

    async def queues(self) -> list[Json]:
        async with self._database.looking(EVERYTHING) as (rows, _):
            return await (await rows.execute(_QUEUES, (MOST_QUEUES,))).fetchall()

    async def position_at(self, at: datetime) -> Json:
        async with self._database.looking(EVERYTHING) as (rows, _):
            return await _fact(rows, _UNTIL, at)

    async def saw(self, message_id: str) -> Json | None:
        return await Witnessing(self._database, self._streams).saw(message_id)

    async def compare(
        self, before: int, after: int, queue_id: str | None, conversation_id: str | None
    ) -> Json:
        async with self._database.looking(EVERYTHING) as (rows, _):
            ends = [await _fact(rows, _AT, one) for one in (before, after)]
        comparison = Comparison(self._database, self._streams)
        found = await comparison.compare(before, after, queue_id, conversation_id)
        return {"before": ends[0], "after": ends[1], **found}

    async def look(
        self, position: int | None, queue_id: str | None, conversation_id: str | None
    ) -> Json:
        queues = [queue_id] if queue_id else []
        conversations = [conversation_id] if conversation_id else []
        async with self._database.looking(EVERYTHING) as (rows, _):
            newest = await _fact(rows, _ENDS)
            there = newest if position is None else await _fact(rows, _AT, position)
            facts = await _facts(rows, there["position"], [*queues, *conversations])
        world = World(self._database, self._streams, there["position"])
        await world.meet(queues, conversations)
        return {
            **there,
            "newest": newest,
            "queue": world.queue(queue_id) if queue_id else None,
            "conversation": world.conversation(conversation_id) if conversation_id else None,
            "facts": facts,
        }


async def _fact(rows: Rows, statement: str, *values: object) -> Json:
    found = await (await rows.execute(statement, values)).fetchone()
    return dict(found) if found else {"position": 0, "at": None}


async def _facts(rows: Rows, position: int, subjects: Collection[str]) -> list[Json]:
    cursor = await rows.execute(
        _FACTS,
        {
            "position": position,
            "every": not subjects,
            "subjects": list(subjects),
            "most": MOST_FACTS,
        },
    )
    return await cursor.fetchall()
