"""Raw requests in the object store: whole segments by day, each with its index.

    raw/2026-11-21/<number>-<mark>.spool             the segment, byte for byte as it was spooled
    raw/2026-11-21/<number>-<mark>.<entries>.index   its index (adapters/index.py)

The index is written last: a segment without one is not archived yet.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from services.ingest.adapters import index, segments
from services.ingest.adapters.segments import Torn, Whole
from services.ingest.ports import Bucket, NotKept
from services.kernel.objects import NoSuchObject

#: Objects that are ever listed: ten years of segments at one a quarter of an hour, twice over.
MOST_OBJECTS = 1_000_000
#: Segments whose indexes are read side by side.
_AT_ONCE = 8
#: What is read of a frame at first; most requests are smaller.
_FRAME_BYTES = 16 << 10
_ROOT = "raw/"
_TYPE = "application/octet-stream"


class Archived(NamedTuple):
    """A segment of the archive."""

    day: date
    #: The object's key.
    key: str
    entries: int

    @property
    def index_key(self) -> str:
        return f"{self.key.removesuffix('.spool')}.{self.entries}.index"

    @property
    def mark(self) -> bytes:
        return bytes.fromhex(Path(self.key).stem.partition("-")[2])


class Found(NamedTuple):
    """A raw request and where it is."""

    segment: str
    offset: int
    payload: bytes


@dataclass(frozen=True)
class Archive:
    """What ingest writes and the operator reads."""

    bucket: Bucket

    async def prepare(self) -> None:
        """Make the bucket if it is not there."""
        await self.bucket.make_bucket()

    async def keep(
        self, day: date, name: str, content: bytes, entries: Iterable[tuple[str, int]]
    ) -> Archived:
        """Store a segment; returns once the store has given the same bytes back. NotKept."""
        spelled = index.spell(entries)
        count = len(spelled) // index.ENTRY_BYTES
        segment = Archived(day, f"{_ROOT}{day.isoformat()}/{name}.spool", count)
        await self._put(segment.key, content)
        await self._put(segment.index_key, spelled)
        return segment

    async def segments(self, first: date = date.min, last: date = date.max) -> list[Archived]:
        """Name the segments of these days that are wholly there, oldest first."""
        keys = await self.bucket.keys(_ROOT, MOST_OBJECTS)
        found = sorted(filter(None, map(_archived, keys)))
        return [each for each in found if first <= each.day <= last]

    async def of_day(self, day: date) -> list[Archived]:
        """Name the segments that may hold requests of a day: one may have begun the day before."""
        return await self.segments(day - timedelta(days=1), day)

    async def forget(self, before: date) -> int:
        """Delete what is older than a day, indexes first; gives how many objects."""
        keys = sorted(await self.bucket.keys(_ROOT, MOST_OBJECTS))
        old = [key for key in keys if key.split("/")[1] < before.isoformat()]
        for key in old:
            await self.bucket.remove(key)
        return len(old)

    async def find(self, name: str, among: Iterable[Archived]) -> list[Found]:
        """Give every request that is known by an id, in the order of the segments."""
        among = list(among)
        found: list[Found] = []
        for start in range(0, len(among), _AT_ONCE):
            some = among[start : start + _AT_ONCE]
            offsets = await asyncio.gather(*(self._offsets(name, each) for each in some))
            for segment, at in zip(some, offsets, strict=True):
                found += [await self.frame(segment, offset) for offset in sorted(at)]
        return found

    async def frame(self, segment: Archived, offset: int) -> Found:
        """Read one request; NotKept if it is damaged."""
        for size in (_FRAME_BYTES, segments.HEADER_BYTES + segments.MAX_PAYLOAD_BYTES):
            content = await self.bucket.get(segment.key, offset=offset, length=size)
            whole = next(segments.scan(content, segment.mark), None)
            if isinstance(whole, Whole):
                return Found(segment.key, offset, whole.payload)
            if not isinstance(whole, Torn):
                break
        raise NotKept(f"{segment.key} at {offset}")

    async def requests(self, among: Iterable[Archived]) -> AsyncIterator[Found]:
        """Read whole segments, one after another."""
        for segment in among:
            content = await self.bucket.get(segment.key)
            for whole in wholes(content, segment.mark):
                yield Found(segment.key, whole.start, whole.payload)

    async def _offsets(self, name: str, segment: Archived) -> list[int]:
        async def read(offset: int, length: int) -> bytes:
            if not length:
                return b""
            return await self.bucket.get(segment.index_key, offset=offset, length=length)

        return await index.find(name, segment.entries, read)

    async def _put(self, key: str, content: bytes) -> None:
        await self.bucket.put(key, content, _TYPE)
        try:
            kept = await self.bucket.get(key) if content else b""
        except NoSuchObject as error:
            raise NotKept(key) from error
        if hashlib.sha256(kept).digest() != hashlib.sha256(content).digest():
            raise NotKept(key)


def wholes(content: bytes, mark: bytes) -> Iterator[Whole]:
    """Give the sound frames of a segment."""
    return (each for each in segments.scan(content, mark) if isinstance(each, Whole))


def _archived(key: str) -> Archived | None:
    """Read an index's key; None for any other."""
    stem, _, kind = key.rpartition(".")
    segment, _, count = stem.rpartition(".")
    if kind != "index" or not count.isdecimal():
        return None
    return Archived(date.fromisoformat(key.split("/")[1]), f"{segment}.spool", int(count))
