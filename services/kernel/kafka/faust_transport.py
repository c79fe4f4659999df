"""Faust's Kafka transport, made safe: positions are Postgres's, nothing in flight is passed over.

What is overridden, and why, is in streaming.md §1.4 (F2, F6) and §2.2; the numbers are its own.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from services.kernel.kafka.faust_link import link_of
from services.kernel.kafka.mending import mend_aiokafka
from services.kernel.runtime import TopicPartition

#: `safekafka://host:port` in Faust's broker setting.
SCHEME = "safekafka"
ALIAS = "services.kernel.kafka.faust_transport:Transport"
_log = structlog.get_logger()


class Producer(driver.Producer):
    """Never loses or reorders what it sends (F6); we send nothing of ours through it."""

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"acks": "all", "enable_idempotence": True}


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Fetches without Faust's hard-coded 1.5 s wait (streaming.md §1.3): ours replaces it."""

    def _create_worker_consumer(self, transport: Any) -> Any:  # noqa: ANN401 - aiokafka's own object
        mend_aiokafka()
        return super()._create_worker_consumer(transport)


class Consumer(driver.Consumer):
    """Takes over in Postgres on every assignment, and seeks where Postgres says."""

    def on_init(self) -> None:
        super().on_init()
        self._taking_over = asyncio.Lock()

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    def _new_offset(self, tp: TP) -> int | None:
        """Never let the base see an acknowledged offset beyond one that is in flight (F2)."""
        in_flight = [m.offset for m in self._unacked_messages if m.tp == tp and not m.acked]
        floor = min(in_flight, default=None)
        if floor is None:
            found: int | None = super()._new_offset(tp)
            return found
        acked = self._acked[tp]
        self._acked[tp] = [offset for offset in acked if offset < floor]
        try:
            return super()._new_offset(tp) if self._acked[tp] else None
        finally:
            self._acked[tp].extend(offset for offset in acked if offset >= floor)

    async def perform_seek(self) -> None:
        """Acquire by generation and seek; Faust calls this concurrently, so one at a time."""
        async with self._taking_over:
            await super().perform_seek()
            link = link_of(self.app)
            assigned = frozenset(self.assignment())
            generation = self._generation()
            firsts = await link.acquire(
                [TopicPartition(tp.topic, tp.partition) for tp in assigned], generation
            )
            if assigned != self.assignment() or generation != self._generation():
                _log.info("assignment-changed", generation=generation)
                return  # another rebalance overtook us; it acquires for itself
            await self._flow_from(firsts)

    async def _flow_from(self, firsts: Mapping[TopicPartition, int]) -> None:
        offsets = {TP(at.topic, at.partition): offset for at, offset in firsts.items()}
        await self.seek_wait(offsets)
        for tp, offset in offsets.items():
            self._read_offset[tp] = self._committed_offset[tp] = offset
        link_of(self.app).flows(firsts)

    def _generation(self) -> int:
        # Faust tells its generation only after the seek; the coordinator knows it before
        return int(client_of(self)._coordinator.generation)  # noqa: SLF001 - see above


class Transport(driver.Transport):
    """The safe consumer and producer under one name."""

    Consumer = Consumer
    Producer = Producer


def client_of(consumer: Any) -> Any:  # noqa: ANN401 - aiokafka's consumer inside Faust's
    """Find the aiokafka consumer, which lives in a thread and loop of its own."""
    return consumer._thread._consumer  # noqa: SLF001 - Faust offers no other way


def loop_of(consumer: Any) -> asyncio.AbstractEventLoop:  # noqa: ANN401 - Faust's consumer
    """Find the loop of that thread."""
    loop: asyncio.AbstractEventLoop = consumer._thread.thread_loop  # noqa: SLF001 - as above
    return loop
