"""What may be uploaded, how long it waits, and how much one person may have waiting; pure.

The numbers that clients must know are those of schemas/files.py.
"""

from datetime import datetime, timedelta

import msgspec

from schemas.files import MOST_FILE_BYTES, MOST_PICTURE_BYTES
from schemas.media import SentFile
from services.media.domain import kinds

#: One person's uploads that are not complete, and what they may weigh together.
MOST_OPEN = 30
MOST_OPEN_BYTES = 100_000_000
#: One person's uploads of a day, sent or not.
MOST_ALIVE = 500
#: An upload that nothing comes for is dropped; a complete one can be sent for a day.
OPEN_LIFE = timedelta(hours=1)
DONE_LIFE = timedelta(hours=24)


class NotTaken(Exception):
    """The upload is refused: a stable code, a sentence, and where to go on, if it can."""

    def __init__(self, code: str, text: str, offset: int | None = None) -> None:
        super().__init__(code)
        self.code, self.text, self.offset = code, text, offset


class NewUpload(msgspec.Struct, frozen=True, kw_only=True):
    """The wish to upload a file."""

    id: str
    tenant: str
    owner: str
    name: str
    size: int


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """An upload as it stands."""

    id: str
    tenant: str
    owner: str
    name: str
    size: int
    expires_at: datetime
    #: Bytes that are here, and the scratch objects that hold them, in order.
    received: int = 0
    chunks: tuple[str, ...] = ()
    #: The object that it becomes, noted before it is held and put.
    key: str | None = None
    #: What can be sent, once it is complete.
    file: SentFile | None = None


def check_new(new: NewUpload) -> None:
    """Refuse by name and size what could never be sent."""
    promise = kinds.promised(new.name)
    if promise is None:
        raise NotTaken("type-not-allowed", f"{new.name}: this file type can't be sent.")
    check_size(new.name, new.size, before=promise in kinds.SHRUNK)


def check_size(name: str, size: int, *, before: bool = False) -> None:
    """Refuse what is too big, or nothing; `before` it is made small it may be more."""
    most = MOST_PICTURE_BYTES if before else MOST_FILE_BYTES
    if size > most:
        text = f"{name} is too big. Each file can be at most {most // 1_000_000} MB."
        raise NotTaken("file-too-big", text)
    if size <= 0:
        raise NotTaken("file-empty", f"{name} is empty.")


def check_chunk(upload: Upload, offset: int, length: int) -> None:
    """Refuse a chunk that does not go on where the upload stands, or goes beyond its end."""
    if upload.file is not None or offset != upload.received:
        raise NotTaken("wrong-offset", "Go on from where the upload stands.", upload.received)
    if offset + length > upload.size:
        raise NotTaken("file-too-big", f"{upload.name} is larger than was said.", upload.received)


def check_whole(upload: Upload) -> None:
    if upload.received != upload.size:
        raise NotTaken("incomplete", f"{upload.name} is not here yet.", upload.received)


def check_kind(upload: Upload, found: str) -> None:
    """Refuse bytes that are not what the name promises."""
    promise = kinds.promised(upload.name)
    if promise is None or not kinds.is_kept(promise, found):
        raise NotTaken("type-not-allowed", f"{upload.name}: this file type can't be sent.")
