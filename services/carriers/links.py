"""What kind of file a link leads to, for APIs that want to be told."""

import re
from urllib.parse import parse_qs, urlsplit

_TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "3gp": "video/3gpp",
    "mp3": "audio/mpeg",
    "amr": "audio/amr",
    "vcf": "text/vcard",
    "pdf": "application/pdf",
}
_SUFFIX = re.compile(r"\.([A-Za-z0-9]{1,5})$")


def type_of(url: str) -> str:
    """Tell a file's type: our own links say it, others by how they end."""
    parts = urlsplit(url)
    said = parse_qs(parts.query).get("type", [])
    suffix = _SUFFIX.search(parts.path)
    guessed = _TYPES.get(suffix[1].lower()) if suffix else None
    return said[0] if said else guessed or "application/octet-stream"
