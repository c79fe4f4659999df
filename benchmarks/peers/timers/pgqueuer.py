"""pgqueuer: jobs with `execute_after`, and one queue manager."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.contest import Card, Run
from benchmarks.peers.libraries import on_postgres
from benchmarks.peers.places import virtualenv
from benchmarks.peers.timers.late import with_cpu

VERSION = "1.6.0"
PINS = (f"pgqueuer=={VERSION}", "asyncpg==0.32.0", "uvloop==0.23.0")
CARD = Card(
    name="pgqueuer",
    version=VERSION,
    licence="MIT",
    durable="PostgreSQL commit, synced",
    tuned="asyncpg and uvloop, batches of 100 instead of 10, a look every 50 ms instead of 30 s",
    configured="benchmarks/peers/timers/inside_pgqueuer.py",
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start it with a queue manager and what is due tomorrow."""
    python = virtualenv("pgqueuer", *PINS)
    module = "benchmarks.peers.timers.inside_pgqueuer"
    with on_postgres(home, python, module, with_cpu) as run:
        yield run
