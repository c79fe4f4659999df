"""Screens: WebSocket clients that follow a feed, lose their socket, and go on where they were."""

import asyncio
import contextlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
import websockets

from services.kernel.clock import monotonic
from tests.checking.evidence import Trace, Visit

_PAUSE_SECONDS = (0.05, 0.6)
_OPEN_SECONDS = 5.0
_FEED_GONE = 4410
_CAUGHT_UP_SECONDS, _LOOK_SECONDS = 20.0, 0.3


@dataclass
class Screen:
    """One person's screen."""

    viewer: str
    tenant: str
    portal: str
    token: str
    client: httpx.AsyncClient
    traces: list[Trace] = field(default_factory=list)
    #: While clear it reads nothing, as a sleeping laptop.
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    #: Sockets that were opened.
    opened: int = 0
    _socket: websockets.ClientConnection | None = None

    async def run(self) -> None:
        """Follow until cancelled, over any number of sockets."""
        self.awake.set()
        while True:
            with contextlib.suppress(OSError, httpx.HTTPError, websockets.WebSocketException):
                await self._follow()
            await asyncio.sleep(random.uniform(*_PAUSE_SECONDS))  # noqa: S311 - jitter

    def drop(self) -> None:
        """Lose the socket without a word."""
        if self._socket is not None:
            self._socket.transport.abort()

    def is_at(self, feed: dict[str, object]) -> bool:
        """Note where the feed ends; tell whether this screen has been told all of it."""
        trace = self.traces[-1] if self.traces else None
        if trace is None or trace.feed_id != feed["id"]:
            return False
        trace.head = int(str(feed["sequence"]))
        return self._place(trace) >= trace.head

    async def bootstrap(self) -> dict[str, object]:
        """Ask which feed there is, and where it ends."""
        url = f"{self.portal}/api/v1/bootstrap"
        answer = await self.client.get(url, headers=self._headers, timeout=_OPEN_SECONDS)
        answer.raise_for_status()
        return dict(answer.json()["feed"])

    async def _follow(self) -> None:
        if not self.traces or self.traces[-1].feed_id == "":
            feed = await self.bootstrap()
            trace = Trace(self.viewer, self.tenant, str(feed["id"]))
            trace.visits.append(Visit(int(str(feed["sequence"]))))
            self.traces.append(trace)
        trace = self.traces[-1]
        after = self._place(trace)
        address = (
            f"{self.portal.replace('http', 'ws', 1)}/api/v1/feed?id={trace.feed_id}&after={after}"
        )
        async with websockets.connect(
            address,
            additional_headers=self._headers,
            open_timeout=_OPEN_SECONDS,
            ping_interval=None,
            proxy=None,
        ) as self._socket:
            self.opened += 1
            visit = Visit(after)
            trace.visits.append(visit)
            await self._listen(self._socket, trace, visit)

    async def _listen(
        self, socket: websockets.ClientConnection, trace: Trace, visit: Visit
    ) -> None:
        try:
            async for text in socket:
                await self.awake.wait()
                frame = json.loads(text)
                if frame.get("type") == "ping":
                    await socket.send('{"type":"pong","t":0}')
                if "sequence" in frame:
                    visit.sequences.append(int(frame["sequence"]))
                    trace.conversations |= _about(frame)
        except websockets.ConnectionClosed as closed:
            if closed.rcvd is not None and closed.rcvd.code == _FEED_GONE:
                self.traces.append(Trace(self.viewer, self.tenant, ""))
            raise

    def _place(self, trace: Trace) -> int:
        if not trace.visits:
            return 0
        last = trace.visits[-1]
        return last.sequences[-1] if last.sequences else last.after

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def _about(frame: dict[str, object]) -> set[str]:
    """Name the conversation that a frame is about."""
    found = {frame.get("conversation_id")}
    for name in ("conversation", "waiting", "item"):
        inner = frame.get(name)
        if isinstance(inner, dict):
            found |= {
                inner.get("conversation_id"),
                inner.get("id") if name == "conversation" else None,
            }
    return {str(one) for one in found if one}


async def settle(screens: Sequence[Screen]) -> None:
    """Wait until each has been told all that there is; ask once for all of one person."""
    deadline = monotonic() + _CAUGHT_UP_SECONDS
    left = list(screens)
    while left and monotonic() < deadline:
        for viewer in {screen.viewer for screen in left}:
            mine = [screen for screen in left if screen.viewer == viewer]
            with contextlib.suppress(httpx.HTTPError, KeyError):
                feed = await mine[0].bootstrap()
                left = [one for one in left if one.viewer != viewer or not one.is_at(feed)]
        await asyncio.sleep(_LOOK_SECONDS)
