"""M7 and M10: a page of the conversation list, over a history that grows.

`python -m benchmarks.lists` prints it by itself; BENCH_MESSAGES is the largest history (1,000,000;
performance.md's figure is 10,000,000 and needs about 15 GB of disk).
"""

import asyncio
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.dataset import PEOPLE, fill, fresh_gateway
from benchmarks.footprint import cpu_seconds
from benchmarks.plots import plot
from benchmarks.ruler import Spread, spread
from benchmarks.slopes import slope
from schemas.base import ExtensionId
from services.gateway.adapters import read_models
from services.gateway.adapters.database import Database
from services.gateway.adapters.views import PostgresViews
from services.gateway.domain.scope import Scope
from services.kernel.postgres import Pool, make_pool
from tests.support.read_models import Nobody

MESSAGES = int(os.environ.get("BENCH_MESSAGES", "1000000"))
#: The smallest history in which whoever is asked for has a full page.
SMALLEST, LEVELS = 100_000, 3
ROUNDS, WARM_UP = 400, 100
#: The largest tenants, whose people are asked for.
BUSIEST = 2
PAGE, FAR_PAGE = 50, 50


@dataclass(frozen=True)
class Level:
    """What a page costs over a history of so many messages."""

    messages: int
    seconds_to_make: float
    first: Spread
    far: Spread
    cpu_ms: float


def measure() -> list[str]:
    """Give the rows of a table, smallest history first, and the slope of the cost."""
    step = (MESSAGES / SMALLEST) ** (1 / (LEVELS - 1))
    sizes = [round(SMALLEST * step**n) for n in range(LEVELS)]
    with fresh_gateway("bench_lists") as dsn:
        levels = asyncio.run(_levels(dsn, sizes))
    growth = slope([one.messages for one in levels], [one.cpu_ms for one in levels])
    return [
        "| messages | made in | first page p50 / p99 / p99.9 | page 50 | CPU a page |",
        "|---:|---:|---|---|---:|",
        *(
            f"| {one.messages:,} | {one.seconds_to_make:.0f} s | {one.first} | {one.far} "
            f"| {one.cpu_ms:.2f} ms |"
            for one in levels
        ),
        "",
        f"Growth of the CPU of a first page with the history: exponent {growth:.3f}.",
        *plot(
            "The first page over a growing history",
            [f"{one.messages:,}" for one in levels],
            "ms",
            {"p99": [one.first.p99 for one in levels], "p50": [one.first.p50 for one in levels]},
        ),
    ]


async def _levels(dsn: str, sizes: Sequence[int]) -> list[Level]:
    async with make_pool(dsn, "bench", 1, patient=True) as pool:
        await read_models.ensure(pool)
        return [await _level(pool, size) for size in sizes]


async def _level(pool: Pool, messages: int) -> Level:
    schema = await read_models.serving(pool)
    began = time.perf_counter()
    async with pool.connection() as connection:
        size = await fill(connection, schema, messages)
        server = connection.info.backend_pid
    made = time.perf_counter() - began
    views = PostgresViews(Database(pool), Nobody())
    people = _viewers(WARM_UP + ROUNDS)
    for who in people[:WARM_UP]:
        await views.conversations(who, "all", None, PAGE)
    before = time.process_time() + cpu_seconds(server)
    first = [await _timed(views, who, None) for who in people[WARM_UP:]]
    cpu = time.process_time() + cpu_seconds(server) - before
    far = await _far_away(views)
    return Level(size.messages, made, spread(first), spread(far), cpu / ROUNDS * 1000)


def _viewers(count: int) -> list[Scope]:
    """Draw people of the largest tenants; the same every time."""
    dice = random.Random(7)  # noqa: S311 - a repeatable draw
    tenants = (dice.randint(1, BUSIEST) for _ in range(count))
    return [Scope(f"t{n}", ExtensionId(f"t{n}-p{dice.randrange(PEOPLE)}")) for n in tenants]


async def _timed(views: PostgresViews, who: Scope, before: str | None) -> float:
    began = time.perf_counter()
    await views.conversations(who, "all", before, PAGE)
    return time.perf_counter() - began


async def _far_away(views: PostgresViews) -> list[float]:
    """Turn over the longest list to page 50, or as far as it goes, and look at that page often."""
    who, cursor = Scope("t1", ExtensionId("t1-p1")), None
    for _ in range(FAR_PAGE - 1):
        page = await views.conversations(who, "all", cursor, PAGE)
        if page["next"] is None:
            break
        cursor = page["next"]
    return [await _timed(views, who, cursor) for _ in range(ROUNDS // 4)]


if __name__ == "__main__":
    print("\n".join(measure()))
