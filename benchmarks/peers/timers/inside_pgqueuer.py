"""A queue manager of pgqueuer whose jobs are executed after a while."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import timedelta

import asyncpg
import uvloop
from pgqueuer.models import Job
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries

from benchmarks.peers.inside import serve
from benchmarks.peers.timers.late import Ringing, now
from benchmarks.ringing import PENDING

CONNECTIONS, BATCH, LOT = 16, 100, 10_000
LOOK = timedelta(milliseconds=50)
_DAY = 86_400.0
_ENTRY = "ring"


async def _worker(dsn: str) -> None:
    ringing = Ringing()
    async with asyncpg.create_pool(dsn, min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:
        queries = Queries.from_asyncpg_pool(pool)
        await queries.install()
        await _set(queries, -1, [now() + _DAY] * PENDING)
        await pool.execute("ANALYZE pgqueuer")
        manager = QueueManager(queries)

        @manager.entrypoint(_ENTRY)  # type: ignore[untyped-decorator]  # not installed here
        async def ring(job: Job) -> None:
            run, number = job.payload.decode().split(":")
            ringing.rang(int(run), int(number))

        working = asyncio.create_task(manager.run(dequeue_timeout=LOOK, batch_size=BATCH))
        await serve(lambda run: ringing.run(run, lambda dues: _set(queries, run, dues)))
        manager.shutdown.set()
        await asyncio.gather(working, return_exceptions=True)


async def _set(queries: Queries, run: int, dues: Sequence[float]) -> None:
    for begin in range(0, len(dues), LOT):
        lot = range(begin, min(begin + LOT, len(dues)))
        began = now()
        await queries.enqueue(
            [_ENTRY] * len(lot),
            [f"{run}:{number}".encode() for number in lot],
            [0] * len(lot),
            [timedelta(seconds=dues[number] - began) for number in lot],
        )


if __name__ == "__main__":
    uvloop.install()
    asyncio.run(_worker(sys.argv[1]))
