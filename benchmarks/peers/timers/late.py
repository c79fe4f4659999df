"""One run of timers, and how late they were; also read in the peers' own virtualenvs."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from benchmarks.ringing import AHEAD_SECONDS, RINGING, SECONDS
from benchmarks.ruler import spread

_LOOK_SECONDS = 0.1


def now() -> float:
    """Tell the time by the machine's clock, which PostgreSQL and the broker go by too."""
    return time.clock_gettime(time.CLOCK_REALTIME)


class Ringing:
    """Sets the timers of a run, and hears them ring by `rang`."""

    def __init__(self) -> None:
        self._run = -1
        self._dues: list[float] = []
        self._late: dict[int, float] = {}

    def rang(self, run: int, number: int) -> None:
        """Note that a timer rang now; those of an earlier run count no more."""
        if run == self._run:
            self._late.setdefault(number, now() - self._dues[number])

    async def run(
        self, run: int, set_all: Callable[[Sequence[float]], Awaitable[None]]
    ) -> dict[str, Any]:
        """Set them over the next seconds, and wait until all have rung or time is up."""
        first = now() + AHEAD_SECONDS
        self._run, self._late = run, {}
        self._dues = [first + SECONDS * n / RINGING for n in range(RINGING)]
        await set_all(self._dues)
        end = first + 2 * SECONDS
        while len(self._late) < RINGING and now() < end:  # noqa: ASYNC110 - a count, with an end
            await asyncio.sleep(_LOOK_SECONDS)
        return said(list(self._late.values()))


def said(late: Sequence[float]) -> dict[str, Any]:
    """Give the figures of a run; where nothing rang, only that."""
    if not late:
        return {"unrung": RINGING}
    return {
        "late_p50": spread(late).p50,
        "late_p99": spread(late).p99,
        "late_most": max(late) * 1_000,
        "earliest": min(late) * 1_000,
        "unrung": RINGING - len(late),
    }


def with_cpu(figures: dict[str, Any], used: dict[str, float]) -> dict[str, float]:
    """Add what a thousand timers cost, setting them included."""
    rang = RINGING - figures["unrung"]
    return figures | ({"cpu": sum(used.values()) / rang * 1_000} if rang else {})
