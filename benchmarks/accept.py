"""M1 and M2: how fast a signed webhook is on stable storage and answered."""

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.footprint import cpu_seconds
from benchmarks.openloop import at_rate
from benchmarks.ruler import spread
from benchmarks.webhooks import CONNECTIONS, Inbound, Pool
from deploy.local.ports import free_port, listens
from deploy.local.processes import Program, start

RATE, SECONDS = 200, 15.0
SATURATED_REQUESTS = 12_000
_READY_SECONDS = 10.0


@contextmanager
def null_server(logs: Path) -> Iterator[tuple[str, int]]:
    """Run the null server; gives its address and process."""
    port = free_port()
    command = ["uvicorn", "benchmarks.null_server:app", "--port", str(port), "--no-access-log"]
    child = start(Program(name="null", command=[sys.executable, "-m", *command]), logs)
    try:
        child.wait_until(lambda: listens(f"127.0.0.1:{port}"), _READY_SECONDS)
        yield f"http://127.0.0.1:{port}", child.process.pid
    finally:
        child.stop()


async def measure(base: str, pid: int, inbound: Inbound) -> list[str]:
    """Measure one server: latency at a fixed rate, then the most it takes."""
    steady = _requests(inbound, int(RATE * SECONDS), "steady")
    flood = _requests(inbound, SATURATED_REQUESTS, "flood")
    pool = await Pool(base).open()
    run = await at_rate(RATE, SECONDS, lambda n: pool.accepted(steady[n]))
    began, used = time.perf_counter(), cpu_seconds(pid)
    answered = await saturate(pool, flood)
    wall, cpu = time.perf_counter() - began, cpu_seconds(pid) - used
    pool.close()
    return [
        f"{spread(run.latencies)}, {run.failures} failed",
        f"{answered / wall:,.0f}/s on this box, {answered / cpu:,.0f} per CPU-second of the server",
    ]


def _requests(inbound: Inbound, many: int, kind: str) -> list[bytes]:
    return [inbound.text(f"+1202666{n % 10_000:04}", f"{kind} {n}") for n in range(many)]


async def saturate(pool: Pool, requests: Sequence[bytes]) -> int:
    """Send all of them, each connection one after another; gives how many were taken."""
    left = iter(requests)
    answered = 0

    async def work() -> None:
        nonlocal answered
        for request in left:
            accepted = await pool.accepted(request)
            answered += accepted  # not in one: `+=` reads its left side before the wait

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return answered
