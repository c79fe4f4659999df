"""Sends records in order, and waits as long as the broker is away: nothing is given up."""

import asyncio
import contextlib
from collections.abc import Sequence

import aiokafka
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    UnknownTopicOrPartitionError,
)

from services.kernel.crash import point
from services.kernel.deciding import Outgoing
from services.kernel.kafka.clients import make_producer
from services.kernel.readiness import Readiness

#: Without an acknowledgement for this long the broker counts as away.
PATIENCE_SECONDS = 2.0
#: Batches for a topic that is gone never expire, and a flush would wait for them for ever.
STOP_SECONDS = 3.0
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 2.0
#: Of a topic that nothing was sent to yet, aiokafka says "unknown" when the broker is long away.
_AWAY = (KafkaTimeoutError, KafkaConnectionError, UnknownTopicOrPartitionError)


class ProducerDied(RuntimeError):
    """The producer's own task ended: only a restart of the process helps."""


class KafkaPublisher:
    """An idempotent producer whose batches never expire (streaming.md §1.3)."""

    def __init__(self, servers: str, readiness: Readiness) -> None:
        self._servers = servers
        self._readiness = readiness
        self._producer: aiokafka.AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Connect, as often as it takes."""
        wait = _FIRST_WAIT
        while self._producer is None:
            producer = make_producer(self._servers)
            try:
                await producer.start()
            except KafkaError as error:
                self._readiness.lost("kafka", error)
                await producer.stop()
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
            else:
                self._producer = producer
        self._readiness.back("kafka")

    async def stop(self) -> None:
        """Flush and close; what cannot be flushed in time is in the outbox."""
        if self._producer is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STOP_SECONDS):
                    await self._producer.stop()

    @property
    def alive(self) -> bool:
        """Whether the producer's own task still runs; the watchdog asks."""
        task = self._producer._sender.sender_task if self._producer else None  # noqa: SLF001 - aiokafka offers no other way
        return task is None or not task.done()

    async def publish(self, records: Sequence[Outgoing]) -> None:
        """Send in order and return when the broker has acknowledged every record."""
        waiting = [await self._send(record) for record in records]
        point("after-send")
        pending: set[asyncio.Future[object]] = set(waiting)
        while pending:
            done, pending = await asyncio.wait(pending, timeout=PATIENCE_SECONDS)
            for future in done:
                future.result()  # a refusal by the broker ends the process
            self._judge(answered=bool(done))
        self._readiness.back("kafka")

    def _judge(self, *, answered: bool) -> None:
        if not self.alive:
            raise ProducerDied
        if not answered:
            self._readiness.lost("kafka", "no acknowledgement")

    async def _send(self, record: Outgoing) -> "asyncio.Future[object]":
        if self._producer is None:
            raise ProducerDied
        wait = _FIRST_WAIT
        while True:
            try:
                return await self._producer.send(  # type: ignore[no-any-return]  # aiokafka ships no types
                    record.topic, record.value, key=record.key, headers=list(record.headers)
                )
            except _AWAY as error:
                self._readiness.lost("kafka", error)
                self._judge(answered=True)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
