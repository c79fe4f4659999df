"""Reading without a group: every replica sees every record, from the end or from given offsets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Self

import aiokafka
from aiokafka.errors import KafkaError

from services.kernel.kafka.clients import make_reader
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record, TopicPartition

POLL_MS = 500
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 2.0
#: What the log answers instead of records, for who must live on without it.
LogError = KafkaError
#: The catch-up mode of replays fetches this much of a partition at once (streaming.md §2.8).
CATCH_UP_BYTES = 8 << 20


class Tail:
    """A reader of whole topics; use it as an async context manager."""

    def __init__(
        self, servers: str, topics: Collection[str], readiness: Readiness, *, catch_up: bool = False
    ) -> None:
        self._topics = topics
        self._servers = servers
        self._readiness = readiness
        self._bytes = CATCH_UP_BYTES if catch_up else 1 << 20
        self._consumer: aiokafka.AIOKafkaConsumer = None

    async def __aenter__(self) -> Self:
        wait = _FIRST_WAIT
        while True:
            self._consumer = make_reader(self._servers, max_partition_fetch_bytes=self._bytes)
            try:
                await self._consumer.start()
            except KafkaError as error:
                self._readiness.lost("kafka", error)
                await self._consumer.stop()
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
            else:
                self._readiness.back("kafka")
                return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()

    async def partitions(self) -> list[TopicPartition]:
        """Name every partition of the topics; LookupError for a topic that is not there."""
        found = []
        for topic in self._topics:
            await self._consumer._client._wait_on_metadata(topic)  # noqa: SLF001 - aiokafka offers no other way
            numbers = self._consumer.partitions_for_topic(topic)
            if not numbers:
                raise LookupError(f"no topic {topic}")
            found += [TopicPartition(topic, number) for number in sorted(numbers)]
        return found

    async def ends(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        """Ask the broker where the log ends now; waits as long as it is away."""
        return await self._offsets(self._consumer.end_offsets, partitions)

    async def firsts(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        """Ask the broker where the log begins; waits as long as it is away."""
        return await self._offsets(self._consumer.beginning_offsets, partitions)

    async def _offsets(
        self, ask: Callable[..., Awaitable[Any]], partitions: Collection[TopicPartition]
    ) -> dict[TopicPartition, int]:
        wanted = [aiokafka.TopicPartition(*at) for at in partitions]
        wait = _FIRST_WAIT
        while True:
            try:
                found = await ask(wanted)
            except KafkaError as error:
                self._readiness.lost("kafka-ends", error)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
            else:
                self._readiness.back("kafka-ends")
                return {TopicPartition(*at): offset for at, offset in found.items()}

    async def start_at(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Assign these partitions at these offsets."""
        self._consumer.assign([aiokafka.TopicPartition(*at) for at in offsets])
        for at, offset in offsets.items():
            self._consumer.seek(aiokafka.TopicPartition(*at), offset)

    async def start_at_end(self) -> dict[TopicPartition, int]:
        """Assign every partition at its end; gives the ends."""
        ends = await self.ends(await self.partitions())
        await self.start_at(ends)
        return ends

    async def fetch(
        self,
        *,
        most: int = 2000,
        timeout_ms: int = POLL_MS,
        only: Collection[TopicPartition] = (),
    ) -> dict[TopicPartition, list[Record]]:
        """Give what is there, by partition, or nothing after the timeout; `only` of some."""
        chosen = [aiokafka.TopicPartition(*at) for at in only]
        found = await self._consumer.getmany(*chosen, timeout_ms=timeout_ms, max_records=most)
        return {
            TopicPartition(*at): [
                Record(r.topic, r.partition, r.offset, r.key, r.value, r.headers, r.timestamp)
                for r in records
            ]
            for at, records in found.items()
        }

    async def batches(self, *, most: int = 2000) -> AsyncIterator[Sequence[Record]]:
        """Give the records of one partition after another, in order, for ever."""
        while True:
            for records in (await self.fetch(most=most)).values():
                yield records

    def seek(self, at: TopicPartition, offset: int) -> None:
        self._consumer.seek(aiokafka.TopicPartition(*at), offset)

    def highwater(self, at: TopicPartition) -> int | None:
        """Say where the log ended at the last fetch of this partition."""
        return self._consumer.highwater(aiokafka.TopicPartition(*at))  # type: ignore[no-any-return]  # aiokafka ships no types


async def firsts(
    servers: str, partitions: Collection[TopicPartition], readiness: Readiness
) -> dict[TopicPartition, int]:
    """Ask where these partitions begin, with a reader of its own."""
    async with Tail(servers, {at.topic for at in partitions}, readiness) as tail:
        return await tail.firsts(partitions)
