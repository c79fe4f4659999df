"""What ends: uploads whose time is over, and objects that nobody needs any more."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import msgspec
import structlog

from schemas.media import SweepObject
from services.kernel.handling import Addressed
from services.media.domain.holding import Remove
from services.media.handlers import to_object
from services.media.ports import Holding, Scratch, Store, StoreAway, Uploads

EVERY_SECONDS = 60.0
_MOST_AT_ONCE = 200
#: A message that was sent in an upload's last minute must be on the log, and read, before its
#: upload lets go: this long may media stand still.
KEPT_ON = timedelta(hours=24)
#: Pauses between tries while the store is away; then the effect goes to the end of the line.
_WAITS = (0.5, 2.0, 5.0)
_log = structlog.get_logger()


class RemovePerformer:
    """Performer of the effect `remove`. Repeating it is harmless."""

    def __init__(self, store: Store, waits: Sequence[float] = _WAITS) -> None:
        self._store = store
        self._waits = waits

    async def perform(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...]:
        del effect_id
        wish = msgspec.json.decode(payload, type=Remove)
        again = to_object(SweepObject(key=wish.key), wish.tenant)
        for wait in self._waits:
            try:
                gone = await self._store.remove(wish.key, wish.written_before)
            except StoreAway:
                await asyncio.sleep(wait)
            else:
                _log.info("object-removed", gone=gone)
                return () if gone else (again,)
        return (again,)

    def interrupted(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...] | None:
        del effect_id, payload
        return None


class Sweeper:
    """Lets go of uploads that have expired."""

    def __init__(self, uploads: Uploads, scratch: Scratch, holding: Holding) -> None:
        self._uploads, self._scratch, self._holding = uploads, scratch, holding

    async def run(self) -> None:
        """Sweep for ever; what is away is swept the next time."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                swept = await self.sweep()
            except StoreAway as away:
                _log.warning("not-swept", reason=str(away))
            else:
                _log.debug("uploads-swept", count=swept)

    async def sweep(self) -> int:
        """Drop one lot of expired uploads; each step may be repeated after a crash."""
        expired = await self._uploads.expired(KEPT_ON, _MOST_AT_ONCE)
        for upload in expired:
            await self._scratch.clear(upload.id)
            if upload.key is not None:
                await self._holding.release(upload, upload.key)
            await self._uploads.drop(upload.id)
        return len(expired)
