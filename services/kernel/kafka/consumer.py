"""The aiokafka runtime: one static member of a group, one worker per partition number.

Positions come from Postgres on every assignment; what Kafka keeps of them is a hint for lag tools.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import aiokafka
import structlog
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import CommitFailedError, KafkaError

from services.kernel.clock import monotonic
from services.kernel.kafka.clients import make_group_consumer
from services.kernel.kafka.worker import Worker, WorkerFailed
from services.kernel.readiness import Readiness
from services.kernel.runtime import Processor, Record, TopicPartition
from services.kernel.watchdog import Progress

POLL_MS = 200
COMMIT_SECONDS = 5.0
#: A batch that does not end within this when its partition is revoked is cancelled: the fence
#: makes that safe.
REVOKE_SECONDS = 10.0
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 2.0

_log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Group:
    """Which group, as whom, over which topics."""

    servers: str
    name: str
    instance: str
    topics: tuple[str, ...]
    session_seconds: float


class ClientDied(RuntimeError):
    """A task inside aiokafka has ended: it would stay silent for ever (streaming.md §7)."""


class OwnershipLost(RuntimeError):
    """Fenced, and no rebalance followed: this process is a zombie and ends."""


async def serve(
    processor: Processor, group: Group, progress: Progress, readiness: Readiness
) -> None:
    """Feed the processor until cancelled; whatever is unexpected is raised and ends the process."""
    await GroupRuntime(processor, group, progress, readiness).run()


class GroupRuntime(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """Joins, acquires, fetches into the workers' queues, and gives back in order."""

    def __init__(
        self, processor: Processor, group: Group, progress: Progress, readiness: Readiness
    ) -> None:
        self._processor = processor
        self._group = group
        self._progress = progress
        self._readiness = readiness
        self._consumer: aiokafka.AIOKafkaConsumer = None
        self._workers: dict[int, Worker] = {}
        self._assigned: frozenset[TopicPartition] = frozenset()
        self._acquiring: asyncio.Task[None] | None = None
        self._failure: BaseException | None = None
        self._fenced_at: float | None = None
        self._hinted: dict[TopicPartition, int] = {}

    async def run(self) -> None:
        self._readiness.lost("assignment", "starting")
        await self._start()
        hints = asyncio.create_task(self._hint())
        try:
            while True:
                await self._poll()
        finally:
            hints.cancel()
            await self._stop_work()
            await self._consumer.stop()

    async def _start(self) -> None:
        group = self._group
        wait = _FIRST_WAIT
        while True:
            self._consumer = make_group_consumer(
                group.servers, group.name, group.instance, group.session_seconds
            )
            self._consumer.subscribe(list(group.topics), listener=self)
            try:
                await self._consumer.start()
            except KafkaError as error:
                self._readiness.lost("kafka", error)
                await self._consumer.stop()
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
            else:
                self._readiness.back("kafka")
                return

    async def _poll(self) -> None:
        self._check()
        try:
            batches = await self._consumer.getmany(timeout_ms=POLL_MS)
        except KafkaError as error:
            if not error.retriable:
                raise
            _log.warning("poll-failed", error=type(error).__name__)
            return
        for at, records in batches.items():
            here = TopicPartition(at.topic, at.partition)
            self._progress.read(here, self._consumer.highwater(at))
            worker = self._workers.get(at.partition)
            if worker is not None:
                worker.put(here, [_record(record) for record in records])

    def _check(self) -> None:
        # aiokafka offers no other way to see that its own tasks live
        client, coordinator = self._consumer._client, self._consumer._coordinator  # noqa: SLF001 - see above
        for task in (client._sync_task, coordinator._coordination_task):  # noqa: SLF001 - see above
            if task is not None and task.done():
                raise ClientDied
        if self._failure is not None:
            raise WorkerFailed from self._failure
        for worker in self._workers.values():
            if worker.failure is not None:
                raise WorkerFailed from worker.failure
            if worker.fenced and self._fenced_at is None:
                self._fenced_at = monotonic()
        if self._fenced_at and monotonic() - self._fenced_at > self._group.session_seconds:
            raise OwnershipLost

    # -- rebalances; aiokafka swallows what a listener raises, so failures are kept for `_check`

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Stop, wait for what is in work, give back."""
        self._readiness.lost("assignment", "rebalancing")
        try:
            await self._stop_work()
            await self._processor.release([TopicPartition(*at) for at in revoked])
        except Exception as error:  # noqa: BLE001 - kept, and raised by the main loop
            self._failure = error

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Hold the new partitions still; they flow once they are acquired, heartbeats go on."""
        found = list(assigned)
        for at in found:
            self._consumer.seek(at, 0)  # any position: it is paused, and replaced before it flows
        self._consumer.pause(*found)
        self._assigned = frozenset(TopicPartition(*at) for at in found)
        self._progress.assign(self._assigned)
        self._fenced_at = None
        generation = self._consumer._coordinator.generation  # noqa: SLF001 - aiokafka offers no other way
        self._acquiring = asyncio.create_task(self._acquire(self._assigned, generation))

    async def _acquire(self, assigned: frozenset[TopicPartition], generation: int) -> None:
        try:
            firsts = await self._processor.acquire(assigned, generation)
        except Exception as error:  # noqa: BLE001 - kept, and raised by the main loop
            self._failure = error
            return
        now = self._consumer._coordinator.generation  # noqa: SLF001 - as above
        if assigned is not self._assigned or now != generation:
            return  # a rebalance overtook us; it acquires for itself
        self._flow(firsts)
        if len(firsts) < len(assigned):
            self._fenced_at = monotonic()  # somebody newer owns some: a rebalance must follow
        elif assigned:
            self._readiness.back("assignment")

    def _flow(self, positions: Mapping[TopicPartition, int]) -> None:
        for number in {at.partition for at in positions}:
            worker = Worker(self._processor, self._consumer, self._progress)
            self._workers[number] = worker
            worker.start()
        for at, offset in positions.items():
            here = aiokafka.TopicPartition(*at)
            self._consumer.seek(here, offset)
            self._progress.decided(at, offset)
            self._consumer.resume(here)

    async def _stop_work(self) -> None:
        if self._acquiring is not None and not self._acquiring.done():
            self._acquiring.cancel()
            await asyncio.wait({self._acquiring})
        workers, self._workers = list(self._workers.values()), {}
        await asyncio.gather(*(worker.stop(REVOKE_SECONDS) for worker in workers))
        for worker in workers:
            self._failure = self._failure or worker.failure

    async def _look_ahead(self) -> None:
        """Ask where the log ends without the fetcher, which may be what has stalled."""
        assigned = [aiokafka.TopicPartition(*at) for at in self._assigned]
        try:
            ends = await self._consumer.end_offsets(assigned)
        except KafkaError:
            return
        for at, end in ends.items():
            self._progress.read(TopicPartition(*at), end)

    async def _hint(self) -> None:
        """Tell the broker how far we are, for lag tools; nothing depends on it."""
        while True:
            await asyncio.sleep(COMMIT_SECONDS)
            await self._look_ahead()
            offsets = {
                aiokafka.TopicPartition(*at): offset
                for at, offset in self._progress.positions().items()
                if self._hinted.get(at) != offset and at in self._assigned
            }
            if not offsets:
                continue
            try:
                await self._consumer.commit(offsets)
            except (CommitFailedError, KafkaError):
                continue
            self._hinted.update({TopicPartition(*at): end for at, end in offsets.items()})


def _record(record: "aiokafka.ConsumerRecord") -> Record:
    return Record(
        record.topic,
        record.partition,
        record.offset,
        record.key,
        record.value,
        record.headers,
        record.timestamp,
    )
