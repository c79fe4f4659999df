"""The spool: requests on stable storage until they are on the log (reliability.md §5).

Group commit: while one `fdatasync` runs, requests gather; the next one is for all of them. A failed
write is taken back and said to the carrier; a failed sync ends the process, since nobody knows what
the disk holds then. Every start begins a new segment; a segment is deleted once all of it is on the
log, so nothing is archived here.
"""

import asyncio
import fcntl
import json
import os
from collections.abc import Callable
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
        sync: Callable[[int], None] = os.fdatasync,
        end: Callable[[str], None] = end_process,
    ) -> None:
        self._directory = directory
        self._max_bytes = max_bytes
        segment_bytes = min(SEGMENT_BYTES, max(max_bytes // 4, 1))
        self._writer = Writer(directory, segment_bytes, sync, end)
        self._disk = ThreadPoolExecutor(1, "spool")
        self._waiting: list[_Waiting] = []
        self._wanted = asyncio.Event()
        self._readable = asyncio.Event()
        #: Every segment with the length that is on stable storage, in order.
        self._segments: dict[int, tuple[Segment, int]] = {}
        #: The one that is still written to.
        self._open: int | None = None
        self._promised = 0

    async def __aenter__(self) -> Self:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = _lock(self._directory / "lock")
        for segment in segments.find(self._directory):
            self._segments[segment.number] = (segment, _recover(segment))
        self._at = max(_position(self._directory), Position(min(self._segments, default=0), 0))
        SPOOL_BYTES.set(self._bytes)
        self._committing = asyncio.create_task(self._commit_always())
        return self

    async def __aexit__(self, *error: object) -> None:
        del error
        self._committing.cancel()
        await asyncio.wait({self._committing})
        self._disk.shutdown()
        for _, waiter in self._waiting:
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
        """Forget what lies before, on disk where a whole segment does."""
        gone = [segment for number, (segment, _) in self._segments.items() if number < then.segment]
        await asyncio.to_thread(_forget, self._directory, then, gone)
        self._at = then
        for segment in gone:
            del self._segments[segment.number]
        SPOOL_BYTES.set(self._bytes)

    @property
    def _bytes(self) -> int:
        return sum(length for _, length in self._segments.values())

    async def _commit_always(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            waiting, self._waiting = self._waiting, []
            error = await self._commit([payload for payload, _ in waiting])
            self._promised = sum(len(each) + segments.HEADER_BYTES for each, _ in self._waiting)
            for _, done in waiting:
                if done.done():
                    continue  # its carrier hung up; it is kept all the same
                if error is None:
                    done.set_result(None)
                else:
                    done.set_exception(error)

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


def _forget(directory: Path, then: Position, gone: list[Segment]) -> None:
    position = directory / "position"
    fresh = position.with_suffix(".new")
    fresh.write_text(json.dumps(then))
    fresh.replace(position)
    for segment in gone:
        segment.path.unlink(missing_ok=True)


def _lock(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, _PERMISSIONS)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise SpoolInUse(str(path)) from error
    return handle
