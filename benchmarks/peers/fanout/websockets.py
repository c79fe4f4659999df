"""Bare `websockets`: the library that our own sockets are, and nothing around it."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.peers.contest import Card, Run
from benchmarks.peers.fanout.fan import Fan, listeners, loaded, message
from deploy.local.ports import LOOPBACK, free_port, listens
from deploy.local.processes import Program, start

CARD = Card(
    name="bare websockets",
    version=version("websockets"),
    licence="BSD-3-Clause",
    durable="nothing: memory, gone with the process",
    tuned="no compression and no pings, as its page on memory advises; its own `broadcast`",
    configured="benchmarks/peers/fanout/inside_websockets.py",
)
_MODULE = "benchmarks.peers.fanout.inside_websockets"
_READY_SECONDS = 10.0


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start a server of a dozen lines."""
    port = free_port()
    what = Program(name="websockets", command=[sys.executable, "-m", _MODULE, str(port)])
    child = start(what, home)
    try:
        child.wait_until(lambda: listens(f"{LOOPBACK}:{port}"), _READY_SECONDS)
        with asyncio.Runner() as runner:
            url = f"ws://{LOOPBACK}:{port}"
            publisher = runner.run(_publisher(f"{url}/publish"))

            async def publish(number: int) -> bool:
                await publisher.send(message(number))
                return True

            async def kill() -> None:
                nonlocal child
                child.kill()
                child = start(what, home)

            fan = Fan(
                screens=listeners(f"{url}/board"),
                publish=publish,
                server=lambda: child.process.pid,
                trees=lambda: {"websockets": child.process.pid},
                kill=kill,
            )
            with loaded(runner, fan) as run:
                yield run
            runner.run(publisher.close())
    finally:
        child.stop()


async def _publisher(url: str) -> ClientConnection:
    return await connect(url, compression=None, ping_interval=None, proxy=None)
