"""Open-loop load: requests leave at their intended times whether or not earlier ones are back.

Latency counts from the intended time, so a stall is charged to every request that it delayed.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

#: More in flight than this and the server has lost: the run stops and says so.
MAX_IN_FLIGHT = 5_000


@dataclass
class Run:
    """What came of a run."""

    latencies: list[float] = field(default_factory=list)
    failures: int = 0
    offered_per_second: float = 0
    achieved_per_second: float = 0


async def at_rate(rate: float, seconds: float, once: Callable[[int], Awaitable[bool]]) -> Run:
    """Call `once(n)` at `rate` per second for `seconds`; it says whether it was answered well."""
    run = Run(offered_per_second=rate)
    pending: set[asyncio.Task[None]] = set()
    began = time.perf_counter()

    async def one(number: int, intended: float) -> None:
        if await once(number):
            run.latencies.append(time.perf_counter() - intended)
        else:
            run.failures += 1

    for number in range(int(rate * seconds)):
        intended = began + number / rate
        await asyncio.sleep(max(0.0, intended - time.perf_counter()))
        if len(pending) >= MAX_IN_FLIGHT:
            raise RuntimeError(f"{MAX_IN_FLIGHT} requests in flight: the server cannot keep up")
        task = asyncio.create_task(one(number, intended))
        pending.add(task)
        task.add_done_callback(pending.discard)
    await asyncio.gather(*pending)
    run.achieved_per_second = len(run.latencies) / (time.perf_counter() - began)
    return run
