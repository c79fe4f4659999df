"""Serving an ASGI application inside a service's own loop: no signals, no logs of its own."""

import asyncio
from typing import Any

import uvicorn

from services.kernel.settings import Address

#: Time that requests in flight get when the service ends.
GRACE_SECONDS = 5
#: Longer than clients and proxies keep an idle connection, or they meet it as it closes.
KEEP_ALIVE_SECONDS = 75


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """Leave signals to the service."""

    def capture_signals(self) -> Any:  # noqa: ANN401 - a context manager that does nothing
        return _Nothing()


class _Nothing:
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


async def serve(app: Any, address: Address, **more: Any) -> None:  # noqa: ANN401 - any ASGI application
    """Serve until cancelled, then let requests in flight end."""
    settings = {
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": GRACE_SECONDS,
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
        **more,
    }
    config = uvicorn.Config(app, host=address.host, port=address.port, **settings)
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await asyncio.wait({serving}, timeout=GRACE_SECONDS + 1)
        raise
