"""The web application: the API, the feed and the portal's pages behind one address."""

from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.routing import APIRoute

from schemas.files import MOST_CHUNK_BYTES
from services.gateway.domain import contact_drafts
from services.gateway.http import (
    administering,
    auditing,
    calling,
    consents,
    contact_files,
    contacts,
    deleting,
    delivering,
    devices,
    feed,
    groups,
    guarding,
    keys,
    labels,
    operator_facts,
    operator_letters,
    operator_projections,
    operator_replays,
    operator_time,
    organizing,
    pace,
    personal,
    problems,
    pushing,
    queue_desk,
    queues,
    reading,
    retiring,
    scheduling,
    searching,
    signing_in,
    uploads,
    using,
    writing,
)
from services.gateway.http.addresses import addresses
from services.gateway.http.entry import Parts
from services.gateway.http.pages import Pages, install
from services.gateway.http.shapes import Problem

PREFIX = "/api/v1"
#: Of the feed's sockets, inbound.
MOST_FRAME_BYTES = 65_536
#: security.md T5; a piece of an upload has a limit of its own.
MOST_BODY_BYTES = 65_536
_ERRORS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "Not signed in"},
    404: {"model": Problem, "description": "Not there, or not yours"},
    422: {"model": Problem, "description": "Not understood"},
    429: {"model": Problem, "description": "Too often"},
}

_ROUTES = (
    signing_in,
    keys,
    reading,
    writing,
    scheduling,
    deleting,
    groups,
    uploads,
    queues,
    queue_desk,
    labels,
    consents,
    contact_files,  # before `contacts`: its paths are no contact's
    contacts,
    guarding,
    delivering,
    pushing,
    devices,
    calling,
    personal,
    administering,
    organizing,
    retiring,
    auditing,
    searching,
    using,
    operator_time,
    operator_letters,
    operator_projections,
    operator_replays,
    operator_facts,
)


def make_api() -> FastAPI:
    """Make the application; `app.state.parts` is set by who runs it."""
    app = FastAPI(
        title="Tandem",
        version="1",
        description="Business messaging: conversations, queues, and a feed of what changes.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        generate_unique_id_function=_name,
    )
    problems.install(app)
    app.state.addresses = addresses(PREFIX, (part.router for part in _ROUTES))
    for part in _ROUTES:
        app.include_router(part.router, prefix=PREFIX, responses=_ERRORS)
    return app


def _name(route: APIRoute) -> str:
    return route.name


class Guard:
    """Bounds every request's body and marks every answer; lean ASGI around the application."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401 - any ASGI application
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own shapes
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = _most_bytes(scope)
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length) > most:
            await problems.answer(_too_large(most))(scope, receive, send)
            return
        scope.setdefault("state", {})
        await self._app(scope, _bounded(receive, most), _marked(scope, send))


def _most_bytes(scope: Any) -> int:  # noqa: ANN401 - ASGI's own shape
    """Say how large the body may be: a file's piece and a phonebook are larger than a wish."""
    path: str = scope["path"]
    if scope["method"] == "PATCH" and path.startswith(f"{PREFIX}/uploads/"):
        return MOST_CHUNK_BYTES
    if scope["method"] == "POST" and path == f"{PREFIX}/contacts/import":
        return contact_drafts.MOST_FILE_BYTES
    return MOST_BODY_BYTES


def _too_large(most: int) -> problems.Trouble:
    return problems.Trouble(413, "too-large", f"The request is larger than {most >> 10} KiB.")


def _bounded(receive: Any, most: int) -> Any:  # noqa: ANN401 - ASGI's own shape
    """Count while streaming: a chunked body names no length."""
    seen = 0

    async def counted() -> Any:  # noqa: ANN401 - likewise
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise HTTPException(413, f"The request is larger than {most >> 10} KiB.")
        return message

    return counted


def _marked(scope: Any, send: Any) -> Any:  # noqa: ANN401 - ASGI's own shapes
    """Let nobody keep, frame or sniff what the API says; and say what is left of the pace."""
    headers = [(b"x-content-type-options", b"nosniff")]
    if scope["path"].startswith("/api/"):
        headers += [(b"cache-control", b"no-store"), (b"vary", b"Cookie, Authorization")]

    async def marked(message: Any) -> None:  # noqa: ANN401 - likewise
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message["headers"]}
            message["headers"] = [
                *message["headers"],
                *(one for one in headers if one[0] not in present),
                *pace.headers(scope["state"]),
            ]
        await send(message)

    return marked


def make_app(parts: Parts, pages: Pages) -> Guard:
    """Make all of it: the API, the feed, the pages."""
    app = make_api()
    app.state.parts = parts
    app.include_router(feed.router, prefix=PREFIX)
    install(app, pages)
    return Guard(app)
