"""Links to stored files: signed, short-lived, at the media service's own origin."""

from services.gateway.domain.config import Config
from services.gateway.ports import File
from services.kernel import signing
from services.kernel.clock import Clock

#: Long enough to follow a redirect and to seek in a film; the path that made it can be asked again.
LINK_SECONDS = 120


def media_link(
    config: Config, file: File, clock: Clock | None = None, *, download: bool = False
) -> str:
    """Sign a way to one stored object, under the name and type that we sniffed."""
    now = (clock or Clock()).now().timestamp()
    query = {"name": file.name, "type": file.media_type}
    if download:
        query["download"] = "1"
    expires = int(now) + LINK_SECONDS
    return signing.link(
        config.media_link_key, config.media_url, f"/files/{file.key}", query, expires
    )
