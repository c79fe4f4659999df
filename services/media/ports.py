"""What media needs of the outside: a carrier's bytes, places to keep them, smaller pictures."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from schemas.base import MessageId
from schemas.media import SentFile
from services.media.domain.fetching import Wanted
from services.media.domain.uploading import NewUpload, Upload


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A file on our disk, hashed while it came in; whoever asked for it removes it."""

    path: Path
    sha256: str
    size: int


class NotFetched(Exception):
    """The file could not be had: FileRefused's stable code, and whether another try may help."""

    def __init__(self, code: str, *, retry: bool) -> None:
        super().__init__(code)
        self.code = code
        self.retry = retry


class Source(Protocol):
    """Where carriers keep files for us."""

    async def fetch(self, want: Wanted, into: Path) -> Fetched:
        """Copy the file below `into`; NotFetched says why not."""
        ...


class StoreAway(Exception):
    """The object store cannot be reached now, or not for this object: to be tried again."""


class Store(Protocol):
    """The media bucket."""

    async def put(self, key: str, path: Path, media_type: str) -> None:
        """Keep a file; repeating is harmless; StoreAway while the store cannot be reached."""
        ...

    async def size(self, key: str) -> int | None:
        """Tell how long an object is, or None where there is none."""
        ...

    def read(self, key: str, start: int, length: int) -> AsyncIterator[bytes]:
        """Give a range of an object, in pieces."""
        ...

    async def remove(self, key: str, written_before: datetime) -> bool:
        """Remove an object and its small copy; False if it was put again since, and so stays."""
        ...


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The small copy of a message's first picture."""

    key: str
    media_type: str


class Previews(Protocol):
    """What messages look like at a glance."""

    async def preview(self, message_id: MessageId) -> Preview | None:
        """Give it, or None while it is not there; LookupError once the message is deleted."""
        ...


class Register(Protocol):
    """Keeps writing and removing one object apart, on however many replicas; StoreAway."""

    async def writing(self, key: str) -> bool:
        """Note that it is written now; False while it is being removed."""
        ...

    async def removing(self, key: str, written_before: datetime) -> bool:
        """Begin to remove; False if it was written since."""
        ...

    async def removed(self, key: str) -> None:
        """End what `removing` began."""
        ...


class Scratch(Protocol):
    """Where the pieces of uploads lie until they are whole."""

    async def put(self, name: str, content: bytes) -> None:
        """Keep a piece; StoreAway while it cannot be kept."""
        ...

    async def get(self, name: str) -> bytes:
        """Give a piece; StoreAway where it is not there, for then its upload is swept."""
        ...

    async def clear(self, upload_id: str) -> None:
        """Drop every piece of an upload, also those that lost a race."""
        ...


class Uploads(Protocol):
    """The register of uploads; what has expired is not found any more."""

    async def open(self, new: NewUpload, life: timedelta) -> Upload:
        """Note an upload, or find it as it stands; NotTaken where the owner has too many."""
        ...

    async def find(self, upload_id: str, tenant: str, owner: str) -> Upload | None: ...

    async def grow(self, upload: Upload, chunk: str, length: int, life: timedelta) -> Upload | None:
        """Add a piece; None where another request was first."""
        ...

    async def intend(self, upload: Upload, key: str) -> None:
        """Note which object it is about to become."""
        ...

    async def finish(self, upload: Upload, file: SentFile, life: timedelta) -> Upload | None:
        """Note what came of it; None where it is gone."""
        ...

    async def drop(self, upload_id: str) -> None: ...

    async def expired(self, kept_on: timedelta, most: int) -> list[Upload]:
        """Name uploads whose time is over; complete ones only `kept_on` later."""
        ...


class Holding(Protocol):
    """Says on the log that an upload needs an object, or needs it no more."""

    async def hold(self, upload: Upload, key: str) -> None: ...

    async def release(self, upload: Upload, key: str) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Whose:
    """An upload, named by who may touch it."""

    id: str
    tenant: str
    owner: str


class Desk(Protocol):
    """Takes uploads; NotTaken, StoreAway, and LookupError for what is not there or not theirs."""

    async def open(self, new: NewUpload) -> Upload: ...

    async def add(self, whose: Whose, offset: int, content: bytes) -> Upload: ...

    async def look(self, whose: Whose) -> Upload: ...

    async def finish(self, whose: Whose) -> Upload: ...

    async def cancel(self, whose: Whose) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What a picture measures, and where its smaller copy is."""

    width: int
    height: int
    thumbnail: Path
    thumbnail_type: str
    thumbnail_width: int
    thumbnail_height: int


class Shrinker(Protocol):
    """Makes a small, clean copy of a picture, or of a film's first frame."""

    async def shrink(self, path: Path, media_type: str) -> Picture | None:
        """Measure and re-encode; None for one that cannot or must not be decoded."""
        ...


@dataclass(frozen=True, kw_only=True)
class Light:
    """A picture or a film as it may be sent."""

    path: Path
    media_type: str


class Lightener(Protocol):
    """Makes a picture light enough to be sent, and drops what it or a film says of its maker."""

    async def lighten(self, path: Path, media_type: str) -> Light | None:
        """Give it as it may be sent; None for one that cannot be decoded."""
        ...
