"""Media's own origin: files to whoever holds a link, uploads from the gateway alone."""

from collections.abc import Callable
from datetime import datetime

from starlette.applications import Starlette

from services.media.http import files, previews, uploads
from services.media.ports import Desk, Previews, Store


def application(
    store: Store, desk: Desk, looks: Previews, key: bytes, now: Callable[[], datetime]
) -> Starlette:
    """Build the origin's ASGI application; `key` is what gateway, dispatch and notify sign with."""
    return Starlette(
        routes=[
            files.route(store, key, now),
            previews.route(store, looks, key, now),
            uploads.route(desk, key, now),
        ]
    )
