"""TCP relays on loopback that can be cut, held one way or both, slowed down, and healed.

They run in a thread of their own, so that a busy rig delays no byte. A held way keeps what it was
given and hands it on when it is healed, as TCP does when lost packets are sent again.
"""

import asyncio
import contextlib
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from deploy.local.ports import LOOPBACK

_CHUNK = 65_536
_START_SECONDS = 10.0
#: What a lost segment costs: the sender's first retransmission timeout.
_AGAIN_SECONDS = 0.2


@dataclass
class Way:
    """One direction of a link."""

    passing: asyncio.Event
    delay: float = 0.0
    #: Bytes a second; None is unlimited.
    rate: float | None = None
    #: The share of chunks that come late, as if lost once.
    loss: float = 0.0

    async def wait(self, size: int) -> None:
        """Let a chunk travel."""
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.rate is not None:
            await asyncio.sleep(size / self.rate)
        if self.loss and random.random() < self.loss:  # noqa: S311 - packet loss is no secret
            await asyncio.sleep(_AGAIN_SECONDS)
        await self.passing.wait()


@dataclass
class Link:
    """One relayed connection-oriented link: a port of ours in front of somebody's."""

    name: str
    port: int
    target: int
    there: Way
    back: Way
    refusing: bool = False
    open: set[asyncio.StreamWriter] = field(default_factory=set)
    #: Connections that were made, and chunks that travelled there: a request is at least one.
    made: int = 0
    chunks: int = 0

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Relay one connection until either side ends it."""
        if self.refusing:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(LOOPBACK, self.target)
        except OSError:
            writer.transport.abort()
            return
        self.made += 1
        self.open |= {writer, far_writer}
        jobs = [
            asyncio.create_task(self._pump(reader, far_writer, self.there)),
            asyncio.create_task(self._pump(far_reader, writer, self.back)),
        ]
        try:
            await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for job in jobs:
                job.cancel()
            for one in (writer, far_writer):
                one.close()  # what is on its way still arrives; then each side hears of the end
                self.open.discard(one)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(_CHUNK):
                await way.wait(len(data))
                self.chunks += way is self.there
                writer.write(data)
                await writer.drain()


class Relays:
    """All links of a rig, in one thread; every method may be called from any other."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="relays")
        self._thread.start()
        self._servers: list[asyncio.Server] = []
        self.links: dict[str, Link] = {}

    def open(self, name: str, port: int, target: int) -> Link:
        """Begin to relay `port` to `target`."""
        link = Link(name, port, target, self._way(), self._way())
        self.links[name] = link
        asyncio.run_coroutine_threadsafe(self._listen(link), self._loop).result(_START_SECONDS)
        return link

    def cut(self, name: str) -> None:
        """Reset every connection, and refuse new ones."""
        link = self.links[name]

        def do() -> None:
            link.refusing = True
            for writer in list(link.open):
                writer.transport.abort()

        self._soon(do)

    def hold(self, name: str, *, there: bool = True, back: bool = True) -> None:
        """Let nothing through, in one direction or both; nobody is told."""
        link = self.links[name]

        def do() -> None:
            if there:
                link.there.passing.clear()
            if back:
                link.back.passing.clear()

        self._soon(do)

    def lead(self, name: str, target: int) -> None:
        """Lead a link elsewhere from the next connection on; reset those that there are."""
        link = self.links[name]

        def do() -> None:
            link.target = target
            for writer in list(link.open):
                writer.transport.abort()

        self._soon(do)

    def slow(self, name: str, delay: float, *, rate: float | None = None, loss: float = 0) -> None:
        """Make both directions slow."""
        for way in (self.links[name].there, self.links[name].back):
            way.delay, way.rate, way.loss = delay, rate, loss

    def heal(self, name: str) -> None:
        """Make a link as good as new."""
        link = self.links[name]

        def do() -> None:
            link.refusing = False
            for way in (link.there, link.back):
                way.delay, way.rate, way.loss = 0.0, None, 0.0
                way.passing.set()

        self._soon(do)

    def heal_all(self) -> None:
        for name in self.links:
            self.heal(name)

    def close(self) -> None:
        """End everything."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(_START_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_START_SECONDS)
        self._loop.close()

    def _way(self) -> Way:
        way = Way(asyncio.Event())
        way.passing.set()
        return way

    async def _listen(self, link: Link) -> None:
        self._servers.append(await asyncio.start_server(link.accept, LOOPBACK, link.port))

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _soon(self, do: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(do)
