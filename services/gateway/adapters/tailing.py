"""Hears every answer and every signal on this replica, from the moment it is ready."""

from collections.abc import Callable
from typing import Any

from schemas.codec import Malformed, UnknownType, decode
from schemas.envelope import Envelope
from services.gateway.adapters.asking import LogAsking
from services.kernel.kafka.tails import Tail
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record

TOPICS = ("answers", "signals")
#: Keeps /readyz false until the tail stands at the end: an earlier request could miss its answer.
WAITS_FOR = "answers"
#: Told of every signal.
Hear = Callable[[Envelope[Any]], None]


class Tailing:
    """One reader for both topics, without a group."""

    def __init__(self, servers: str, readiness: Readiness, asking: LogAsking, *hear: Hear) -> None:
        self._servers, self._readiness = servers, readiness
        self._asking, self._signals = asking, hear

    async def run(self) -> None:
        async with Tail(self._servers, TOPICS, self._readiness) as tail:
            await tail.start_at_end()
            self._readiness.back(WAITS_FOR)
            async for records in tail.batches():
                for record in records:
                    self._hear(record)

    def _hear(self, record: Record) -> None:
        """Decode only what somebody here waits for: the header says whose answer it is."""
        if record.topic == "answers" and not self._awaited(record):
            return
        try:
            envelope = decode(record.value or b"")
        except (Malformed, UnknownType):
            return  # the waiter gets its 202; the projector keeps or parks the record
        if record.topic == "answers":
            self._asking.answered(envelope)
        else:
            for hear in self._signals:
                hear(envelope)

    def _awaited(self, record: Record) -> bool:
        for name, value in record.headers:
            if name == "correlation":
                return self._asking.waits_for(value.decode())
        return False
