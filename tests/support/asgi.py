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
    client: str = "127.0.0.1",
) -> Reply | None:
    """Make one request; None where the application answered nothing."""
    left = list(pieces)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not left and hangs_up:
            return {"type": "http.disconnect"}
        body = left.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(left) or hangs_up}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(_scope(method, target, headers, client), receive, send)
    if not sent:
        return None
    start, *bodies = sent
    return Reply(
        start["status"],
        {name.decode(): value.decode() for name, value in start["headers"]},
        b"".join(message["body"] for message in bodies),
    )


def _scope(
    method: str, target: str, headers: Sequence[tuple[str, str]], client: str
) -> dict[str, Any]:
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "client": (client, 1),
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
    }
