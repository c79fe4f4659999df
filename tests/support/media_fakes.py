"""Media's ports, in memory: held to the same contract suites as the real adapters."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec

from schemas.base import MessageId
from schemas.media import SentFile
from services.media.adapters.keeping import SMALL
from services.media.domain import uploading
from services.media.domain.fetching import Wanted
from services.media.domain.uploading import NewUpload, NotTaken, Upload
from services.media.ports import Fetched, NotFetched, Preview, StoreAway

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class FakePreviews:
    """Gives one look after the other, then none; None of a picture that is still coming."""

    def __init__(self, looks: Sequence[Preview | None] = (), *, deleted: bool = False) -> None:
        self._looks = list(looks)
        self._deleted = deleted

    async def preview(self, message_id: MessageId) -> Preview | None:
        if self._deleted:
            raise LookupError(message_id)
        return self._looks.pop(0) if self._looks else None


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


class FakeRegister:
    """When objects were written, by a clock that the test moves."""

    def __init__(self, now: datetime = _LONG_AGO) -> None:
        self.now = now
        self._written: dict[str, datetime] = {}
        self._removing: set[str] = set()

    async def writing(self, key: str) -> bool:
        if key in self._removing:
            return False
        self._written[key] = self.now
        return True

    async def removing(self, key: str, written_before: datetime) -> bool:
        may = key in self._removing or self._written.get(key, _LONG_AGO) < written_before
        if may:
            self._removing.add(key)
        return may

    async def removed(self, key: str) -> None:
        if key in self._removing:
            self._removing.discard(key)
            self._written.pop(key, None)


class FakeStore:
    """The bucket as a dictionary."""

    def __init__(self, register: FakeRegister | None = None) -> None:
        self.register = register or FakeRegister()
        self.objects: dict[str, tuple[bytes, str]] = {}

    async def put(self, key: str, path: Path, media_type: str) -> None:
        if not await self.register.writing(key.removesuffix(SMALL)):
            raise StoreAway("it is just being removed")
        self.objects[key] = (_bytes(path), media_type)

    async def size(self, key: str) -> int | None:
        return len(self.objects[key][0]) if key in self.objects else None

    async def read(self, key: str, start: int, length: int) -> AsyncIterator[bytes]:
        yield self.objects[key][0][start : start + length]

    async def remove(self, key: str, written_before: datetime) -> bool:
        if not await self.register.removing(key, written_before):
            return False
        for name in (key, key + SMALL):
            self.objects.pop(name, None)
        await self.register.removed(key)
        return True


class FakeScratch:
    """Pieces as a dictionary."""

    def __init__(self) -> None:
        self.pieces: dict[str, bytes] = {}

    async def put(self, name: str, content: bytes) -> None:
        self.pieces[name] = content

    async def get(self, name: str) -> bytes:
        if name not in self.pieces:
            raise StoreAway("a piece is gone")
        return self.pieces[name]

    async def clear(self, upload_id: str) -> None:
        for name in [one for one in self.pieces if one.startswith(f"{upload_id}/")]:
            del self.pieces[name]


class FakeUploads:
    """The register of uploads, by a clock that the test moves."""

    def __init__(self, now: datetime = _LONG_AGO) -> None:
        self.now = now
        self.rows: dict[str, Upload] = {}

    async def open(self, new: NewUpload, life: timedelta) -> Upload:
        if (known := await self.find(new.id, new.tenant, new.owner)) is not None:
            return known
        alive = [
            one
            for one in self.rows.values()
            if (one.tenant, one.owner) == (new.tenant, new.owner) and one.expires_at > self.now
        ]
        opened = [one for one in alive if one.file is None]
        if (
            new.id in self.rows
            or len(alive) >= uploading.MOST_ALIVE
            or len(opened) >= uploading.MOST_OPEN
            or sum(one.size for one in opened) + new.size > uploading.MOST_OPEN_BYTES
        ):
            raise NotTaken("too-many-uploads", "You have too many uploads waiting.")
        self.rows[new.id] = Upload(**msgspec.structs.asdict(new), expires_at=self.now + life)
        return self.rows[new.id]

    async def find(self, upload_id: str, tenant: str, owner: str) -> Upload | None:
        found = self.rows.get(upload_id)
        if found is None or (found.tenant, found.owner) != (tenant, owner):
            return None
        return found if found.expires_at > self.now else None

    async def grow(self, upload: Upload, chunk: str, length: int, life: timedelta) -> Upload | None:
        found = self.rows.get(upload.id)
        if found is None or found.received != upload.received or found.file is not None:
            return None
        return self._change(
            upload.id,
            received=found.received + length,
            chunks=(*found.chunks, chunk),
            expires_at=self.now + life,
        )

    async def intend(self, upload: Upload, key: str) -> None:
        if upload.id in self.rows:
            self._change(upload.id, key=key)

    async def finish(self, upload: Upload, file: SentFile, life: timedelta) -> Upload | None:
        if upload.id not in self.rows:
            return None
        return self._change(upload.id, file=file, chunks=(), expires_at=self.now + life)

    async def drop(self, upload_id: str) -> None:
        self.rows.pop(upload_id, None)

    async def expired(self, kept_on: timedelta, most: int) -> list[Upload]:
        over = [
            one
            for one in self.rows.values()
            if one.expires_at + (kept_on if one.file else timedelta()) < self.now
        ]
        return sorted(over, key=lambda one: one.expires_at)[:most]

    def _change(self, upload_id: str, **values: object) -> Upload:
        self.rows[upload_id] = msgspec.structs.replace(self.rows[upload_id], **values)
        return self.rows[upload_id]


class FakeHolding:
    """Which uploads hold which objects."""

    def __init__(self) -> None:
        self.held: set[tuple[str, str]] = set()

    async def hold(self, upload: Upload, key: str) -> None:
        self.held.add((upload.id, key))

    async def release(self, upload: Upload, key: str) -> None:
        self.held.discard((upload.id, key))


def _bytes(path: Path) -> bytes:
    """Read a test's few bytes; out of the coroutine, where blocking is no matter."""
    return path.read_bytes()
