"""HTTP for strangers: whoever sends a request's head slowly is let go (security.md T5).

uvicorn limits how long a connection may idle between requests, but not how long a head may take; a
few thousand half-sent ones would otherwise hold every connection that there is.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: From the connection, or from a later request's first byte, to the end of its headers.
HEAD_SECONDS = 10.0


class ImpatientProtocol(HttpToolsProtocol):
    """uvicorn's httptools protocol with a deadline for the head of every request."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - asyncio's own signature
        super().connection_made(transport)
        self._wait()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
