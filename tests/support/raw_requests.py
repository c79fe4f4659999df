"""A bucket in memory, held to the real one's suite, and what the archiver needs beside it."""

from datetime import UTC, datetime, timedelta

from services.kernel.objects import NoSuchObject, StoreAway

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class FakeBucket:
    """Objects in a dictionary; may be away, or keep less than it was given."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.is_away = False
        self.tears = 0

    async def make_bucket(self) -> None:
        self._ask()

    async def put(self, key: str, content: bytes, media_type: str) -> None:
        del media_type
        self._ask()
        if self.tears:
            self.tears -= 1
            content = content[: len(content) // 2]
        self.objects[key] = content

    async def get(self, key: str, *, offset: int = 0, length: int = 0) -> bytes:
        self._ask()
        if key not in self.objects:
            raise NoSuchObject(key)
        content = self.objects[key][offset:]
        return content[:length] if length else content

    async def keys(self, prefix: str, most: int) -> list[str]:
        self._ask()
        return sorted(key for key in self.objects if key.startswith(prefix))[:most]

    async def remove(self, key: str) -> None:
        self._ask()
        self.objects.pop(key, None)

    def _ask(self) -> None:
        if self.is_away:
            raise StoreAway("away")


class Clock:
    """A time that a test moves."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)
