"""nchan: nginx that keeps channels in memory; the fastest fan-out in C that is at hand."""

import asyncio
import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.contest import Card, Run
from benchmarks.peers.fanout.fan import Fan, listeners, loaded, message
from benchmarks.peers.places import filled, program
from benchmarks.webhooks import Pool
from deploy.local.ports import LOOPBACK, free_port, listens
from deploy.local.processes import Program, start

CARD = Card(
    name="nchan",
    debian="libnginx-mod-nchan",
    licence="MIT",
    durable="nothing: memory, gone with the process",
    tuned="a worker a core, no access log, 10,000 connections a worker, a buffer of 100 messages",
    configured="benchmarks/peers/fanout/nchan.conf",
)
_READY_SECONDS = 10.0


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start nginx with the module."""
    nginx, port = program("nginx", "nginx-core", "libnginx-mod-nchan"), free_port()
    template = Path(__file__).with_name("nchan.conf")
    written = filled(template, home / "nginx.conf", home=home, port=port, user=getpass.getuser())
    what = Program(name="nginx", command=[nginx, "-e", "stderr", "-c", str(written)])
    child = start(what, home)
    try:
        child.wait_until(lambda: listens(f"{LOOPBACK}:{port}"), _READY_SECONDS)
        with asyncio.Runner() as runner:
            pool = runner.run(Pool(f"http://{LOOPBACK}:{port}").open())

            async def kill() -> None:
                nonlocal child
                child.kill()
                child = start(what, home)

            fan = Fan(
                screens=listeners(f"ws://{LOOPBACK}:{port}/board"),
                publish=lambda number: pool.accepted(_request(message(number))),
                server=lambda: child.process.pid,
                trees=lambda: {"nginx": child.process.pid},
                kill=kill,
            )
            with loaded(runner, fan) as run:
                yield run
            pool.close()
    finally:
        child.stop()


def _request(text: str) -> bytes:
    head = f"POST /publish HTTP/1.1\r\nHost: {LOOPBACK}\r\nContent-Length: {len(text)}\r\n\r\n"
    return (head + text).encode()
