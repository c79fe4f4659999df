"""What is needed to show queues and conversations as they were: which streams, and their fold."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, LiteralString

from services.gateway.adapters import facts as reading
from services.gateway.adapters.database import Database
from services.gateway.adapters.streams import Streams
from services.gateway.domain import past
from services.gateway.domain.folded import Placed, as_of
from services.gateway.domain.log_facts import masked
from services.gateway.domain.scope import EVERYTHING
from services.gateway.domain.views import Json, People

_QUEUES_OF = "SELECT DISTINCT queue_id FROM queue_place WHERE conversation_id = ANY(%s)"
#: Who is outside never changes, so it needs no fold.
_OUTSIDE = "SELECT conversation_id, counterparts FROM conversation WHERE conversation_id = ANY(%s)"


class World:
    """Everything that is needed to show some queues and conversations as of one position."""

    def __init__(self, database: Database, streams: Streams, position: int) -> None:
        self._database, self._streams = database, streams
        self._subjects: dict[str, None] = {}
        self._placed: list[Placed] = []
        self._outside: Mapping[str, Iterable[str]] = {}
        self.turn(position)

    async def meet(self, queues: Collection[str], conversations: Collection[str]) -> None:
        """Read these, the queues that the conversations have been in, and whoever is named."""
        if not queues and not conversations:
            return
        been = await self.ask(_QUEUES_OF, list(conversations))
        await self._bring([*queues, *conversations, *(one["queue_id"] for one in been)])
        await self._bring(self._values("audience", "queue_id"))
        await self._bring(self._around())
        known = await self.ask(_OUTSIDE, list(self._values("queue_place", "conversation_id")))
        self._outside = {one["conversation_id"]: one["counterparts"] or () for one in known}
        self.turn(self.position)

    def turn(self, position: int) -> None:
        """Look at the same from another position."""
        self.position = position
        self.folded = as_of(self._placed, position)
        persons = {one["extension_id"]: one for one in self.folded.every("person")}
        self.people = People(persons, _unseen)

    async def ask(self, statement: LiteralString, *values: object) -> list[Json]:
        async with self._database.looking(EVERYTHING) as (rows, _):
            return await (await rows.execute(statement, values)).fetchall()

    async def _bring(self, subjects: Iterable[str]) -> None:
        before = len(self._subjects)
        self._subjects |= dict.fromkeys(one for one in subjects if one)
        if len(self._subjects) > before:
            self._placed = await self._streams.rows(self._subjects)

    def _values(self, table: str, column: str) -> Iterable[str]:
        for _, row in self._placed:
            if row.table == table and row.values[column]:
                yield str(row.values[column])

    def _around(self) -> Iterable[str]:
        """Name the streams of the directory, and of consent, that these rows speak of."""
        rows = [one.row for one in self._placed]
        for person in sorted(reading.named_in(dict(one.values) for one in rows)):
            yield f"extension/{person}"
        for tenant in {one.tenant for one in rows}:
            yield f"tenant/{tenant}"
        for row in rows:
            if row.table == "conversation" and row.values["number"]:
                yield from _texting(row.tenant, row.values)

    def queue(self, queue_id: str, most: int = past.MOST_LISTED) -> Json | None:
        return past.queue(self.folded, queue_id, self._outside, self.people, most)

    def conversation(self, conversation_id: str, most: int = past.MOST_ITEMS) -> Json | None:
        return past.conversation(self.folded, conversation_id, self.people, most)


def _texting(tenant: str, started: Mapping[str, Any]) -> Iterable[str]:
    """Name the streams of our number and of who consents to its texts, as the index does."""
    yield f"number/{started['number']}"
    for counterpart in started["counterparts"] or ():
        yield masked(f"consent/{started['number']}/{counterpart}")
        yield masked(f"consent/{tenant}/everywhere/{counterpart}")


def _unseen(_person: str) -> bool:
    """Say of nobody that they are online: that was never on the log."""
    return False
