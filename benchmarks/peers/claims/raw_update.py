"""The floor: `UPDATE … WHERE holder IS NULL` on PostgreSQL, and nothing else."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.claims import inside_raw_update as agents
from benchmarks.peers.claims import rows
from benchmarks.peers.claims.race import with_cpu
from benchmarks.peers.contest import Card, Run
from benchmarks.peers.libraries import on_postgres

CARD = Card(
    name="raw UPDATE",
    version="PostgreSQL 17.10, psycopg 3",
    licence="PostgreSQL",
    durable="PostgreSQL commit, synced",
    tuned=f"a pool of {rows.CONNECTIONS} connections, prepared statements, autocommit",
    configured="benchmarks/peers/claims/inside_raw_update.py",
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start it on a table of its own."""
    with on_postgres(home, sys.executable, agents.__name__, with_cpu, agents.TABLE) as run:
        yield run
