"""A carrier's API that takes everything and does nothing: what is measured is who calls it."""

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]

_HEADERS = [(b"content-type", b"application/json")]
_taken = count(1)


async def app(scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
    """Read the whole body and answer as Telnyx does, with an id of its own."""
    if scope["type"] != "http":
        return
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    body = b'{"data":{"id":"null-%d"}}' % next(_taken)
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": body})
