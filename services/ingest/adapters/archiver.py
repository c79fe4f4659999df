"""Sealed segments go to the archive; the spool parts with one only once the archive surely has it.

While the archive is away nothing else waits for it: carriers are answered, the log is fed.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import date, datetime, timedelta

import msgspec
import structlog
from prometheus_client import Counter

from services.ingest.adapters.archive import Archive, wholes
from services.ingest.adapters.segments import Segment
from services.ingest.adapters.spool import FileSpool
from services.ingest.domain import Kept
from services.ingest.handlers import Outcome, names, read
from services.ingest.ports import NotKept
from services.kernel.objects import StoreAway, StoreRefused

#: A segment is closed when it is so old, or at midnight: what came in is soon to be found.
SEAL_SECONDS = 900.0
LOOK_SECONDS = 2.0
#: While the archive is away; doubled each time.
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 60.0
FORGET_SECONDS = 3600.0
#: Requests that are parsed for the index before a carrier's turn.
_SLICE = 20

ARCHIVED = Counter("tandem_raw_archived_total", "Segments that the archive surely has")
FAILED = Counter("tandem_raw_failures_total", "Tries at the archive that failed", ["why"])
_log = structlog.get_logger()
_TROUBLE = (StoreAway, StoreRefused, NotKept)


class Archiver:
    """Seals, uploads, confirms, forgets."""

    def __init__(
        self,
        spool: FileSpool,
        archive: Archive,
        outcome: Callable[[Kept], Outcome],
        *,
        days: int,
        now: Callable[[], datetime],
    ) -> None:
        self._spool = spool
        self._archive = archive
        self._outcome = outcome
        self._days = days
        self._now = now
        self._seen: tuple[int | None, datetime] = (None, now())
        self._forgotten: datetime | None = None
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Work until cancelled."""
        wait = FIRST_WAIT_SECONDS
        while True:
            await self.seal_what_is_old()
            try:
                await self._archive.prepare()
                await self.archive_sealed()
                await self.forget_what_is_old()
            except _TROUBLE as error:
                FAILED.labels(type(error).__name__).inc()
                _log.warning("archive-away", error=type(error).__name__, code=str(error))
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)
            else:
                wait = FIRST_WAIT_SECONDS
                await asyncio.sleep(LOOK_SECONDS)

    async def flush(self) -> None:
        """Archive all that is in the spool now, whatever its age; raises what hinders it."""
        await self._spool.seal()
        await self.archive_sealed()

    async def archive_sealed(self) -> None:
        """Archive every sealed segment, oldest first; a failure leaves the rest where it is."""
        async with self._turn:
            for segment, length in self._spool.sealed():
                with contextlib.suppress(FileNotFoundError):  # let go meanwhile: see the spool
                    await self._keep(segment, length)
                    await self._spool.archived(segment.number)
                    ARCHIVED.inc()

    async def _keep(self, segment: Segment, length: int) -> None:
        content = (await asyncio.to_thread(segment.path.read_bytes))[:length]
        day, entries = await self._index(content, segment.mark)
        await self._archive.keep(day, segment.path.stem, content, entries)

    async def _index(self, content: bytes, mark: bytes) -> tuple[date, list[tuple[str, int]]]:
        """Parse every request, little by little; the day is the first one's."""
        day: date | None = None
        entries: list[tuple[str, int]] = []
        for count, whole in enumerate(wholes(content, mark)):
            kept = _readable(whole.payload)
            if kept is not None:
                day = day or kept.received_at.date()
                if not kept.only:  # a repeat of a request that is found elsewhere
                    found = names(self._outcome(kept))
                    entries += [(name, whole.start) for name in found]
            if count % _SLICE == 0:
                await asyncio.sleep(0)
        return day or self._now().date(), entries

    async def seal_what_is_old(self) -> None:
        """Close the open segment at midnight, or when it is a quarter of an hour old."""
        number, since = self._seen
        now = self._now()
        if self._spool.open != number:
            self._seen = (self._spool.open, now)
        elif number is not None and _is_old(since, now):
            await self._spool.seal()

    async def forget_what_is_old(self) -> None:
        """Delete days that are older than the operator wants to keep."""
        now = self._now()
        if self._forgotten and now - self._forgotten < timedelta(seconds=FORGET_SECONDS):
            return
        count = await self._archive.forget(now.date() - timedelta(days=self._days))
        self._forgotten = now
        if count:
            _log.info("raw-requests-forgotten", objects=count)


def _is_old(since: datetime, now: datetime) -> bool:
    return since.date() != now.date() or now - since >= timedelta(seconds=SEAL_SECONDS)


def _readable(payload: bytes) -> Kept | None:
    try:
        return read(payload)
    except msgspec.DecodeError:
        return None  # of a version that kept requests differently
