"""What an author had before them when they wrote a message, by what the log says they knew.

Known is what their own read marks name, and what they had done themselves: a claim, a message
(decision 0035). What came between that and the message they may not have seen yet.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, LiteralString

from services.gateway.adapters.database import Database
from services.gateway.adapters.naming import names_of
from services.gateway.adapters.streams import Streams
from services.gateway.adapters.world import World
from services.gateway.domain import past, witness
from services.gateway.domain.scope import EVERYTHING
from services.gateway.domain.views import Json

#: Conversations of a list, those of most activity before.
MOST_LISTED = 50
#: Of somebody's own acts before a message.
MOST_ACTS = 20
_MESSAGE = """
SELECT conversation_id, author, tenant FROM message
WHERE message_id = %s AND author IS NOT NULL AND NOT gone
"""
_ACTS: LiteralString = """
SELECT DISTINCT subject FROM (
  SELECT subject FROM operator.fact
  WHERE actor = %s AND position < %s AND topic IN ('conversation-events', 'queue-events')
  ORDER BY position DESC LIMIT %s) acts
"""
#: Where somebody was ever a member, or held what they did not begin.
_CANDIDATES = """
WITH own AS (
  SELECT conversation_id FROM audience WHERE tenant = %(tenant)s AND members ? %(viewer)s
  UNION SELECT conversation_id FROM read_mark WHERE extension_id = %(viewer)s
  UNION SELECT conversation_id FROM said_mark WHERE extension_id = %(viewer)s
  UNION SELECT conversation_id FROM queue_step WHERE agent = %(viewer)s)
SELECT own.conversation_id, max(f.position) AS latest
FROM own JOIN operator.fact f ON f.subject = own.conversation_id AND f.position <= %(position)s
GROUP BY own.conversation_id ORDER BY latest DESC LIMIT %(most)s
"""
_TIME = "SELECT at FROM operator.fact WHERE position = %s"


class Witnessing:
    """Answers what somebody saw."""

    def __init__(self, database: Database, streams: Streams) -> None:
        self._database, self._streams = database, streams

    async def saw(self, message_id: str) -> Json | None:
        """Show the author's thread and list; None where nobody of ours wrote it, or it is gone."""
        found = await self._one(_MESSAGE, message_id)
        if found is None:
            return None
        name, viewer = found["conversation_id"], found["author"]
        placed = await self._streams.rows([name])
        sent = witness.sent_at(placed, message_id)
        acts = await self._many(_ACTS, viewer, sent, MOST_ACTS)
        known = await self._streams.rows([name, *(one["subject"] for one in acts)])
        seen = witness.known_at(known, viewer, sent)
        world = World(self._database, self._streams, seen.position)
        listed = await self._listed(found["tenant"], viewer, seen.position)
        await world.meet([], [name, *listed])
        return await self._shown(world, found, message_id, (seen, sent, listed))

    async def _shown(
        self,
        world: World,
        found: Json,
        message_id: str,
        when: tuple[witness.Known, int, Collection[str]],
    ) -> Json:
        name, viewer = found["conversation_id"], found["author"]
        seen, sent, listed = when
        numbers = {
            (found["tenant"], number)
            for one in world.folded.every("conversation")
            for number in one["counterparts"] or ()
        }
        async with self._database.looking(EVERYTHING) as (rows, _):
            names = await names_of(rows, numbers, [viewer])
        thread = past.thread(world.folded, name, viewer, world.people)
        entries = past.listed(world.folded, viewer, listed, world.people, names)
        before = {one["id"] for one in thread["items"]}
        world.turn(sent)
        after = past.thread(world.folded, name, viewer, world.people)["items"]
        return {
            "message_id": message_id,
            "conversation_id": name,
            "viewer": {"id": viewer, "name": world.people.name(viewer)},
            "evidence": seen.evidence,
            "seen": await self._place(seen.position),
            "sent": await self._place(sent),
            "thread": thread["items"],
            "unseen": [one for one in after if one["id"] not in {*before, message_id}],
            "conversations": entries,
        }

    async def _listed(self, tenant: str, viewer: str, position: int) -> list[str]:
        found = await self._many(
            _CANDIDATES,
            {"tenant": tenant, "viewer": viewer, "position": position, "most": MOST_LISTED},
        )
        return [one["conversation_id"] for one in found]

    async def _place(self, position: int) -> Json:
        found = await self._one(_TIME, position)
        at: datetime | None = found["at"] if found else None
        return {"position": position, "at": at}

    async def _one(self, statement: LiteralString, *values: object) -> Json | None:
        found = await self._many(statement, *values)
        return found[0] if found else None

    async def _many(self, statement: LiteralString, *values: Any) -> list[Json]:  # noqa: ANN401 - of psycopg
        given = values[0] if isinstance(values[0], dict) else values
        async with self._database.looking(EVERYTHING) as (rows, _):
            return await (await rows.execute(statement, given)).fetchall()
