"""procrastinate: a job is fetched by whoever asks first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.claims.race import with_cpu
from benchmarks.peers.contest import Run
from benchmarks.peers.libraries import PROCRASTINATE, on_postgres

MODULE = "benchmarks.peers.claims.inside_procrastinate"
CARD = PROCRASTINATE.card(
    MODULE,
    tuned="a pool of 16 connections instead of 4; psycopg with its C part",
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start it with a job manager that all agents fetch by."""
    with on_postgres(home, PROCRASTINATE.python(), MODULE, with_cpu) as run:
        yield run
