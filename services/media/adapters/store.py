"""The media bucket as media's ports; it is made when the first file comes."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from services.kernel import objects
from services.media.adapters.keeping import SMALL
from services.media.ports import Register, StoreAway

_PIECE_BYTES = 262_144
#: Pieces of uploads lie here; no tenant's name begins with a dot, and no link leads here.
_SCRATCH = ".uploads"
#: More pieces than the largest upload of the smallest chunks that a client may choose.
_MOST_PIECES = 1000


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except objects.StoreAway as away:
        raise StoreAway(str(away)) from away


class BucketStore:
    """Store by the kernel's bucket; the register keeps writing and removing apart."""

    def __init__(self, bucket: objects.Objects, register: Register) -> None:
        self._bucket = bucket
        self._register = register
        self._is_there = False

    async def put(self, key: str, path: Path, media_type: str) -> None:
        if not await self._register.writing(key.removesuffix(SMALL)):
            raise StoreAway("it is just being removed")
        with _translated():
            if not self._is_there:
                await self._bucket.make_bucket()
                self._is_there = True
            await self._bucket.put_file(key, str(path), media_type)

    async def size(self, key: str) -> int | None:
        try:
            with _translated():
                return (await self._bucket.stat(key)).size
        except objects.NoSuchObject:
            return None

    async def read(self, key: str, start: int, length: int) -> AsyncIterator[bytes]:
        end = start + length
        for begin in range(start, end, _PIECE_BYTES):
            size = min(_PIECE_BYTES, end - begin)
            yield await self._bucket.get(key, offset=begin, length=size)

    async def remove(self, key: str, written_before: datetime) -> bool:
        if not await self._register.removing(key, written_before):
            return False
        with _translated():
            await self._bucket.remove(key + SMALL)
            await self._bucket.remove(key)
        await self._register.removed(key)
        return True


class BucketScratch:
    """Scratch in the same bucket, so that any replica can go on with an upload."""

    def __init__(self, bucket: objects.Objects) -> None:
        self._bucket = bucket
        self._is_there = False

    async def put(self, name: str, content: bytes) -> None:
        with _translated():
            if not self._is_there:
                await self._bucket.make_bucket()
                self._is_there = True
            await self._bucket.put(f"{_SCRATCH}/{name}", content, "application/octet-stream")

    async def get(self, name: str) -> bytes:
        try:
            with _translated():
                return await self._bucket.get(f"{_SCRATCH}/{name}")
        except objects.NoSuchObject as gone:
            raise StoreAway("a piece is gone") from gone

    async def clear(self, upload_id: str) -> None:
        with _translated():
            for key in await self._bucket.keys(f"{_SCRATCH}/{upload_id}/", _MOST_PIECES):
                await self._bucket.remove(key)
