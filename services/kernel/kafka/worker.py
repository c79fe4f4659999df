"""One worker per partition number: what could touch the same state is decided one by one."""

import asyncio
from collections import deque
from collections.abc import Sequence

import aiokafka

from services.kernel.clock import monotonic
from services.kernel.runtime import Fenced, Processor, Record, TopicPartition
from services.kernel.watchdog import Progress

#: Records decided at once, least and most; the size follows the time that a batch takes.
LEAST, MOST = 16, 500
#: A full batch that took longer than this halves the size, a quicker one grows it.
SLOW_SECONDS = 0.25
#: Records that wait in memory before the partition is paused.
MOST_WAITING = 2000
#: A gap is fetched again after this long.
GAP_SECONDS = 0.05


class WorkerFailed(RuntimeError):
    """A worker met what nobody expected; the process ends, the cause is the error."""


class BatchSize:
    """How many records to take: more while it is quick, fewer when it is slow."""

    def __init__(self) -> None:
        self.now = 100

    def took(self, records: int, seconds: float) -> None:
        """Learn from one batch."""
        if seconds > SLOW_SECONDS:
            self.now = max(LEAST, self.now // 2)
        elif records >= self.now:
            self.now = min(MOST, self.now + self.now // 4)


class Worker:
    """Takes greedily what waits, one topic at a time, and never two batches at once."""

    def __init__(
        self, processor: Processor, consumer: aiokafka.AIOKafkaConsumer, progress: Progress
    ) -> None:
        self._processor = processor
        self._consumer = consumer
        self._progress = progress
        self._waiting: dict[TopicPartition, deque[Record]] = {}
        self._turns: deque[TopicPartition] = deque()
        self._paused: set[TopicPartition] = set()
        self._arrived = asyncio.Event()
        self._stopping = False
        self._size = BatchSize()
        self._task: asyncio.Task[None] | None = None
        self.failure: BaseException | None = None
        self.fenced = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    def put(self, at: TopicPartition, records: Sequence[Record]) -> None:
        """Queue records; a topic that gets too far ahead is paused."""
        waiting = self._waiting.setdefault(at, deque())
        waiting.extend(records)
        if at not in self._turns:
            self._turns.append(at)
        if len(waiting) >= MOST_WAITING and at not in self._paused:
            self._paused.add(at)
            self._consumer.pause(aiokafka.TopicPartition(*at))
        self._arrived.set()

    async def stop(self, patience: float) -> None:
        """Finish the batch in work, and start no other; cancel it when patience ends."""
        self._stopping = True
        self._arrived.set()
        if self._task is None:
            return
        _, late = await asyncio.wait({self._task}, timeout=patience)
        if late:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        try:
            while not self._stopping:
                if self._turns:
                    await self._turn(self._turns.popleft())
                else:
                    self._arrived.clear()
                    await self._arrived.wait()
        except Fenced:
            self.fenced = True
        except Exception as error:  # noqa: BLE001 - kept, and raised by the runtime's main loop
            self.failure = error

    async def _turn(self, at: TopicPartition) -> None:
        waiting = self._waiting[at]
        batch = [waiting.popleft() for _ in range(min(len(waiting), self._size.now))]
        if waiting:
            self._turns.append(at)
        if not batch:
            return
        started = monotonic()
        following = await self._processor.handle(at, batch)
        self._size.took(len(batch), monotonic() - started)
        self._progress.decided(at, following)
        if following != batch[-1].offset + 1:
            await self._go_back(at, following)
        elif at in self._paused and len(waiting) < MOST_WAITING // 2:
            self._resume(at)

    async def _go_back(self, at: TopicPartition, offset: int) -> None:
        """A gap or a trimmed batch: forget what waits, and fetch from where we are."""
        await asyncio.sleep(GAP_SECONDS)
        self._waiting[at].clear()
        if not self._stopping:
            self._consumer.seek(aiokafka.TopicPartition(*at), offset)
            self._resume(at)

    def _resume(self, at: TopicPartition) -> None:
        self._paused.discard(at)
        if not self._stopping:
            self._consumer.resume(aiokafka.TopicPartition(*at))
