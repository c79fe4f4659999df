"""The load of every contender, and what was seen of it."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping

from benchmarks.footprint import memory
from benchmarks.openloop import at_rate
from benchmarks.peers.contest import Measured, metered
from benchmarks.ruler import spread

RATE, SECONDS = 20, 8.0
_LATE_SECONDS = 30.0
#: Looks on until so many messages have been seen, and notes when.
Watch = Callable[[dict[int, float], int], Awaitable[None]]


async def seen(
    watch: Watch,
    send: Callable[[int], Awaitable[bool]],
    trees: Mapping[str, int],
    run: int,
) -> Measured:
    """Send the messages of one run and give how soon they were seen."""
    many = int(RATE * SECONDS)
    arrived: dict[int, float] = {}
    watching = asyncio.ensure_future(watch(arrived, many))
    began = time.perf_counter()
    with metered(trees) as used:
        await at_rate(RATE, SECONDS, lambda n: send(run * many + n))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(watching, _LATE_SECONDS)
    used.pop("driver")  # it stands for both people
    late = [
        at - (began + (number - run * many) / RATE)
        for number, at in arrived.items()
        if number >= run * many  # not one that an earlier run gave up
    ]
    return {
        **({"p50": spread(late).p50, "p99": spread(late).p99} if late else {}),
        "unseen": many - len(late),
        "cpu": sum(used.values()) / many * 1_000,
        "memory": sum(memory(pid) for pid in trees.values()) / 2**20,
    }
