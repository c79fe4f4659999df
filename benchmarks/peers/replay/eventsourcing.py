"""The `eventsourcing` library: its projection runner on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.contest import Card, Run
from benchmarks.peers.libraries import on_postgres
from benchmarks.peers.places import virtualenv
from benchmarks.peers.replay.events import with_cpu

VERSION = "9.5.6"
CARD = Card(
    name="eventsourcing",
    version=VERSION,
    licence="BSD-3-Clause",
    durable="PostgreSQL commit, synced, for every event and its position",
    tuned="psycopg with its C part; its runner takes events one by one",
    configured="benchmarks/peers/replay/inside_eventsourcing.py",
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start it with the events in its store."""
    pins = (f"eventsourcing[postgres]=={VERSION}", "psycopg[binary,pool]==3.3.9")
    module = "benchmarks.peers.replay.inside_eventsourcing"
    with on_postgres(home, virtualenv("eventsourcing", *pins), module, with_cpu) as run:
        yield run
