"""POST /uploads/{id}: what the gateway asks of an upload, in a signed query.

The gateway has checked who asks; the signature says so, and covers all but a piece's own bytes.
No browser ever holds such a link: this origin has no cookies, and answers no page.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from schemas.files import MOST_CHUNK_BYTES
from services.kernel import signing
from services.media.domain import naming
from services.media.domain.uploading import NewUpload, NotTaken, Upload
from services.media.ports import Desk, StoreAway, Whose

_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_Query = dict[str, str]


def route(desk: Desk, key: bytes, now: Callable[[], datetime]) -> Route:
    """Build the route; `key` is what the gateway signs with."""

    async def upload(request: Request) -> Response:
        query = dict(request.query_params)
        if not signing.verify(key, request.url.path, query, now().timestamp()):
            return PlainTextResponse("This link is not valid, or no longer.", 403, _HEADERS)
        try:
            return _answer(200, _shown(await _done(desk, request, query)))
        except NotTaken as no:
            return _answer(409, {"code": no.code, "text": no.text, "offset": no.offset})
        except LookupError:
            return _answer(404, {"code": "not-found"})
        except StoreAway:
            return _answer(503, {"code": "media-away"})

    return Route("/uploads/{id}", upload, methods=["POST"])


async def _done(desk: Desk, request: Request, query: _Query) -> Upload | None:
    whose = Whose(id=request.path_params["id"], tenant=query["tenant"], owner=query["owner"])
    match query["do"]:
        case "open":
            return await desk.open(_new(whose, query))
        case "add":
            return await desk.add(whose, int(query["offset"]), await _body(request))
        case "look":
            return await desk.look(whose)
        case "finish":
            return await desk.finish(whose)
        case "cancel":
            await desk.cancel(whose)
            return None
        case _:
            raise LookupError(query["do"])


def _new(whose: Whose, query: _Query) -> NewUpload:
    return NewUpload(
        id=whose.id,
        tenant=whose.tenant,
        owner=whose.owner,
        name=naming.clean(query["name"]),
        size=int(query["size"]),
    )


async def _body(request: Request) -> bytes:
    """Read a piece, and no more than one piece."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > MOST_CHUNK_BYTES:
            raise NotTaken("chunk-too-big", "A piece is larger than `chunk_bytes`.")
    return bytes(content)


def _shown(upload: Upload | None) -> Any:  # noqa: ANN401 - JSON values of any kind
    return {} if upload is None else msgspec.to_builtins(upload)


def _answer(status: int, body: Any) -> Response:  # noqa: ANN401 - JSON values of any kind
    return Response(msgspec.json.encode(body), status, _HEADERS, "application/json")
