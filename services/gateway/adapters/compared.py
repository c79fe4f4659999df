"""Says what differs between two positions of the log, for whatever was touched in between."""

from collections.abc import Sequence
from typing import LiteralString

from services.gateway.adapters.database import Database
from services.gateway.adapters.streams import MOST_READ, Streams
from services.gateway.adapters.world import World
from services.gateway.domain import comparing
from services.gateway.domain.scope import EVERYTHING
from services.gateway.domain.views import Json

#: Queues, and conversations, that are compared at once: those of which most was told.
MOST_COMPARED = 25
_QUEUES = """
SELECT q.queue_id AS id FROM operator.fact f JOIN queue q ON q.queue_id = f.subject
WHERE f.position > %(before)s AND f.position <= %(after)s AND f.topic = 'queue-events'
GROUP BY q.queue_id ORDER BY count(*) DESC, q.queue_id LIMIT %(most)s
"""
_CONVERSATIONS = """
SELECT c.conversation_id AS id FROM operator.fact f
JOIN conversation c ON c.conversation_id = f.subject
WHERE f.position > %(before)s AND f.position <= %(after)s AND NOT f.command
GROUP BY c.conversation_id ORDER BY count(*) DESC, c.conversation_id LIMIT %(most)s
"""


class Comparison:
    """Compares queues and conversations with themselves."""

    def __init__(self, database: Database, streams: Streams) -> None:
        self._database, self._streams = database, streams

    async def compare(
        self, before: int, after: int, queue_id: str | None, conversation_id: str | None
    ) -> Json:
        """Compare what was chosen, or else whatever was told of between the two."""
        queues = [queue_id] if queue_id else []
        conversations = [conversation_id] if conversation_id else []
        if not queues and not conversations:
            queues = await self._touched(_QUEUES, before, after)
            conversations = await self._touched(_CONVERSATIONS, before, after)
        world = World(self._database, self._streams, before)
        shown = queues[:MOST_COMPARED], conversations[:MOST_COMPARED]
        await world.meet(*shown)
        then = _panes(world, *shown)
        world.turn(after)
        now = _panes(world, *shown)
        return {
            "queues": _queues(shown[0], then[0], now[0]),
            "conversations": _conversations(shown[1], then[1], now[1]),
            "more": len(queues) > MOST_COMPARED or len(conversations) > MOST_COMPARED,
        }

    async def _touched(self, statement: LiteralString, before: int, after: int) -> list[str]:
        wanted = {"before": before, "after": after, "most": MOST_COMPARED + 1}
        async with self._database.looking(EVERYTHING) as (rows, _):
            found = await (await rows.execute(statement, wanted)).fetchall()
        return [one["id"] for one in found]


#: Panes by the id of what they show.
_Panes = dict[str, Json | None]


def _panes(
    world: World, queues: Sequence[str], conversations: Sequence[str]
) -> tuple[_Panes, _Panes]:
    """Show all of each pane: what is cut off is not removed."""
    return (
        {one: world.queue(one, MOST_READ) for one in queues},
        {one: world.conversation(one, MOST_READ) for one in conversations},
    )


def _queues(ids: Sequence[str], then: _Panes, now: _Panes) -> list[Json]:
    found = [(one, then[one], now[one]) for one in ids]
    return [
        {"id": one, "name": (b or a or {}).get("name", one), "changes": comparing.queue(a, b)}
        for one, a, b in found
        if a != b
    ]


def _conversations(ids: Sequence[str], then: _Panes, now: _Panes) -> list[Json]:
    found = [(one, then[one], now[one]) for one in ids]
    return [
        {
            "id": one,
            "name": comparing.title(b or a or {"id": one}),
            "changes": comparing.conversation(a, b),
        }
        for one, a, b in found
        if a != b
    ]
