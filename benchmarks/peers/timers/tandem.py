"""Tandem: timers of the queue service, which become commands on the log."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks import timers
from benchmarks.peers.contest import Measured, Run, metered
from benchmarks.peers.ours import card, pids, system_of_the_town
from benchmarks.peers.timers.late import said, with_cpu

CARD = card(
    durable="a row by PostgreSQL commit, then a command on the broker's log, each synced",
    tuned="nothing: as `make run` starts it",
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start all of Tandem, with what is due tomorrow in the queue's own table."""
    with (
        system_of_the_town(home) as system,
        psycopg.connect(system.settings["QUEUE_POSTGRES"], autocommit=True) as connection,
    ):
        timers.set_pending(connection)

        def run(number: int) -> Measured:
            with metered(pids(system)) as used:
                late = asyncio.run(timers.ring(system, connection, f"peers-{number}", kill=False))
            return with_cpu(said(late), used)

        yield run
