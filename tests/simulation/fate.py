"""Fate: the one source of chance. A seed is a run; the same seed is the same run, byte by byte."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, kw_only=True)
class Odds:
    """How often the world goes wrong; a chance is per occasion, a rate per simulated hour."""

    #: A member hears late of a rebalance; one of its topics cannot be fetched for a while.
    deaf: float = 0.4
    mute: float = 0.3
    #: Per burst: some process dies, or freezes, at any moment (crash points have traps beside).
    crash: float = 0.3
    freeze: float = 0.3
    #: A statement of Postgres fails before it does anything, or after it has done everything.
    refused: float = 0.002
    answer_lost: float = 0.003
    #: A carrier's or push service's API: no connection; done but unanswered; not done, unanswered.
    unreachable: float = 0.05
    unanswered: float = 0.04
    busy: float = 0.06
    #: Per burst: one carrier is busy for most calls while it lasts.
    carrier_trouble: float = 0.4
    #: A fetch of the log begins too early (repeats) or too late (a gap).
    fetch_again: float = 0.02
    fetch_gap: float = 0.01
    #: A webhook or a command comes once more.
    repeated: float = 0.25
    #: A record takes long to be seen in its partition.
    slow_record: float = 0.03
    #: Per burst of work: a rebalance, a jump of some machine's wall clock, a step of Postgres's.
    rebalance: float = 0.2
    exile: float = 0.1
    clock_jump: float = 0.15
    database_step: float = 0.05
    #: A carrier never reports how far a text came whose call it has left unanswered.
    unreported: float = 0.5


#: The world as one would wish it.
CALM = Odds(
    crash=0,
    freeze=0,
    refused=0,
    answer_lost=0,
    unreachable=0,
    unanswered=0,
    busy=0,
    carrier_trouble=0,
    fetch_again=0,
    fetch_gap=0,
    repeated=0,
    slow_record=0,
    deaf=0,
    mute=0,
    rebalance=0,
    exile=0,
    clock_jump=0,
    database_step=0,
    unreported=0,
)


#: A seed's faults come this many times as often as usual; some not at all (swarm testing: a
#: world in which everything goes wrong hides what goes wrong when only two things do).
_SWARM = (0.0, 0.5, 1.0, 1.0, 2.0, 4.0)
_MOST_ODDS = 0.9


def swarmed(seed: int, usual: Odds) -> Odds:
    """Give the odds of a seed: each fault by itself rarer or more frequent than usual."""
    draw = random.Random(seed)  # noqa: S311 - it must be repeatable, not secret
    return replace(
        usual,
        **{
            each.name: min(_MOST_ODDS, getattr(usual, each.name) * draw.choice(_SWARM))
            for each in fields(usual)
        },
    )


class Fate:
    """Decides by a seed; `odds` change when the faults stop."""

    def __init__(self, seed: int, odds: Odds) -> None:
        self._random = random.Random(seed)  # noqa: S311 - it must be repeatable, not secret
        self.odds = odds

    def happens(self, chance: float) -> bool:
        """Tell whether something of this chance happens now; no chance draws no number."""
        return chance > 0 and self._random.random() < chance

    def choose(self, items: Sequence[ItemT]) -> ItemT:
        return items[int(self._random.random() * len(items))]

    def between(self, least: float, most: float) -> float:
        return least + (most - least) * self._random.random()

    def whole(self, least: int, most: int) -> int:
        """Draw a whole number from both ends and between."""
        return self._random.randint(least, most)

    def long_tailed(self, median: float, spread: float) -> float:
        """Draw a duration: mostly about the median, now and then far longer."""
        return float(self._random.lognormvariate(0, spread)) * median

    def shuffled(self, items: Sequence[ItemT]) -> list[ItemT]:
        return self._random.sample(items, len(items))
