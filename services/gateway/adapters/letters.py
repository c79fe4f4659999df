"""Follows the letters' topics when somebody asks: read on from where the last question ended.

One reader for all who ask, one after the other; it is made at the first question. What is kept in
memory is why a letter died and where it lies, never what it says.
"""

import asyncio
from contextlib import AsyncExitStack

from schemas.letter import LetterPlace
from services.gateway.adapters import facts as reading
from services.gateway.adapters.database import Database
from services.gateway.domain.dead_letters import Ledger, Letter, headers, named
from services.gateway.domain.scope import EVERYTHING
from services.gateway.domain.views import Json, People
from services.gateway.ports import LogAway, Presence
from services.gateway.ports.letters import RawLetter
from services.kernel.clock import Clock, monotonic
from services.kernel.deadletters import SET_ASIDE, settlement
from services.kernel.kafka import topics
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.kafka.tails import LogError, Tail
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record, TopicPartition

#: Who has no answer by then is told that the log is away.
PATIENCE_SECONDS = 10.0
#: Of one partition at the first question: its latest letters.
MOST_OF_PARTITION = 2_000
#: Characters of a record that are shown.
MOST_SHOWN = 16_000
#: A service looks once a second for what it was asked; then the page is told how things stand.
_AFTER_SECONDS, _LOOK_SECONDS = 6.0, 0.4
_FETCH_MS = 250
_MOST_FETCHED = 500

_DEEDS = """
SELECT at, changed_by, about->>'action' AS action, about->>'note' AS note FROM audit
WHERE kind = 'operation.operator-acted' AND about->>'about' = %s ORDER BY at LIMIT 100
"""


class LogLetters:
    """Keeps the port's promises."""

    def __init__(
        self,
        servers: str,
        publisher: KafkaPublisher,
        clock: Clock,
        database: Database,
        presence: Presence,
    ) -> None:
        self._servers, self._publisher, self._clock = servers, publisher, clock
        self._database, self._presence = database, presence
        self._topics = tuple(name for name in topics.described() if name.endswith("-dead"))
        self._turn = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._tail: Tail | None = None
        self._partitions: list[TopicPartition] = []
        self._next: dict[TopicPartition, int] = {}
        self._ledger = Ledger()

    async def letters(self, *, is_open: bool, most: int) -> tuple[list[Letter], int]:
        await self._catch_up()
        return self._ledger.newest(is_open=is_open, most=most), self._ledger.count_open()

    async def letter(self, place: LetterPlace) -> Letter | None:
        await self._catch_up()
        return self._ledger.get(place)

    async def raw(self, letter: Letter) -> RawLetter | None:
        async with self._turn:
            record = await self._patiently(letter)
        if record is None:
            return None
        value = record.value or b""
        text = value.decode(errors="replace")[:MOST_SHOWN]
        return RawLetter(text, len(value), headers(record).get("tandem-stack", ""))

    async def deeds(self, letter: Letter) -> list[Json]:
        async with self._database.looking(EVERYTHING) as (rows, _):
            found = await (await rows.execute(_DEEDS, (named(letter.place),))).fetchall()
            known = await reading.people(rows, sorted({one["changed_by"] for one in found}))
        people = People(known, lambda _: False)
        return [
            {
                "at": one["at"],
                "by": people.maybe(one["changed_by"]),
                "action": one["action"],
                "note": one["note"],
            }
            for one in found
        ]

    async def give_up(self, letter: Letter) -> None:
        record = settlement(letter.place, SET_ASIDE, self._clock.now())
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._publisher.publish([record])
        except TimeoutError as error:
            raise LogAway from error

    async def after(self, letter: Letter) -> Letter:
        deadline = monotonic() + _AFTER_SECONDS
        while True:
            now = await self.letter(letter.place) or letter
            if now != letter or monotonic() > deadline:
                return now
            await asyncio.sleep(_LOOK_SECONDS)

    async def _catch_up(self) -> None:
        """Read what came since; the ledger is whole up to now, or LogAway."""
        async with self._turn:
            await self._patiently(None)

    async def _patiently(self, letter: Letter | None) -> Record | None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                tail = await self._reader()
                if letter is not None:
                    return await self._one(tail, letter)
                await self._read_on(tail)
        except (LogError, LookupError, TimeoutError) as error:
            self._tail = None
            await self._stack.aclose()
            raise LogAway from error
        return None

    async def _read_on(self, tail: Tail) -> None:
        firsts, ends = await tail.firsts(self._partitions), await tail.ends(self._partitions)
        begin = {
            at: max(self._next.get(at, ends[at] - MOST_OF_PARTITION), firsts[at]) for at in ends
        }
        left = {at: offset for at, offset in begin.items() if offset < ends[at]}
        await tail.start_at(left)
        while left:
            fetched = await tail.fetch(most=_MOST_FETCHED, timeout_ms=_FETCH_MS)
            for at, records in fetched.items():
                for record in records:
                    self._ledger.add(record)
                self._next[at] = records[-1].offset + 1
                if self._next[at] >= ends[at]:
                    left.pop(at, None)

    async def _one(self, tail: Tail, letter: Letter) -> Record | None:
        firsts = await tail.firsts([letter.at])
        if letter.offset < firsts[letter.at]:
            return None
        await tail.start_at({letter.at: letter.offset})
        while True:
            fetched = await tail.fetch(most=1, timeout_ms=_FETCH_MS)
            for record in fetched.get(letter.at, ()):
                return record

    async def _reader(self) -> Tail:
        if self._tail is None:
            tail = Tail(self._servers, self._topics, Readiness())
            self._tail = await self._stack.enter_async_context(tail)
            self._partitions = await tail.partitions()
        return self._tail
