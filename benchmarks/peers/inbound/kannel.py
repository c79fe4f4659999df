"""Kannel: a text by its HTTP SMSC, in the spool when it is answered."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.accept import null_server
from benchmarks.peers.contest import Card, Run
from benchmarks.peers.inbound.load import Gateway, loaded
from benchmarks.peers.places import filled, program
from deploy.local.ports import LOOPBACK, free_ports, listens
from deploy.local.processes import Program, start, stop_all
from tests.support.waiting import wait_until

CARD = Card(
    name="Kannel",
    debian="kannel",
    licence="Kannel Software License 1.0",
    durable="a file of its spool, written but not synced: a power cut loses it",
    tuned="`store-type = spool`, its only store that is safe at each message; no access log,"
    " 512 requests at once to the application",
    configured="benchmarks/peers/inbound/kannel.conf",
)
_READY_SECONDS, _DONE_SECONDS, _LOOK_SECONDS = 20.0, 60.0, 0.2


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start bearerbox and smsbox, and an application that does nothing."""
    bearerbox, smsbox = program("bearerbox", "kannel"), program("smsbox", "kannel")
    spool = home / "spool"
    spool.mkdir()
    admin, boxes, port, sending = free_ports(4)
    with null_server(home) as (application, _):
        written = filled(
            Path(__file__).with_name("kannel.conf"),
            home / "kannel.conf",
            spool=spool,
            admin=admin,
            boxes=boxes,
            port=port,
            sending=sending,
            application=application.rpartition(":")[2],
        )
        children = [start(Program(name="bearerbox", command=[bearerbox, str(written)]), home)]
        try:
            children[0].wait_until(lambda: listens(f"{LOOPBACK}:{port}"), _READY_SECONDS)
            children += [start(Program(name="smsbox", command=[smsbox, str(written)]), home)]
            children[1].wait_until(lambda: listens(f"{LOOPBACK}:{sending}"), _READY_SECONDS)
            trees = {child.name: child.process.pid for child in children}

            async def settled() -> None:
                await asyncio.to_thread(
                    wait_until, lambda: not _kept(spool), _DONE_SECONDS, every=_LOOK_SECONDS
                )

            base = f"http://{LOOPBACK}:{port}"
            with loaded(Gateway(base, "bearerbox", trees, _text, settled)) as run:
                yield run
        finally:
            stop_all(children)


def _kept(spool: Path) -> bool:
    return any(path.is_file() for path in spool.rglob("*"))


def _text(customer: str, text: str) -> bytes:
    asked = urlencode(
        {"username": "carrier", "password": "carrier", "from": customer, "to": "100", "text": text}
    )
    return f"GET /?{asked} HTTP/1.1\r\nHost: {LOOPBACK}\r\n\r\n".encode()
