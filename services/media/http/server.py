"""Media's own origin: files to whoever holds a link, uploads from the gateway alone."""

from collections.abc import Callable
from datetime import datetime

from starlette.applications import Starlette

from services.media.http import files, uploads
from services.media.ports import Desk, Store


def application(store: Store, desk: Desk, key: bytes, now: Callable[[], datetime]) -> Starlette:
    """Build the origin's ASGI application; `key` is what gateway and dispatch sign with."""
    return Starlette(routes=[files.route(store, key, now), uploads.route(desk, key, now)])
