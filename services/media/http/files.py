"""GET /files/{key}: shows a stored file to whoever holds a signed link (security.md §5).

The gateway signs after a fresh check of the viewer's scope; the short life of the link is the
control. Everything that is not picture, sound or moving picture is a download.
"""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from services.kernel import signing
from services.media.ports import Store, StoreAway

#: Shown in place; SVG, HTML, PDF and XML are not in it, and never may be.
INLINE = frozenset(
    {
        "image/jpeg", "image/png", "image/gif", "image/webp",
        "video/mp4", "video/webm", "video/quicktime",
        "audio/mpeg", "audio/mp4", "audio/aac", "audio/wav", "audio/ogg",
    }
)  # fmt: skip
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
    "Accept-Ranges": "bytes",
}
ENDED = PlainTextResponse("This link is not valid, or no longer.", 403, _HEADERS)
MISSING = PlainTextResponse("There is no such file.", 404, _HEADERS)
AWAY = PlainTextResponse("Try again in a moment.", 503, {**_HEADERS, "Retry-After": "5"})
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")


def route(store: Store, key: bytes, now: Callable[[], datetime]) -> Route:
    """Build the route; `key` is what the gateway signs with."""

    async def show(request: Request) -> Response:
        query = dict(request.query_params)
        if not signing.verify(key, request.url.path, query, now().timestamp()):
            return ENDED
        return await shown(store, request.path_params["key"], request, query)

    return Route("/files/{key:path}", show, methods=["GET"])


async def shown(store: Store, key: str, request: Request, query: Mapping[str, str]) -> Response:
    """Show an object by what its link says of its name and type."""
    try:
        size = await store.size(key)
    except StoreAway:
        return AWAY
    return MISSING if size is None else _file(store, key, size, request, query)


def _file(
    store: Store, key: str, size: int, request: Request, query: Mapping[str, str]
) -> Response:
    media_type = query.get("type", "application/octet-stream")
    kept = query.get("download") == "1" or media_type not in INLINE
    shown = "attachment" if kept else "inline"
    headers = {
        **_HEADERS,
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(query.get('name', 'file'))}",
    }
    start, end = _range(request.headers.get("range"), size)
    if start > end and size > 0:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    length = end - start + 1
    headers["Content-Length"] = str(length)
    if length < size:
        headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    status = 206 if length < size else 200
    if request.method == "HEAD":
        return Response(None, status, {**headers, "Content-Type": media_type})
    pieces: AsyncIterator[bytes] = store.read(key, start, length)
    return StreamingResponse(pieces, status, headers, media_type=media_type)


def _range(header: str | None, size: int) -> tuple[int, int]:
    """Read one range (RFC 9110 §14); anything else is the whole file."""
    asked = _RANGE.fullmatch(header or "")
    if asked is None:
        return 0, size - 1
    start = int(asked[1])
    return start, min(int(asked[2]) if asked[2] else size - 1, size - 1)
