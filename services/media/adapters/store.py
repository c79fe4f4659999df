"""The media bucket as media's port; it is made when the first file comes."""

from collections.abc import AsyncIterator
from pathlib import Path

from services.kernel import objects
from services.media.ports import StoreAway

_PIECE_BYTES = 262_144


class BucketStore:
    """Store by the kernel's bucket."""

    def __init__(self, bucket: objects.Objects) -> None:
        self._bucket = bucket
        self._is_there = False

    async def put(self, key: str, path: Path, media_type: str) -> None:
        try:
            if not self._is_there:
                await self._bucket.make_bucket()
                self._is_there = True
            await self._bucket.put_file(key, str(path), media_type)
        except objects.StoreAway as away:
            raise StoreAway(str(away)) from away

    async def size(self, key: str) -> int | None:
        try:
            return (await self._bucket.stat(key)).size
        except objects.NoSuchObject:
            return None
        except objects.StoreAway as away:
            raise StoreAway(str(away)) from away

    async def read(self, key: str, start: int, length: int) -> AsyncIterator[bytes]:
        end = start + length
        for begin in range(start, end, _PIECE_BYTES):
            size = min(_PIECE_BYTES, end - begin)
            yield await self._bucket.get(key, offset=begin, length=size)
