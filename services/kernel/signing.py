"""Links that prove themselves: what was signed cannot be changed, and ends when it says."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote, urlencode

#: No link of ours lives longer (security.md §5); a longer wish is a mistake of the caller.
MAX_LIFE_SECONDS = 3600


def sign(key: bytes, path: str, query: Mapping[str, str], expires: int) -> str:
    """Give the query string of a link to `path` that ends at `expires` (seconds of the epoch)."""
    fields = {**query, "expires": str(expires)}
    return urlencode({**fields, "signature": _signature(key, path, fields)})


def link(key: bytes, origin: str, path: str, query: Mapping[str, str], expires: int) -> str:
    """Give a whole link to `path` at `origin`; the path is signed as the other side reads it."""
    return f"{origin.rstrip('/')}{quote(path)}?{sign(key, path, query, expires)}"


def verify(key: bytes, path: str, query: Mapping[str, str], now: float) -> bool:
    """Tell whether the link is ours, unchanged, and still alive; constant time."""
    fields = {name: value for name, value in query.items() if name != "signature"}
    expected = _signature(key, path, fields)
    genuine = hmac.compare_digest(expected.encode(), query.get("signature", "").encode())
    expires = fields.get("expires", "")
    return genuine and expires.isascii() and expires.isdigit() and now < int(expires)


def _signature(key: bytes, path: str, fields: Mapping[str, str]) -> str:
    text = f"{path}?{urlencode(sorted(fields.items()))}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
