"""Puts a file into the bucket under its content's hash, and a small copy of a picture beside it."""

from pathlib import Path

from schemas.media import StoredObject
from services.media.ports import Picture, Shrinker, Store

#: What hangs at the key of an object's small copy; they come and go together.
SMALL = ".thumbnail"
_LOOKED_AT = ("image/", "video/")


class Keeping:
    """Keeps files: equal bytes of one tenant once."""

    def __init__(self, store: Store, shrinker: Shrinker) -> None:
        self._store = store
        self._shrinker = shrinker

    async def keep(
        self, key: str, path: Path, media_type: str
    ) -> tuple[StoredObject, StoredObject | None]:
        """Keep a file and its small copy; StoreAway."""
        looked_at = media_type.startswith(_LOOKED_AT)
        picture = await self._shrinker.shrink(path, media_type) if looked_at else None
        small = await self._keep_small(key, picture) if picture else None
        await self._store.put(key, path, media_type)
        original = StoredObject(
            key=key,
            media_type=media_type,
            size=_size(path),
            width=picture.width if picture else None,
            height=picture.height if picture else None,
        )
        return original, small

    async def _keep_small(self, key: str, picture: Picture) -> StoredObject:
        kept = StoredObject(
            key=key + SMALL,
            media_type=picture.thumbnail_type,
            size=_size(picture.thumbnail),
            width=picture.thumbnail_width,
            height=picture.thumbnail_height,
        )
        await self._store.put(kept.key, picture.thumbnail, kept.media_type)
        return kept


def _size(path: Path) -> int:
    return path.stat().st_size
