"""/livez, /readyz and /metrics on a second port, away from what customers can reach."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.kernel.readiness import Readiness

Send = Callable[[dict[str, Any]], Awaitable[None]]


def make_app(readiness: Readiness) -> Callable[..., Awaitable[None]]:
    """Make the application: alive because it answers, ready when nothing is away."""

    async def app(scope: dict[str, Any], _receive: object, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] == "/livez":
            await _answer(send, 200, b'{"alive":true}')
        elif scope["path"] == "/readyz":
            body = json.dumps({"ready": readiness.ready, "away": readiness.away}).encode()
            await _answer(send, 200 if readiness.ready else 503, body)
        elif scope["path"] == "/metrics":
            await _answer(send, 200, generate_latest(), CONTENT_TYPE_LATEST)
        else:
            await _answer(send, 404, b"{}")

    return app


async def _answer(send: Send, status: int, body: bytes, kind: str = "application/json") -> None:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
