"""Peers that are libraries on PostgreSQL: a server and a process of theirs, asked for runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.peers.contest import Measured, Run, metered
from benchmarks.peers.inside import inside
from benchmarks.peers.places import database

Summed = Callable[[dict[str, Any], dict[str, float]], Measured]


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
