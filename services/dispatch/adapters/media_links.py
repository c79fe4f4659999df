"""Links by which a carrier fetches our files from media's own origin, for a short while."""

from datetime import datetime

from schemas.media import SentFile
from services.kernel import signing

#: Carriers fetch when they hand a message on, which may be a while after they took it.
LINK_SECONDS = 3600


class MediaLinks:
    """Signs a link a file; whoever has it may fetch that file until it ends."""

    def __init__(self, origin: str, key: bytes) -> None:
        self._origin, self._key = origin, key

    def link(self, file: SentFile, now: datetime) -> str:
        query = {"type": file.original.media_type, "name": file.name}
        expires = int(now.timestamp()) + LINK_SECONDS
        return signing.link(self._key, self._origin, f"/files/{file.original.key}", query, expires)
