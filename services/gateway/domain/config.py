"""What an operator says about where the gateway and its files are reached."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

#: Requests of one session or key at once; a busy desk uses a tenth of it.
REQUESTS = 600


@dataclass(frozen=True, kw_only=True)
class Config:
    """What the API says and checks that an operator sets."""

    #: Where people reach the portal: its origin is the only one that may write by cookie.
    public_url: str
    media_url: str
    #: Where the gateway itself reaches media, to hand uploads on.
    media_inside: str
    media_link_key: bytes
    push_key: str | None
    allowed_origins: tuple[str, ...] = ()
    #: How many proxies of ours add to X-Forwarded-For; 0 trusts none.
    proxies: int = 0
    #: The PBX's call control; without it the portal offers `tel:` links.
    calls_url: str | None = None
    calls_key: str | None = field(default=None, repr=False)
    #: The caller-name service: its address and key, or a file; without either none is asked.
    names_url: str | None = None
    names_key: str | None = field(default=None, repr=False)
    names_file: Path | None = None
    #: Where a video room is: an address with `{room}`; without it there is no video.
    video_template: str | None = None

    @property
    def origins(self) -> frozenset[str]:
        parts = urlsplit(self.public_url)
        return frozenset((f"{parts.scheme}://{parts.netloc}", *self.allowed_origins))

    @property
    def cookie(self) -> str:
        """`__Host-` binds it to this very host, and browsers take it only with TLS."""
        return "__Host-tandem" if self.public_url.startswith("https:") else "tandem"
