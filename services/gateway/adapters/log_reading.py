"""Reads single records of the log by their places: the index holds nothing that people wrote.

One reader for all who ask, one after the other; it is made at the first question.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, NamedTuple

from schemas.codec import Malformed, UnknownType, decode
from schemas.envelope import Envelope
from services.gateway.domain.log_facts import is_kept
from services.gateway.ports import LogAway
from services.kernel.kafka import topics
from services.kernel.kafka.tails import LogError, Tail
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record, TopicPartition

#: Of one call.
MOST_PLACES = 200
#: Who has no answer by then is told that the log is away.
PATIENCE_SECONDS = 10.0
#: Records that lie so close behind each other are read through instead of sought.
_STRETCH = 1_000
_FETCH_MS = 250


class RecordPlace(NamedTuple):
    """Where a record is."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True)
class Written:
    """A record as it was stored, and as this version reads it; None of what it cannot read."""

    record: Record
    envelope: Envelope[Any] | None


class LogReading:
    """Gives records of events and commands by place; LogAway where the broker does not answer."""

    def __init__(self, servers: str) -> None:
        self._servers = servers
        self._topics = tuple(name for name in topics.described() if is_kept(name))
        self._turn = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._tail: Tail | None = None
        self._known: frozenset[TopicPartition] = frozenset()

    async def read(self, places: Collection[RecordPlace]) -> Mapping[RecordPlace, Written]:
        """Give these records, at most MOST_PLACES; what is not kept any more is left out."""
        if len(places) > MOST_PLACES:
            raise ValueError(f"more than {MOST_PLACES} places")
        wanted: dict[TopicPartition, list[int]] = defaultdict(list)
        for place in places:
            wanted[TopicPartition(place.topic, place.partition)].append(place.offset)
        async with self._turn:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    found = await self._read(wanted)
            except (LogError, TimeoutError) as error:
                await self.close()
                raise LogAway from error
        return {_place(one): Written(one, _envelope(one)) for one in found}

    async def close(self) -> None:
        """Let the reader go; the next question makes another."""
        self._tail = None
        await self._stack.aclose()

    async def _read(self, wanted: Mapping[TopicPartition, Sequence[int]]) -> list[Record]:
        tail = await self._reader()
        asked = [at for at in wanted if at in self._known]
        firsts, ends = await tail.firsts(asked), await tail.ends(asked)
        left = {at: {one for one in wanted[at] if firsts[at] <= one < ends[at]} for at in asked}
        found: list[Record] = []
        while left := {at: offsets for at, offsets in left.items() if offsets}:
            await tail.start_at({at: min(offsets) for at, offsets in left.items()})
            found += await self._stretch(tail, left)
        return found

    async def _stretch(self, tail: Tail, left: Mapping[TopicPartition, set[int]]) -> list[Record]:
        """Read one stretch of each partition; what lies far behind it is sought by the next."""
        found: list[Record] = []
        unseen = set(left)
        while unseen:
            fetched = await tail.fetch(most=_STRETCH, timeout_ms=_FETCH_MS, only=unseen)
            for at, records in fetched.items():
                unseen.discard(at)
                found += [record for record in records if record.offset in left[at]]
                left[at].difference_update(range(min(left[at]), records[-1].offset + 1))
        return found

    async def _reader(self) -> Tail:
        if self._tail is None:
            tail = Tail(self._servers, self._topics, Readiness())
            self._tail = await self._stack.enter_async_context(tail)
            self._known = frozenset(await tail.partitions())
        return self._tail


def _place(record: Record) -> RecordPlace:
    return RecordPlace(record.topic, record.partition, record.offset)


def _envelope(record: Record) -> Envelope[Any] | None:
    try:
        return decode(record.value or b"")
    except (Malformed, UnknownType):
        return None
