"""The ceiling: COPY of events that are at hand, and an index."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.peers.contest import Card, Measured, Run, metered
from benchmarks.peers.places import database
from benchmarks.peers.replay.events import EVENTS, INDEX, TABLE, events, with_cpu

CARD = Card(
    name="raw COPY",
    version="PostgreSQL 17.10, psycopg 3",
    licence="PostgreSQL",
    durable="PostgreSQL commit, synced, once",
    tuned="one transaction, the index made afterwards",
    configured="benchmarks/peers/replay/raw_copy.py",
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start PostgreSQL, with the events in memory."""
    rows = [(id_, subject, body.decode()) for id_, subject, body in events()]
    with database(home) as server, psycopg.connect(server.dsn, autocommit=True) as connection:

        def run(_: int) -> Measured:
            connection.execute("DROP TABLE IF EXISTS event")
            with metered({"postgres": server.pid}) as used:
                began = time.perf_counter()
                _copy(connection, rows)
                seconds = time.perf_counter() - began
            return with_cpu({"events": EVENTS, "seconds": seconds}, used)

        yield run


def _copy(connection: psycopg.Connection, rows: list[tuple[str, str, str]]) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(TABLE)
        with cursor.copy("COPY event FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(INDEX)
