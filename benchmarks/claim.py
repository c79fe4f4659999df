"""M4: two hundred claim one conversation at once; exactly one gets it, all are told."""

import asyncio
import time
from collections.abc import Sequence

from benchmarks.ruler import spread
from tests.support.api import Api

ROUNDS = 50


async def measure(agents: Sequence[Api], queue: str, conversations: Sequence[str]) -> list[str]:
    """Give the round trips of winners and of losers, and rounds without exactly one."""
    won: list[float] = []
    lost: list[float] = []
    doubles = 0
    for conversation in conversations[:ROUNDS]:
        path = f"/queues/{queue}/conversations/{conversation}/claim"
        answers = await asyncio.gather(*(_claim(agent, path) for agent in agents))
        winners = [status for status, _ in answers if status == 200]
        won += [seconds for status, seconds in answers if status == 200]
        lost += [seconds for status, seconds in answers if status == 409]
        doubles += len(winners) != 1
    return [
        str(spread(won)),
        str(spread(lost)),
        f"{doubles} of {ROUNDS} rounds, {len(won) + len(lost):,} claims",
    ]


async def _claim(agent: Api, path: str) -> tuple[int, float]:
    began = time.perf_counter()
    answer = await agent.send("POST", path)
    return answer.status_code, time.perf_counter() - began
