"""A worker that looks for rows that are due, and deletes them."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg

from benchmarks.peers.inside import serve
from benchmarks.peers.timers.late import Ringing, now
from benchmarks.ringing import PENDING

MOST, LOOK_SECONDS = 500, 0.01
_DAY = 86_400.0
TABLE = """
CREATE TABLE timer (run integer, number integer, due_at timestamptz, PRIMARY KEY (run, number));
CREATE INDEX ON timer (due_at)"""
_SET = "COPY timer (run, number, due_at) FROM STDIN"
_DUE = """
DELETE FROM timer WHERE (run, number) IN (
  SELECT run, number FROM timer WHERE due_at <= now()
  ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING run, number"""
Connection = psycopg.AsyncConnection[Any]


async def _worker(dsn: str) -> None:
    ringing = Ringing()
    async with (
        await psycopg.AsyncConnection.connect(dsn, autocommit=True) as setter,
        await psycopg.AsyncConnection.connect(dsn, autocommit=True) as looker,
    ):
        await _set(setter, -1, [now() + _DAY] * PENDING)
        await setter.execute("VACUUM ANALYZE timer")
        looking = asyncio.create_task(_look(looker, ringing))
        await serve(lambda run: ringing.run(run, lambda dues: _set(setter, run, dues)))
        looking.cancel()


async def _set(connection: Connection, run: int, dues: Sequence[float]) -> None:
    async with connection.cursor() as cursor, cursor.copy(_SET) as copy:
        for number, due in enumerate(dues):
            await copy.write_row((run, number, _spelled(due)))


def _spelled(due: float) -> str:
    return datetime.fromtimestamp(due, UTC).isoformat()


async def _look(connection: Connection, ringing: Ringing) -> None:
    while True:
        rows = await (await connection.execute(_DUE, (MOST,))).fetchall()
        for run, number in rows:
            ringing.rang(run, number)
        if len(rows) < MOST:
            await asyncio.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    asyncio.run(_worker(sys.argv[1]))
