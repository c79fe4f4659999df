"""pgqueuer: jobs with `execute_after`, and one queue manager."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.contest import Run
from benchmarks.peers.libraries import PGQUEUER, on_postgres
from benchmarks.peers.timers.late import with_cpu

MODULE = "benchmarks.peers.timers.inside_pgqueuer"
CARD = PGQUEUER.card(
    MODULE,
    tuned="asyncpg and uvloop, batches of 100 instead of 10, a look every 50 ms instead of 30 s",
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start it with a queue manager and what is due tomorrow."""
    with on_postgres(home, PGQUEUER.python(), MODULE, with_cpu) as run:
        yield run
