"""procrastinate: jobs that are scheduled, and one worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.contest import Card, Run
from benchmarks.peers.libraries import on_postgres
from benchmarks.peers.places import virtualenv
from benchmarks.peers.timers.late import with_cpu

VERSION = "3.10.0"
PINS = (f"procrastinate=={VERSION}", "psycopg[binary,pool]==3.3.9")
CARD = Card(
    name="procrastinate",
    version=VERSION,
    licence="MIT",
    durable="PostgreSQL commit, synced",
    tuned="a poll every 50 ms instead of 5 s, 32 jobs at once instead of 1, finished jobs deleted,"
    " a pool of 16 connections",
    configured="benchmarks/peers/timers/inside_procrastinate.py",
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start it with a worker and what is due tomorrow."""
    python = virtualenv("procrastinate", *PINS)
    module = "benchmarks.peers.timers.inside_procrastinate"
    with on_postgres(home, python, module, with_cpu) as run:
        yield run
