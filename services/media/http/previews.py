"""GET /previews/{message}: the small picture of a message, for a phone that was told of it.

Notify signs when it tells; the picture may come a moment after its words, so a fetch waits for it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.base import MessageId
from services.kernel import signing
from services.media.http.files import AWAY, ENDED, MISSING, shown
from services.media.ports import Preview, Previews, Store, StoreAway

#: Waits before each further look: a phone's own patience is 5 s (FCM) to 30 s (APNs' extension).
WAITS_SECONDS = (0.2, 0.3, 0.5, 1.0, 1.0, 2.0, 2.0, 3.0)
Pause = Callable[[float], Awaitable[None]]


def route(
    store: Store,
    looks: Previews,
    key: bytes,
    now: Callable[[], datetime],
    pause: Pause = asyncio.sleep,
) -> Route:
    """Build the route; `key` is what notify signs with."""

    async def show(request: Request) -> Response:
        query = dict(request.query_params)
        if not signing.verify(key, request.url.path, query, now().timestamp()):
            return ENDED
        try:
            found = await _awaited(looks, MessageId(request.path_params["message"]), pause)
        except StoreAway:
            return AWAY
        if found is None:
            return MISSING
        about = {"name": "picture", "type": found.media_type}
        return await shown(store, found.key, request, about)

    return Route("/previews/{message}", show, methods=["GET"])


async def _awaited(looks: Previews, message_id: MessageId, pause: Pause) -> Preview | None:
    """Look again until it is there; None where it does not come, or is gone for good."""
    try:
        found = await looks.preview(message_id)
        for seconds in WAITS_SECONDS:
            if found is not None:
                break
            await pause(seconds)
            found = await looks.preview(message_id)
    except LookupError:
        return None
    return found
