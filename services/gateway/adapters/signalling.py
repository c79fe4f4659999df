"""Says on `signals` what may be lost; a full queue loses it, and nobody waits."""

import asyncio

import msgspec

from schemas.catalog import topic_of, wire_name
from schemas.codec import encode, headers
from schemas.envelope import Envelope
from services.kernel import ids
from services.kernel.clock import Clock
from services.kernel.deciding import Outgoing
from services.kernel.kafka.publisher import KafkaPublisher

_MOST_UNSAID = 1_000


class Signaller:
    """Publishes this replica's signals, one after the other."""

    def __init__(self, publisher: KafkaPublisher, clock: Clock, instance: str) -> None:
        self._publisher, self._clock = publisher, clock
        #: This replica, as the others hear it.
        self.source = f"gateway/{instance}"
        self._unsaid: asyncio.Queue[tuple[str, str, msgspec.Struct]] = asyncio.Queue(_MOST_UNSAID)

    def say(self, tenant: str, user: str, data: msgspec.Struct) -> None:
        """Say something about a person, soon."""
        if not self._unsaid.full():
            self._unsaid.put_nowait((tenant, user, data))

    async def run(self) -> None:
        while True:
            signal = self._signal(*await self._unsaid.get())
            await self._publisher.publish([signal])

    def _signal(self, tenant: str, user: str, data: msgspec.Struct) -> Outgoing:
        signal_id = ids.new()
        envelope = Envelope(
            id=signal_id,
            type=wire_name(data),
            source=self.source,
            subject=user,
            time=self._clock.now(),
            partitionkey=user,
            tenant=tenant,
            correlation=signal_id,
            data=data,
        )
        return Outgoing(topic_of(data), user.encode(), encode(envelope), headers(envelope))
