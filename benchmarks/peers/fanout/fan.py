"""The load of every contender: sockets that stay open, messages to all, and a kill -9."""

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import websockets

from benchmarks.footprint import memory
from benchmarks.openloop import at_rate
from benchmarks.peers.contest import RUNS, Measured, Run, metered
from benchmarks.ruler import spread
from tests.support.waiting import eventually

SCREENS, RATE, SECONDS = 1_000, 1, 8.0
_SIZE = 600
_AT_ONCE, _LIMIT_SECONDS, _LATE_SECONDS, _AGAIN_SECONDS = 50, 120.0, 20.0, 0.2


class Screen(Protocol):
    """A socket that is opened again until it is closed, and notes when it was told what."""

    opened: int
    told: dict[int, float]

    async def run(self, slots: asyncio.Semaphore) -> None:
        """Stay open for ever."""


@dataclass
class Listener:
    """A screen of a peer: what it is told is JSON with a number."""

    url: str
    source: str
    opened: int = 0
    told: dict[int, float] = field(default_factory=dict)

    async def run(self, slots: asyncio.Semaphore) -> None:
        """Stay open for ever."""
        while True:
            with contextlib.suppress(OSError, websockets.WebSocketException, TimeoutError):
                async with slots:
                    socket = await websockets.connect(
                        self.url,
                        compression=None,
                        local_addr=(self.source, 0),
                        ping_interval=None,
                        proxy=None,
                    )
                self.opened += 1
                try:
                    async for text in socket:
                        self.told.setdefault(json.loads(text)["number"], time.perf_counter())
                finally:
                    await socket.close()
            await asyncio.sleep(_AGAIN_SECONDS)


@dataclass(frozen=True)
class Fan:
    """A server of sockets, and how it is told what all are to hear."""

    screens: Sequence[Screen]
    publish: Callable[[int], Awaitable[bool]]
    #: The process that has the sockets, and all that take part.
    server: Callable[[], int]
    trees: Callable[[], Mapping[str, int]]
    #: Ends the server at once and starts it again.
    kill: Callable[[], Awaitable[None]]


def listeners(url: str) -> list[Listener]:
    """Give the peers' screens, from a hundred addresses of loopback."""
    return [Listener(url, f"127.0.4.{number % 100 + 1}") for number in range(SCREENS)]


def message(number: int) -> str:
    """Spell a message as long as a frame of ours."""
    text = json.dumps({"type": "waiting", "number": number, "text": ""})
    return json.dumps({"type": "waiting", "number": number, "text": "x" * (_SIZE - len(text))})


@contextlib.contextmanager
def loaded(runner: asyncio.Runner, fan: Fan) -> Iterator[Run]:
    """Open all screens; gives what measures a run. The last run ends with the kill."""
    before = memory(fan.server())
    jobs, opened = runner.run(_open(fan))
    each = (memory(fan.server()) - before) / len(fan.screens) / 1024

    def run(number: int) -> Measured:
        with metered(fan.trees()) as used:
            said = runner.run(_tell(fan, number))
        used.pop("driver")  # it stands for the screens
        told = len(fan.screens) * RATE * SECONDS / 1_000
        once = {"each": each, "opened": opened} if number == 1 else {}
        back = {"back": runner.run(_come_back(fan))} if number == RUNS else {}
        return said | {"cpu": sum(used.values()) / told} | once | back

    try:
        yield run
    finally:
        runner.run(_close(jobs))


async def _open(fan: Fan) -> tuple[list[asyncio.Task[None]], float]:
    slots = asyncio.Semaphore(_AT_ONCE)
    began = time.perf_counter()
    jobs = [asyncio.create_task(screen.run(slots)) for screen in fan.screens]
    await _all(fan, lambda screen: screen.opened >= 1, _LIMIT_SECONDS)
    return jobs, time.perf_counter() - began


async def _tell(fan: Fan, run: int) -> Measured:
    many = int(RATE * SECONDS)
    numbers = range(run * many, (run + 1) * many)
    began = time.perf_counter()
    await at_rate(RATE, SECONDS, lambda n: fan.publish(numbers[n]))
    with contextlib.suppress(AssertionError):
        await _all(fan, lambda screen: all(n in screen.told for n in numbers), _LATE_SECONDS)
    late = [
        screen.told[number] - (began + n / RATE)
        for screen in fan.screens
        for n, number in enumerate(numbers)
        if number in screen.told
    ]
    untold = many * len(fan.screens) - len(late)
    if not late:
        return {"untold": untold}
    return {"p50": spread(late).p50, "p99": spread(late).p99, "untold": untold}


async def _come_back(fan: Fan) -> float:
    before = {id(screen): screen.opened for screen in fan.screens}
    began = time.perf_counter()
    await fan.kill()
    await _all(fan, lambda screen: screen.opened > before[id(screen)], _LIMIT_SECONDS)
    return time.perf_counter() - began


async def _close(jobs: Sequence[asyncio.Task[None]]) -> None:
    for job in jobs:
        job.cancel()
    await asyncio.gather(*jobs, return_exceptions=True)


async def _all(fan: Fan, true: Callable[[Screen], bool], seconds: float) -> None:
    await eventually(lambda: all(map(true, fan.screens)), seconds, every=0.1)
