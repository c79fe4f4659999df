"""What media needs of the outside: a carrier's bytes, a place to keep them, a smaller picture."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from services.media.domain import Wanted


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


class StoreAway(Exception):
    """The object store cannot be reached now; the file is to be tried again."""


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
    """Makes a small, clean copy of a picture."""

    async def shrink(self, path: Path) -> Picture | None:
        """Measure and re-encode a picture; None for one that cannot or must not be decoded."""
        ...
