"""M8: many screens on one gateway: what each costs, how soon each is told, and how all come back.

Every one of two hundred people has ten screens open, as many as one person may.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import websockets

from benchmarks.footprint import memory
from benchmarks.openloop import at_rate
from benchmarks.ruler import spread
from benchmarks.webhooks import Inbound, Pool
from tests.support.api import Api
from tests.support.system import Running
from tests.support.waiting import eventually

#: The gateway's own limit of a person (security.md §6).
OF_A_PERSON = 10
RATE, SECONDS = 1, 20.0
_OPENING_AT_ONCE, _LIMIT_SECONDS, _AGAIN_SECONDS = 50, 120.0, 0.2
SAID = "broadcast "


@dataclass
class Screen:
    """One socket that is opened again until it is closed; it notes what it was told, and gaps."""

    url: str
    token: str
    source: str
    feed: dict[str, Any]
    place: int = 0
    gaps: int = 0
    opened: int = 0
    told: dict[int, float] = field(default_factory=dict)

    async def run(self, slots: asyncio.Semaphore) -> None:
        """Stay open for ever; a lost socket is opened again where it was."""
        self.place = int(self.feed["sequence"])
        while True:
            with contextlib.suppress(OSError, websockets.WebSocketException, TimeoutError):
                async with slots:
                    socket = await self._open()
                try:
                    await self._hear(socket)
                finally:
                    await socket.close()
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _open(self) -> websockets.ClientConnection:
        return await websockets.connect(
            f"{self.url}?id={self.feed['id']}&after={self.place}",
            additional_headers={"Authorization": f"Bearer {self.token}"},
            compression=None,
            local_addr=(self.source, 0),
            ping_interval=None,
            proxy=None,
        )

    async def _hear(self, socket: websockets.ClientConnection) -> None:
        first = True
        async for text in socket:
            now = time.perf_counter()
            if first:
                self.opened, first = self.opened + 1, False
            frame = json.loads(text)
            if frame["type"] == "ping":
                await socket.send(json.dumps({"type": "pong", "t": frame["t"]}))
            elif "sequence" in frame:
                self.gaps += frame["sequence"] != self.place + 1
                self.place = frame["sequence"]
                self._note(frame, now)

    def _note(self, frame: dict[str, Any], now: float) -> None:
        said = (frame.get("waiting") or {}).get("preview") or ""
        if said.startswith(SAID):
            self.told.setdefault(int(said.removeprefix(SAID)), now)


async def measure(
    system: Running, agents: Sequence[Api], pool: Pool, inbound: Inbound
) -> list[str]:
    """Give memory a screen, how soon all are told, and how soon all are back after a kill."""
    before = memory(int(system.state["pids"]["gateway"]))
    screens = await screens_of(system, agents)
    slots = asyncio.Semaphore(_OPENING_AT_ONCE)
    jobs = [asyncio.create_task(screen.run(slots)) for screen in screens]
    try:
        began = time.perf_counter()
        await _all(screens, lambda screen: screen.opened >= 1)
        opened = time.perf_counter() - began
        each = (memory(int(system.state["pids"]["gateway"])) - before) / len(screens)
        told = await _tell(screens, pool, inbound)
        back = await _come_back(system, screens)
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
    gaps = sum(screen.gaps for screen in screens)
    return [
        f"{each / 1024:.1f} KiB each ({len(screens):,} screens, opened in {opened:.1f} s)",
        f"{told}, {gaps} gaps",
        f"{back:.1f} s until all {len(screens):,} were open again, {gaps} gaps",
    ]


async def screens_of(
    system: Running, agents: Sequence[Api], of_a_person: int = OF_A_PERSON
) -> list[Screen]:
    """Give so many screens of each agent, all of them still to be opened."""
    url = f"{system.portal.replace('http', 'ws', 1)}/api/v1/feed"
    screens = []
    for number, agent in enumerate(agents):
        token = agent.client.headers["Authorization"].removeprefix("Bearer ")
        feed = (await agent.get("/bootstrap"))["feed"]
        source = f"127.0.4.{number % 100 + 1}"
        screens += [Screen(url, token, source, feed) for _ in range(of_a_person)]
    return screens


async def _tell(screens: Sequence[Screen], pool: Pool, inbound: Inbound) -> str:
    """Let a customer a second come into the queue whose every agent looks on."""
    many = int(RATE * SECONDS)
    requests = [inbound.text(f"+1202555{n:04}", f"{SAID}{n}") for n in range(many)]
    began = time.perf_counter()
    await at_rate(RATE, SECONDS, lambda n: pool.accepted(requests[n]))
    with contextlib.suppress(AssertionError):
        await _all(screens, lambda screen: len(screen.told) == many)
    late = [at - (began + n / RATE) for screen in screens for n, at in screen.told.items()]
    return f"{spread(late)}, {many * len(screens) - len(late)} not told"


async def _come_back(system: Running, screens: Sequence[Screen]) -> float:
    opened = [screen.opened for screen in screens]
    began = time.perf_counter()
    await asyncio.to_thread(system.kill, "gateway")
    before = dict(zip(map(id, screens), opened, strict=True))
    await _all(screens, lambda screen: screen.opened > before[id(screen)])
    return time.perf_counter() - began


async def _all(screens: Sequence[Screen], true: Any) -> None:  # noqa: ANN401 - of a screen
    async def all_are() -> bool:
        return all(true(screen) for screen in screens)

    await eventually(all_are, _LIMIT_SECONDS, every=0.1)
