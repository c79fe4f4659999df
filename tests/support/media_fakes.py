"""Media's ports, in memory: held to the same contract suites as the real adapters."""

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

from services.media.domain import Wanted
from services.media.ports import Fetched, NotFetched


class FakeSource:
    """Carriers' files by URL; a code instead of bytes refuses."""

    def __init__(self) -> None:
        self.files: dict[str, bytes | NotFetched] = {}

    async def fetch(self, want: Wanted, into: Path) -> Fetched:
        found = self.files[want.file.url]
        if isinstance(found, NotFetched):
            raise found
        path = into / "file"
        path.write_bytes(found)
        return Fetched(path=path, sha256=sha256(found).hexdigest(), size=len(found))


class FakeStore:
    """The bucket as a dictionary."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, str]] = {}

    async def put(self, key: str, path: Path, media_type: str) -> None:
        self.objects[key] = (_bytes(path), media_type)

    async def size(self, key: str) -> int | None:
        return len(self.objects[key][0]) if key in self.objects else None

    async def read(self, key: str, start: int, length: int) -> AsyncIterator[bytes]:
        yield self.objects[key][0][start : start + length]


def _bytes(path: Path) -> bytes:
    """Read a test's few bytes; out of the coroutine, where blocking is no matter."""
    return path.read_bytes()
