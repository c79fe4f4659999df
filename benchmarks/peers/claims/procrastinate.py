"""procrastinate: a job is fetched by whoever asks first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.claims.race import with_cpu
from benchmarks.peers.contest import Card, Run
from benchmarks.peers.libraries import on_postgres
from benchmarks.peers.places import virtualenv

VERSION = "3.10.0"
PINS = (f"procrastinate=={VERSION}", "psycopg[binary,pool]==3.3.9")
CARD = Card(
    name="procrastinate",
    version=VERSION,
    licence="MIT",
    durable="PostgreSQL commit, synced",
    tuned="a pool of 16 connections instead of 4; psycopg with its C part",
    configured="benchmarks/peers/claims/inside_procrastinate.py",
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start it with a job manager that all agents fetch by."""
    python = virtualenv("procrastinate", *PINS)
    with on_postgres(home, python, "benchmarks.peers.claims.inside_procrastinate", with_cpu) as run:
        yield run
