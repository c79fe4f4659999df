"""The way from the spool to the log: in order, acknowledged by the broker, then retired."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import structlog
from prometheus_client import Counter

from schemas import codec
from schemas.carrier import OptOutArrived, ReceiptArrived
from services.ingest.handlers import DEAD_TOPIC
from services.ingest.ports import Spool
from services.kernel.crash import point
from services.kernel.deciding import Outgoing
from services.kernel.tracing import tracer

DRAINED = Counter("tandem_spool_drained_total", "Records on the log", ["topic"])
#: A state or a kind that is new to us changes nothing, and shows here.
MEANT = Counter("tandem_webhook_meaning_total", "What webhooks said", ["carrier", "meaning"])
_log = structlog.get_logger()


class Publisher(Protocol):
    """The broker, however long it is away."""

    async def start(self) -> None:
        """Return once it is there."""
        ...

    async def publish(self, records: Sequence[Outgoing]) -> None:
        """Return once every record is acknowledged, in this order."""
        ...


class Drainer:
    """Publishes what the spool holds; a repeat after a crash has the same ids."""

    def __init__(
        self,
        spool: Spool,
        publisher: Publisher,
        translate: Callable[[bytes], Sequence[Outgoing]],
        described: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """described: returns once the topics are right; carriers are answered all the same."""
        self._described = described
        self._spool = spool
        self._publisher = publisher
        self._translate = translate

    async def run(self) -> None:
        """Drain until cancelled."""
        await self._publisher.start()
        if self._described is not None:
            await self._described()
        while True:
            batch = await self._spool.read()
            point("drain-read")
            found = [self._translate(each) for each in batch.payloads]
            records = [record for each in found for record in each]
            if records:
                await self._publisher.publish(records)
            point("drain-published")
            await self._spool.retire(batch.then)
            point("drain-retired")
            _count(records)
            MEANT.labels("", "nothing").inc(sum(not each for each in found))


def _meaning(record: Outgoing) -> tuple[str, str]:
    """Say whose word it was, and of which kind."""
    if record.topic == DEAD_TOPIC:
        carrier = dict(record.headers).get("tandem-carrier", b"").decode()
        return carrier, "dead-letter"
    event = codec.decode(record.value).data
    if isinstance(event, ReceiptArrived):
        return event.carrier, "unknown-state" if event.status is None else "receipt"
    return event.carrier, "opt-out" if isinstance(event, OptOutArrived) else "message"


def _count(records: Sequence[Outgoing]) -> None:
    for record in records:
        DRAINED.labels(record.topic).inc()
        MEANT.labels(*_meaning(record)).inc()
        if tracer.on and record.topic != DEAD_TOPIC:
            tracer.began(record.headers, codec.decode(record.value).time)
        if record.topic == DEAD_TOPIC:
            why = {name: value.decode() for name, value in record.headers}
            _log.warning(
                "webhook-dead-lettered",
                carrier=why.get("tandem-carrier"),
                reason=why["tandem-reason"],
                error=why["tandem-error"],
            )
