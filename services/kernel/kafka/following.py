"""Reading a topic to its end, ahead of whoever decides it, and saying truthfully that one has.

A service folds its inputs in batches and may be behind. What must be known before an act that
cannot be undone is read here: `caught_up` returns when everything is known that was on the log when
it was asked, so an act that follows comes after all of that.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping

from aiokafka.partitioner import murmur2

from services.kernel.kafka.tails import Tail
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record, TopicPartition

_SIGN = 0x7FFFFFFF

#: Gives where to begin, by partition; what is missing begins at the beginning.
Begin = Callable[[Collection[TopicPartition]], Awaitable[Mapping[TopicPartition, int]]]


def partition_of(key: str, partitions: int) -> int:
    """Say where records with this key are, as the publisher's partitioner does."""
    return int((murmur2(key.encode()) & _SIGN) % partitions)


class Follower:
    """Follows one topic from where its fold stands; `run` it as a task of the service."""

    def __init__(self, servers: str, topic: str, readiness: Readiness) -> None:
        self._servers, self._topic, self._readiness = servers, topic, readiness
        self._next: dict[int, int] = {}
        self._moved = asyncio.Event()
        self._asked = asyncio.Event()
        self._asking: list[asyncio.Future[Mapping[int, int]]] = []

    async def run(self, begin: Begin, take: Callable[[Record], None]) -> None:
        """Give every record to `take`, until cancelled.

        The ends are asked for by a connection of their own: a broker answers one request after the
        other on each, and a fetch that waits for records would be in the way.
        """
        topic = [self._topic]
        async with (
            Tail(self._servers, topic, self._readiness) as tail,
            Tail(self._servers, topic, self._readiness) as asking,
        ):
            partitions = await tail.partitions()
            known = await begin(partitions)
            firsts = await tail.firsts(partitions)
            start = {at: max(known.get(at, 0), firsts.get(at, 0)) for at in partitions}
            await tail.start_at(start)
            self._next = {at.partition: offset for at, offset in start.items()}
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._follow(tail, take))
                tasks.create_task(self._answer(asking, partitions))

    async def caught_up(self) -> Mapping[int, int]:
        """Wait until all is taken that was on the log when this was asked.

        Gives how far that is: the next offset by partition. Waits as long as the broker is away.
        """
        asked: asyncio.Future[Mapping[int, int]] = asyncio.get_running_loop().create_future()
        self._asking.append(asked)
        self._asked.set()
        ends = await asked
        while any(self._next[partition] < end for partition, end in ends.items()):
            self._moved.clear()
            await self._moved.wait()
        return dict(self._next)

    async def _follow(self, tail: Tail, take: Callable[[Record], None]) -> None:
        async for records in tail.batches():
            for record in records:
                take(record)
                self._next[record.partition] = record.offset + 1
            self._moved.set()

    async def _answer(self, tail: Tail, partitions: Collection[TopicPartition]) -> None:
        """Ask the broker once for all who are waiting; who comes later is told by the next one."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            asking, self._asking = self._asking, []
            ends = await tail.ends(partitions)
            told = {at.partition: offset for at, offset in ends.items()}
            for asked in asking:
                if not asked.done():
                    asked.set_result(told)
