"""Tells media's own deciders, by the log, which objects uploads need."""

import msgspec

from schemas.catalog import topic_of, wire_name
from schemas.envelope import Envelope
from schemas.media import HoldObject, ReleaseObject
from services.kernel import ids
from services.kernel.clock import Clock
from services.kernel.deciding import outgoing
from services.kernel.outbox import Publisher
from services.media.domain.holding import upload_holder
from services.media.domain.uploading import Upload
from services.media.handlers import to_object


class LogHolding:
    """Holding by commands on `media-commands`; repeated, they are no news."""

    def __init__(self, publisher: Publisher, clock: Clock) -> None:
        self._publisher = publisher
        self._clock = clock

    async def hold(self, upload: Upload, key: str) -> None:
        await self._tell(upload, HoldObject(key=key, holder=upload_holder(upload.id)))

    async def release(self, upload: Upload, key: str) -> None:
        await self._tell(upload, ReleaseObject(key=key, holder=upload_holder(upload.id)))

    async def _tell(self, upload: Upload, wish: msgspec.Struct) -> None:
        addressed = to_object(wish, upload.tenant)
        name = ids.new()
        envelope = Envelope(
            id=name,
            type=wire_name(wish),
            source="media",
            subject=addressed.subject,
            time=self._clock.now(),
            partitionkey=addressed.partitionkey,
            tenant=upload.tenant,
            correlation=name,
            data=wish,
        )
        await self._publisher.publish([outgoing(topic_of(wish), envelope)])
