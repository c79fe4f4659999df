"""What ingest needs of the outside: a place that keeps what it took, and an archive behind it."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Full(Exception):
    """The spool is at its limit: nothing was taken; it will do again once the log has caught up."""


class Faulty(Exception):
    """The disk refused: nothing was taken."""


class NotKept(Exception):
    """The archive gave back something else than it was given."""


class Position(NamedTuple):
    """How far the spool is read: a segment, and an offset in it."""

    segment: int
    offset: int


class Batch(NamedTuple):
    """Payloads in the order in which they were taken, and where the next one begins."""

    payloads: Sequence[bytes]
    then: Position


class Spool(Protocol):
    """Keeps requests on stable storage until they are on the log."""

    async def append(self, payload: bytes) -> None:
        """Return once the payload is on stable storage; Full or Faulty if it is not."""
        ...

    async def read(self) -> Batch:
        """Wait for payloads that are on stable storage and not yet retired; give the first ones."""
        ...

    async def retire(self, then: Position) -> None:
        """Forget what lies before: it is on the log."""
        ...


class Bucket(Protocol):
    """Objects by key; `services.kernel.objects` says how it fails, and is one."""

    async def make_bucket(self) -> None:
        """Make it if it is not there."""
        ...

    async def put(self, key: str, content: bytes, media_type: str) -> None:
        """Store an object whole."""
        ...

    async def get(self, key: str, *, offset: int = 0, length: int = 0) -> bytes:
        """Read an object, or a part of it; NoSuchObject."""
        ...

    async def keys(self, prefix: str, most: int) -> list[str]:
        """Name the objects under a prefix, at most so many."""
        ...

    async def remove(self, key: str) -> None:
        """Delete an object; one that is not there is deleted already."""
        ...
