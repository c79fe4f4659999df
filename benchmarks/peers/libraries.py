"""Peers that are libraries on PostgreSQL: a server and a process of theirs, asked for runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.peers.contest import Card, Measured, Run, metered
from benchmarks.peers.inside import inside
from benchmarks.peers.places import database, virtualenv

Summed = Callable[[dict[str, Any], dict[str, float]], Measured]


@dataclass(frozen=True)
class Library:
    """A library that takes part in more than one duel: one version, one virtualenv."""

    name: str
    version: str
    licence: str
    #: What it is installed with.
    beside: tuple[str, ...]

    def python(self) -> Path:
        """Give the Python that has it."""
        return virtualenv(self.name, f"{self.name}=={self.version}", *self.beside)

    def card(self, module: str, tuned: str) -> Card:
        """Say who it is; the module is what runs inside."""
        return Card(
            name=self.name,
            version=self.version,
            licence=self.licence,
            durable="PostgreSQL commit, synced",
            tuned=tuned,
            configured=f"{module.replace('.', '/')}.py",
        )


PGQUEUER = Library("pgqueuer", "1.6.0", "MIT", ("asyncpg==0.32.0", "uvloop==0.23.0"))
PROCRASTINATE = Library("procrastinate", "3.10.0", "MIT", ("psycopg[binary,pool]==3.3.9",))


@contextmanager
def on_postgres(
    home: Path, python: Path | str, module: str, summed: Summed, schema: str = ""
) -> Iterator[Run]:
    """Start PostgreSQL and the library's process; a run is what that says and what both cost."""
    with database(home) as server:
        if schema:
            with psycopg.connect(server.dsn, autocommit=True) as connection:
                connection.execute(schema.encode())
        with inside(python, module, home, server.dsn) as peer:

            def run(number: int) -> Measured:
                with metered({"postgres": server.pid, "peer": peer.pid}) as used:
                    said = peer.ask(number)
                used["driver"] += used.pop("peer")  # the load and the library are one process
                return summed(said, used)

            yield run
