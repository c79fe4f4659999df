"""Calls an ASGI application as a server would, without a socket."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

App = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Reply:
    """What the application answered."""

    status: int
    headers: dict[str, str]
    body: bytes


async def call(
    app: App,
    method: str,
    target: str,
    headers: Sequence[tuple[str, str]] = (),
    pieces: Sequence[bytes] = (b"",),
    *,
    hangs_up: bool = False,
) -> Reply | None:
    """Make one request; None where the application answered nothing."""
    path, _, query = target.partition("?")
    left = list(pieces)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not left and hangs_up:
            return {"type": "http.disconnect"}
        body = left.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(left) or hangs_up}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
    }
    await app(scope, receive, send)
    if not sent:
        return None
    start, *bodies = sent
    return Reply(
        start["status"],
        {name.decode(): value.decode() for name, value in start["headers"]},
        b"".join(message["body"] for message in bodies),
    )
