"""A worker of procrastinate whose jobs are scheduled."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from procrastinate import App, PsycopgConnector
from procrastinate.tasks import Task

from benchmarks.peers.inside import serve
from benchmarks.peers.timers.late import Ringing, now
from benchmarks.ringing import PENDING

CONNECTIONS, JOBS, LOOK_SECONDS, LOT = 16, 32, 0.05, 5_000
_DAY = 86_400.0


async def _worker(dsn: str) -> None:
    ringing = Ringing()
    app = App(connector=PsycopgConnector(conninfo=dsn, min_size=CONNECTIONS, max_size=CONNECTIONS))

    @app.task(name="ring")  # type: ignore[untyped-decorator]  # not installed here
    async def ring(run: int, number: int) -> None:
        ringing.rang(run, number)

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await _set(app, ring, -1, [now() + _DAY] * PENDING)
        await app.connector.execute_query_async("ANALYZE procrastinate_jobs")
        options = {"concurrency": JOBS, "fetch_job_polling_interval": LOOK_SECONDS}
        working = asyncio.create_task(
            app.run_worker_async(**options, delete_jobs="always", install_signal_handlers=False)
        )
        await serve(lambda run: ringing.run(run, lambda dues: _set(app, ring, run, dues)))
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def _set(app: App, ring: Task, run: int, dues: Sequence[float]) -> None:
    jobs = [
        ring.configure(
            schedule_at=datetime.fromtimestamp(due, UTC),
            task_kwargs={"run": run, "number": number},
        ).job
        for number, due in enumerate(dues)
    ]
    for begin in range(0, len(jobs), LOT):
        await app.job_manager.batch_defer_jobs_async(jobs=jobs[begin : begin + LOT])


if __name__ == "__main__":
    asyncio.run(_worker(sys.argv[1]))
