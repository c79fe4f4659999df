"""The load of every contender: open loop at a fixed rate, then as fast as it goes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.accept import saturate
from benchmarks.footprint import memory
from benchmarks.openloop import at_rate
from benchmarks.peers.contest import Measured, Run, metered
from benchmarks.ruler import spread
from benchmarks.webhooks import Pool

RATE, SECONDS, FLOOD = 200, 8.0, 4_000
#: Writes a whole HTTP request for the text of a customer.
Written = Callable[[str, str], bytes]


@dataclass(frozen=True)
class Gateway:
    """What takes texts by HTTP."""

    base: str
    #: The name among `trees` of the process that answers.
    front: str
    trees: Mapping[str, int]
    write: Written
    #: Waits until what was taken has been dealt with.
    settled: Callable[[], Awaitable[None]]


@contextmanager
def loaded(gateway: Gateway) -> Iterator[Run]:
    """Give what measures a gateway."""
    with asyncio.Runner() as runner:
        yield lambda number: runner.run(_run(gateway, number))


async def _run(gateway: Gateway, number: int) -> Measured:
    steady = int(RATE * SECONDS)
    requests = [
        gateway.write(f"+1202{number}{n % 1_000:06}", f"text {number} {n}")
        for n in range(steady + FLOOD)
    ]
    pool = await Pool(gateway.base).open()
    try:
        with metered(gateway.trees) as used:
            run = await at_rate(RATE, SECONDS, lambda n: pool.accepted(requests[n]))
            began = time.perf_counter()
            taken = await saturate(pool, requests[steady:])
            wall = time.perf_counter() - began
            await gateway.settled()
    finally:
        pool.close()
    used.pop("driver")  # it stands for the carrier
    thousands = len(requests) / 1_000
    return {
        "p50": spread(run.latencies).p50,
        "p99": spread(run.latencies).p99,
        "failed": run.failures + FLOOD - taken,
        "most": taken / wall,
        "cpu": sum(used.values()) / thousands,
        "front": used[gateway.front] / thousands,
        "memory": sum(memory(pid) for pid in gateway.trees.values()) / 2**20,
    }
