"""Plain SQL: due rows are deleted past locked ones, and nothing else."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.contest import Card, Run
from benchmarks.peers.libraries import on_postgres
from benchmarks.peers.timers import inside_raw_skip_locked as worker
from benchmarks.peers.timers.late import with_cpu

CARD = Card(
    name="raw SKIP LOCKED",
    version="PostgreSQL 17.10, psycopg 3",
    licence="PostgreSQL",
    durable="PostgreSQL commit, synced",
    tuned=f"an index by when it is due; up to {worker.MOST} at once; a look every"
    f" {worker.LOOK_SECONDS * 1000:.0f} ms",
    configured="benchmarks/peers/timers/inside_raw_skip_locked.py",
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start it on a table of its own."""
    with on_postgres(home, sys.executable, worker.__name__, with_cpu, worker.TABLE) as run:
        yield run
