"""The race itself, the same for every contender; also read in the peers' own virtualenvs."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from benchmarks.ruler import spread

AGENTS, ROUNDS = 200, 10


async def race(
    offer: Callable[[int], Awaitable[None]], claim: Callable[[int], Awaitable[bool]]
) -> dict[str, Any]:
    """Offer one thing a round and let all agents ask at once; `claim(agent)` says who got it."""
    won: list[float] = []
    lost: list[float] = []
    wrong, racing = 0, 0.0
    for number in range(ROUNDS):
        await offer(number)
        began = time.perf_counter()
        answers = await asyncio.gather(*(_timed(claim, agent) for agent in range(AGENTS)))
        racing += time.perf_counter() - began
        won += [seconds for got, seconds in answers if got]
        lost += [seconds for got, seconds in answers if not got]
        wrong += sum(got for got, _ in answers) != 1
    return {
        "won_p50": spread(won).p50,
        "won_p99": spread(won).p99,
        "lost_p99": spread(lost).p99,
        "per_second": ROUNDS * AGENTS / racing,
        "wrong": wrong,
    }


async def _timed(claim: Callable[[int], Awaitable[bool]], agent: int) -> tuple[bool, float]:
    began = time.perf_counter()
    got = await claim(agent)
    return got, time.perf_counter() - began


def with_cpu(said: dict[str, Any], used: dict[str, float]) -> dict[str, float]:
    """Add what a thousand claims cost, and how much of it is the agents' side."""
    many = ROUNDS * AGENTS / 1_000
    return said | {"cpu": sum(used.values()) / many, "driver": used["driver"] / many}
