"""pgqueuer: a job is fetched by whoever asks first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.claims.race import with_cpu
from benchmarks.peers.contest import Card, Run
from benchmarks.peers.libraries import on_postgres
from benchmarks.peers.places import virtualenv

VERSION = "1.6.0"
PINS = (f"pgqueuer=={VERSION}", "asyncpg==0.32.0", "uvloop==0.23.0")
CARD = Card(
    name="pgqueuer",
    version=VERSION,
    licence="MIT",
    durable="PostgreSQL commit, synced",
    tuned="asyncpg with a pool of 16 connections, and uvloop, as its documents advise",
    configured="benchmarks/peers/claims/inside_pgqueuer.py",
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start it with the queries that all agents fetch by."""
    python = virtualenv("pgqueuer", *PINS)
    with on_postgres(home, python, "benchmarks.peers.claims.inside_pgqueuer", with_cpu) as run:
        yield run
