"""The spool: requests on stable storage until they are on the log (reliability.md §5).

Group commit: while one `fdatasync` runs, requests gather; the next one is for all of them. A failed
write is taken back and said to the carrier; a failed sync ends the process, since nobody knows what
the disk holds then. Every start begins a new segment; a segment is deleted once all of it is on the
log and, where there is an archive, the archive has it too. Sealed segments that only wait for the
archive have a limit of their own, so that an archive that is away never costs a carrier's request;
beyond it the oldest goes, which is counted: a text on the log is worth more than its raw request.
"""

import asyncio
import fcntl
import json
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

import structlog
from prometheus_client import Counter, Gauge

from services.ingest.adapters import segments
from services.ingest.adapters.segments import Damaged, Segment, Torn, Whole
from services.ingest.adapters.writer import Writer
from services.ingest.ports import Batch, Faulty, Full, Position
from services.kernel.watchdog import end_process

#: A segment is closed when it has grown beyond this, or a quarter of the spool's limit.
SEGMENT_BYTES = 16 << 20
#: Requests that may wait for one sync; more than a slow disk can be caught up with.
MAX_WAITING = 2000
MAX_BATCH = 500
MAX_BATCH_BYTES = 4 << 20
_PERMISSIONS = 0o600

SPOOL_BYTES = Gauge("tandem_spool_bytes", "What the spool takes on disk")
BACKLOG_BYTES = Gauge("tandem_raw_backlog_bytes", "On the log, waiting for the archive")
DROPPED = Counter("tandem_raw_dropped_total", "Segments let go unarchived: the backlog was full")
DAMAGED = Counter("tandem_spool_damaged_total", "Stretches of the spool set aside as damaged")
SYNCS = Counter("tandem_spool_syncs_total", "Syncs; appends per sync is the group")
APPENDS = Counter("tandem_spool_appends_total", "Requests on stable storage")
_log = structlog.get_logger()

_Waiting = tuple[bytes, "asyncio.Future[None]"]


class SpoolInUse(RuntimeError):
    """Another process has this spool: two would destroy each other's work."""


class FileSpool:
    """Spool in a directory of its own; use it as an async context manager.

    Its state is touched in the event loop only; the disk's threads are given values.
    """

    def __init__(
        self,
        directory: Path,
        max_bytes: int,
        *,
        backlog_bytes: int = 0,
        sync: Callable[[int], None] = os.fdatasync,
        end: Callable[[str], None] = end_process,
    ) -> None:
        self._directory = directory
        self._max_bytes = max_bytes
        #: Zero where there is no archive to wait for.
        self._max_backlog = backlog_bytes
        segment_bytes = min(SEGMENT_BYTES, max(max_bytes // 4, 1))
        self._writer = Writer(directory, segment_bytes, sync, end)
        self._disk = ThreadPoolExecutor(1, "spool")
        self._waiting: list[_Waiting] = []
        self._sealing: list[asyncio.Future[None]] = []
        self._wanted = asyncio.Event()
        self._readable = asyncio.Event()
        #: Every segment with the length that is on stable storage, in order.
        self._segments: dict[int, tuple[Segment, int]] = {}
        #: Those of which all is on the log, but which the archive does not have yet; in order.
        self._backlog: dict[int, tuple[Segment, int]] = {}
        #: Those that the archive has, but of which not all is on the log yet.
        self._archived: set[int] = set()
        #: The one that is still written to.
        self._open: int | None = None
        self._promised = 0

    async def __aenter__(self) -> Self:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = _lock(self._directory / "lock")
        for segment in segments.find(self._directory):
            self._segments[segment.number] = (segment, _recover(segment))
        self._at = max(_position(self._directory), Position(min(self._segments, default=0), 0))
        await self._put_by(self._at)
        self._committing = asyncio.create_task(self._commit_always())
        return self

    async def __aexit__(self, *error: object) -> None:
        del error
        self._committing.cancel()
        await asyncio.wait({self._committing})
        self._disk.shutdown()
        for waiter in (*(done for _, done in self._waiting), *self._sealing):
            waiter.cancel()
        self._writer.close()
        os.close(self._lock)

    async def watch(self) -> None:
        """Wait for the commits to end, which they do only by an error."""
        await asyncio.shield(self._committing)

    async def append(self, payload: bytes) -> None:
        """Return once the payload is on stable storage; Full or Faulty if it is not."""
        size = len(payload) + segments.HEADER_BYTES
        if len(self._waiting) >= MAX_WAITING or len(payload) > segments.MAX_PAYLOAD_BYTES:
            raise Full
        if self._bytes + self._promised + size > self._max_bytes:
            raise Full
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._promised += size
        self._waiting.append((payload, done))
        self._wanted.set()
        await done

    async def read(self) -> Batch:
        """Wait for payloads that are on stable storage and not yet retired; give the first ones."""
        while True:
            self._readable.clear()
            batch = await self._next()
            if batch.payloads:
                return batch
            if batch.then != self._at:
                await self.retire(batch.then)
            else:
                await self._readable.wait()

    async def retire(self, then: Position) -> None:
        """Forget what lies before, on disk where a whole segment does and nobody else wants it."""
        await asyncio.to_thread(_note, self._directory, then)
        self._at = then
        await self._put_by(then)

    async def seal(self) -> None:
        """Return once nothing is written any more to what is there now."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sealing.append(done)
        self._wanted.set()
        await done

    @property
    def open(self) -> int | None:
        """The number of the segment that is still written to."""
        return self._open

    @property
    def is_crowded(self) -> bool:
        """Tell whether half of the room is taken: no time for work that can wait."""
        return 2 * (self._bytes + self._promised) > self._max_bytes

    def sealed(self) -> list[tuple[Segment, int]]:
        """Name what the archive should take, with the length that counts, oldest first."""
        mine = {n: each for n, each in self._segments.items() if n != self._open}
        wanted = {**self._backlog, **mine}
        return [wanted[number] for number in sorted(wanted) if number not in self._archived]

    async def archived(self, number: int) -> None:
        """Hear that the archive surely has this one."""
        found = self._backlog.pop(number, None)
        if found is not None:
            await asyncio.to_thread(_delete, [found[0]])
        elif number in self._segments:
            self._archived.add(number)
        BACKLOG_BYTES.set(_total(self._backlog))

    async def _put_by(self, then: Position) -> None:
        """Part with the segments that are wholly on the log."""
        done = {n: self._segments[n] for n in sorted(self._segments) if n < then.segment}
        gone = [n for n in done if n in self._archived or not self._max_backlog]
        self._backlog.update({n: each for n, each in done.items() if n not in gone})
        deleted = [done[n][0] for n in gone] + self._let_go()
        await asyncio.to_thread(_delete, deleted)
        for number in done:
            del self._segments[number]
        self._archived.difference_update(gone)
        SPOOL_BYTES.set(self._bytes)
        BACKLOG_BYTES.set(_total(self._backlog))

    def _let_go(self) -> list[Segment]:
        """Keep the backlog within its limit."""
        dropped: list[Segment] = []
        while _total(self._backlog) > self._max_backlog:
            segment, length = self._backlog.pop(min(self._backlog))
            dropped.append(segment)
            DROPPED.inc()
            _log.error("raw-segment-dropped", segment=segment.number, size=length)
        return dropped

    @property
    def _bytes(self) -> int:
        return _total(self._segments)

    async def _commit_always(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            waiting, self._waiting = self._waiting, []
            if waiting:
                await self._take(waiting)
            sealing, self._sealing = self._sealing, []
            if sealing:
                await self._close(sealing)

    async def _take(self, waiting: list[_Waiting]) -> None:
        error = await self._commit([payload for payload, _ in waiting])
        self._promised = sum(len(each) + segments.HEADER_BYTES for each, _ in self._waiting)
        for _, done in waiting:
            if done.done():
                continue  # its carrier hung up; it is kept all the same
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)

    async def _close(self, sealing: list["asyncio.Future[None]"]) -> None:
        """Between two commits, so that nothing is written meanwhile."""
        await asyncio.get_running_loop().run_in_executor(self._disk, self._writer.seal)
        self._open = None
        self._readable.set()
        for done in sealing:
            if not done.done():
                done.set_result(None)

    async def _commit(self, payloads: list[bytes]) -> Faulty | None:
        after = max(self._at.segment, max(self._segments, default=0))
        loop = asyncio.get_running_loop()
        try:
            segment, length = await loop.run_in_executor(
                self._disk, self._writer.commit, payloads, after
            )
        except OSError as error:
            _log.warning("spool-refused", error=type(error).__name__, count=len(payloads))
            return Faulty()
        self._segments[segment.number] = (segment, length)
        self._open = segment.number
        APPENDS.inc(len(payloads))
        SYNCS.inc()
        SPOOL_BYTES.set(self._bytes)
        self._readable.set()
        return None

    async def _next(self) -> Batch:
        """Read on from where we are; an empty batch says only where to go on."""
        at = self._at
        if at.segment not in self._segments:
            later = [number for number in self._segments if number > at.segment]
            return Batch((), Position(min(later), 0) if later else at)
        segment, length = self._segments[at.segment]
        if at.offset < length:
            return await asyncio.to_thread(_read, segment, at, length)
        return Batch((), at if at.segment == self._open else Position(at.segment + 1, 0))


def _recover(segment: Segment) -> int:
    """Cut a torn tail, which was never promised; give the length of the rest."""
    content = segment.path.read_bytes()
    length = segments.whole_length(content, segment.mark)
    if length < len(content):
        os.truncate(segment.path, length)
        _log.warning("spool-tail-cut", size=len(content) - length)
    return length


def _position(directory: Path) -> Position:
    """Read how far the log is; where that is not known all is published again, by the same ids."""
    try:
        segment, offset = json.loads((directory / "position").read_text())
        return Position(int(segment), int(offset))
    except (OSError, ValueError, TypeError):
        return Position(0, 0)


def _read(segment: Segment, at: Position, length: int) -> Batch:
    with segment.path.open("rb") as file:
        file.seek(at.offset)
        content = file.read(length - at.offset)
    payloads: list[bytes] = []
    size, then = 0, at.offset
    for found in segments.scan(content, segment.mark):
        if isinstance(found, Whole):
            payloads.append(found.payload)
            size += len(found.payload)
            then = at.offset + found.end
        else:
            then = at.offset + _set_aside(content, found, segment, at.offset)
        if len(payloads) >= MAX_BATCH or size >= MAX_BATCH_BYTES:
            break
    return Batch(payloads, Position(at.segment, then))


def _set_aside(content: bytes, found: Damaged | Torn, segment: Segment, offset: int) -> int:
    """Keep damaged bytes for the operator; what was synced and is torn now is damaged too."""
    end = found.end if isinstance(found, Damaged) else len(content)
    aside = segment.path.parent / "damaged"
    aside.mkdir(exist_ok=True, mode=0o700)
    name = f"{segment.number:016d}-{offset + found.start}.bin"
    (aside / name).write_bytes(content[found.start : end])
    DAMAGED.inc()
    _log.error("spool-damaged", size=end - found.start)
    return end


def _note(directory: Path, then: Position) -> None:
    """Write down how far the log is, where there is room: else more is repeated, by the same ids.

    To give up on a full disk would be to stay on one: room comes only from what is deleted next.
    """
    position = directory / "position"
    fresh = position.with_suffix(".new")
    try:
        fresh.write_text(json.dumps(then))
        fresh.replace(position)
    except OSError as error:
        _log.warning("spool-position-unwritten", error=type(error).__name__)


def _delete(gone: list[Segment]) -> None:
    for segment in gone:
        segment.path.unlink(missing_ok=True)


def _total(kept: Mapping[int, tuple[Segment, int]]) -> int:
    return sum(length for _, length in kept.values())


def _lock(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, _PERMISSIONS)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise SpoolInUse(str(path)) from error
    return handle
