"""The portal's files: hashed ones for ever, the page itself never stale, nothing from elsewhere."""

import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI, HTTPException, Request, Response

from services.gateway.http.addresses import is_api
from services.gateway.http.problems import Trouble

#: Vite's folder of files whose names are hashes of their content.
_HASHED = "/assets/"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_FOREVER = "public, max-age=31536000, immutable"
#: What one process remembers of the build: a portal is a few dozen files.
_MOST_FILES = 512
_HOW_TO_BUILD = "The portal is not built. Run `make portal`."

SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Frame-Options": "DENY",
}


def content_policy(media_url: str) -> str:
    """Say what a page may load: ourselves, and pictures and films of the media origin."""
    parts = urlsplit(media_url)
    media = f"{parts.scheme}://{parts.netloc}"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' blob: data: {media}",
            f"media-src 'self' blob: {media}",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types portal-sw",
        )
    )


class Pages:
    """Serves a build; the files do not change while the process lives."""

    def __init__(self, folder: Path, media_url: str) -> None:
        self._folder = folder.resolve()
        self._policy = content_policy(media_url)
        self._read = lru_cache(_MOST_FILES)(_load)

    async def answer(self, request: Request) -> Response:
        """Give a file, or the page for every address that is a place in the portal."""
        path = request.url.path
        if is_api(request):
            raise HTTPException(405)  # told apart from what is not there as every 405 is
        file = self._find(path)
        if file is None:
            raise Trouble(404, "portal-not-built", _HOW_TO_BUILD)
        return self._respond(request, path, file)

    def _find(self, path: str) -> Path | None:
        wanted = (self._folder / path.lstrip("/")).resolve()
        if wanted.is_file() and self._folder in wanted.parents:
            return wanted
        page = self._folder / "index.html"
        return page if page.is_file() and not path.startswith(_HASHED) else None

    def _respond(self, request: Request, path: str, file: Path) -> Response:
        encoding, body, tag = self._read(file, _accepted(request))
        headers = {
            **SAFE_HEADERS,
            "Content-Security-Policy": self._policy,
            "Vary": "Accept-Encoding",
            "ETag": tag,
            "Cache-Control": _FOREVER if path.startswith(_HASHED) else "no-cache",
        }
        if request.headers.get("if-none-match") == tag:
            return Response(None, 304, headers)
        if encoding:
            headers["Content-Encoding"] = encoding
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return Response(body, 200, headers, kind)


def _accepted(request: Request) -> tuple[str, ...]:
    offered = {
        one.partition(";")[0].strip()
        for one in request.headers.get("accept-encoding", "").split(",")
    }
    return tuple(name for name, _ in _ENCODINGS if name in offered)


def _load(file: Path, accepted: tuple[str, ...]) -> tuple[str | None, bytes, str]:
    """Read a file in the best encoding that was built and is accepted, with its tag."""
    for name, suffix in _ENCODINGS:
        packed = file.with_name(file.name + suffix)
        if name in accepted and packed.is_file():
            body = packed.read_bytes()
            return name, body, _tag(body)
    body = file.read_bytes()
    return None, body, _tag(body)


def _tag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:20]}"'


def install(app: FastAPI, pages: Pages) -> None:
    """Answer every address that no route took."""
    app.add_api_route(
        "/{path:path}", pages.answer, methods=["GET", "HEAD"], include_in_schema=False
    )
