"""The simulated log: topics, partitions, contiguous offsets; records are seen later than written.

A partition keeps its order; between partitions there is none. The producer stands where aiokafka's
does, so the kernel's own publisher works on it.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Self

from services.kernel.deciding import Outgoing
from services.kernel.kafka.following import partition_of
from services.kernel.runtime import Record, TopicPartition
from tests.simulation.fate import Fate
from tests.simulation.machine import passes

#: Co-partitioned as in topics.toml, and few, so that much meets in each.
PARTITIONS = 3
NUMBERS = tuple(range(PARTITIONS))
#: Records that a reader without a group takes at once.
MOST_AT_ONCE = 100
#: From a producer to the broker, and from the broker to a consumer, seconds.
_SEND, _SEEN, _SPREAD = 0.001, 0.002, 0.8
_STEP = 2e-6
_SLOW_SECONDS = (0.5, 8.0)

Appended = Callable[[Record], None]


class Log:
    """Every topic; grows for ever."""

    def __init__(self, fate: Fate, now: Callable[[], float], appended: Appended) -> None:
        self._fate = fate
        self._now = now
        self._appended = appended
        self._records: dict[TopicPartition, list[Record]] = defaultdict(list)
        self._seen: dict[TopicPartition, int] = defaultdict(int)
        #: In the order in which they came: a set's order would be chance's.
        self._readers: dict[int, dict[asyncio.Event, None]] = defaultdict(dict)

    def partition_of(self, key: bytes) -> int:
        return partition_of(key.decode(), PARTITIONS)

    def append(self, out: Outgoing) -> Record:
        """Write a record at the end of its partition; readers see it a little later."""
        at = TopicPartition(out.topic, self.partition_of(out.key))
        run = self._records[at]
        stamp = int(self._now() * 1000)
        record = Record(*at, len(run), out.key, out.value, list(out.headers), stamp)
        run.append(record)
        self._appended(record)
        asyncio.get_running_loop().call_later(self._delay(), self._show, at, len(run))
        return record

    def way(self) -> float:
        """Draw how long a request to the broker is on its way."""
        return self._fate.long_tailed(_SEND, _SPREAD)

    def _delay(self) -> float:
        if self._fate.happens(self._fate.odds.slow_record):
            return self._fate.between(*_SLOW_SECONDS)
        return self._fate.long_tailed(_SEEN, _SPREAD)

    def _show(self, at: TopicPartition, end: int) -> None:
        self._seen[at] = max(self._seen[at], end)
        for reader in self._readers[at.partition]:
            reader.set()

    def watch(self, numbers: Sequence[int]) -> asyncio.Event:
        """Give an event that is set whenever these partition numbers have something new."""
        arrived = asyncio.Event()
        for number in numbers:
            self._readers[number][arrived] = None
        return arrived

    def unwatch(self, arrived: asyncio.Event) -> None:
        for readers in self._readers.values():
            readers.pop(arrived, None)

    def poke(self) -> None:
        """Let every reader look again."""
        for readers in self._readers.values():
            for reader in readers:
                reader.set()

    def seen(self, at: TopicPartition) -> int:
        """Say how far consumers see this partition."""
        return self._seen[at]

    def end(self, at: TopicPartition) -> int:
        return len(self._records[at])

    def read(self, at: TopicPartition, offset: int, most: int) -> list[Record]:
        """Give what is seen from an offset on."""
        return self._records[at][offset : min(self._seen[at], offset + most)]

    def whole(self, topic: str) -> Iterator[Record]:
        """Give all records of a topic, partition by partition."""
        for number in range(PARTITIONS):
            yield from self._records[TopicPartition(topic, number)]

    def partitions(self) -> Mapping[TopicPartition, Sequence[Record]]:
        return {at: run for at, run in sorted(self._records.items()) if run}


class SimulatedTail:
    """What the kernel's Follower needs of a Tail: reads without a group, from given offsets."""

    def __init__(self, log: Log, topics: Collection[str]) -> None:
        self._log = log
        self._partitions = [TopicPartition(t, number) for t in topics for number in NUMBERS]
        self._at: dict[TopicPartition, int] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Have nothing to close."""

    async def partitions(self) -> list[TopicPartition]:
        return self._partitions

    async def firsts(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 0)

    async def ends(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        """Ask the broker, which knows what no reader sees yet."""
        await passes()
        await asyncio.sleep(self._log.way())
        found = {at: self._log.end(at) for at in partitions}
        await asyncio.sleep(self._log.way())
        await passes()
        return found

    async def start_at(self, offsets: Mapping[TopicPartition, int]) -> None:
        self._at = dict(offsets)

    async def batches(self) -> AsyncIterator[Sequence[Record]]:
        """Give the records of one partition after another, in order, for ever."""
        arrived = self._log.watch(NUMBERS)
        try:
            while True:
                arrived.clear()
                await passes()
                for at, offset in self._at.items():
                    records = self._log.read(at, offset, MOST_AT_ONCE)
                    if records:
                        self._at[at] = offset + len(records)
                        yield records
                await arrived.wait()
        finally:
            self._log.unwatch(arrived)


class SimulatedProducer:
    """What the kernel's publisher needs of aiokafka's producer: sends in order, acks later."""

    def __init__(self, log: Log, fate: Fate) -> None:
        self._log = log
        self._fate = fate
        self._last = 0.0
        self._sender = SimpleNamespace(sender_task=None)

    async def start(self) -> None:
        """Be there at once."""

    async def stop(self) -> None:
        """Have nothing to flush."""

    async def send(
        self, topic: str, value: bytes, *, key: bytes, headers: list[tuple[str, bytes]]
    ) -> "asyncio.Future[object]":
        """Hand over a record; the future ends when the broker has acknowledged it."""
        await passes()
        loop = asyncio.get_running_loop()
        acknowledged: asyncio.Future[object] = loop.create_future()
        # one connection: what is sent later arrives later, if only by a step of the clock
        way = self._fate.long_tailed(_SEND, _SPREAD)
        self._last = max(self._last + _STEP, loop.time() + way)
        record = Outgoing(topic, key, value, headers)
        loop.call_at(self._last, self._arrive, record, acknowledged)
        return acknowledged

    def _arrive(self, record: Outgoing, acknowledged: "asyncio.Future[object]") -> None:
        """Write it, also for a producer that has died meanwhile: it was on its way."""
        self._log.append(record)
        back = self._fate.long_tailed(_SEND, _SPREAD)
        asyncio.get_running_loop().call_later(back, _acknowledge, acknowledged)


def _acknowledge(acknowledged: "asyncio.Future[object]") -> None:
    if not acknowledged.done():
        acknowledged.set_result(None)
