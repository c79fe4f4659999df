"""pgqueuer: a job is fetched by whoever asks first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.claims.race import with_cpu
from benchmarks.peers.contest import Run
from benchmarks.peers.libraries import PGQUEUER, on_postgres

MODULE = "benchmarks.peers.claims.inside_pgqueuer"
CARD = PGQUEUER.card(
    MODULE,
    tuned="asyncpg with a pool of 16 connections, and uvloop, as its documents advise",
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start it with the queries that all agents fetch by."""
    with on_postgres(home, PGQUEUER.python(), MODULE, with_cpu) as run:
        yield run
