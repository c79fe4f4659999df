"""The shape of a duel: its figures, and contenders that start, load, are measured, and stop."""

import importlib
import pkgutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast

from benchmarks.footprint import cpu_seconds

#: Runs that count, after one that does not.
RUNS = 3
OURS = "tandem"
#: What runs in a peer's virtualenv begins so; it can be imported nowhere else.
INSIDE = "inside_"
#: The order in which they are run and shown.
DUELS = ("claims", "timers", "inbound", "fanout", "replay", "screen")
_HERE = "benchmarks.peers"
#: What one run gave, by the key of the figure.
Measured = dict[str, float]
Run = Callable[[int], Measured]


class NotHere(Exception):
    """A peer cannot run on this machine; the text says why."""


@dataclass(frozen=True)
class Figure:
    """One line of a duel's table."""

    key: str
    what: str
    unit: str
    #: What is better: "less", "more", or "" where the two cannot be compared.
    better: str = "less"


@dataclass(frozen=True, kw_only=True)
class Duel:
    """What is asked of every contender."""

    title: str
    #: The work, and what makes it the same for all; Markdown.
    work: str
    figures: Sequence[Figure]
    #: Why we stand where we do, and what it would take to stand better; Markdown.
    learnt: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """Who a contender is."""

    name: str
    licence: str
    #: What is on stable storage when it says yes.
    durable: str
    #: What was set, and on whose advice.
    tuned: str
    version: str = ""
    #: The Debian package whose version it is.
    debian: str = ""
    #: Its configuration, as a file of the repository.
    configured: str = ""


class Contender(Protocol):
    """A module of a duel."""

    CARD: Card

    def started(self, home: Path) -> AbstractContextManager[Run]:
        """Start it and load it; gives what measures one run. All of it is stopped afterwards."""


@dataclass
class Outcome:
    """How a contender did, or why it did not run."""

    name: str
    card: Card
    runs: list[Measured] = field(default_factory=list)
    why_not: str = ""


def duel(name: str) -> Duel:
    """Find a duel by its name."""
    if name not in DUELS:
        raise LookupError(f"there is no duel {name}: {', '.join(DUELS)}")
    return cast("Duel", importlib.import_module(f"{_HERE}.{name}").DUEL)


def contender(duel_name: str, name: str) -> Contender:
    """Find a contender of a duel by its name."""
    return cast("Contender", importlib.import_module(f"{_HERE}.{duel_name}.{name}"))


def contenders(duel_name: str) -> list[str]:
    """Name the contenders of a duel, ours first."""
    package = importlib.import_module(f"{_HERE}.{duel_name}")
    every = [one.name for one in pkgutil.iter_modules(package.__path__)]
    names = [name for name in every if not name.startswith(INSIDE)]
    found = [name for name in names if hasattr(contender(duel_name, name), "CARD")]
    return sorted(found, key=lambda name: (name != OURS, name))


def measured(one: Contender, home: Path) -> list[Measured]:
    """Give the runs of one contender: the first warms up and does not count."""
    with one.started(home) as run:
        run(0)
        return [run(number) for number in range(1, RUNS + 1)]


@contextmanager
def metered(trees: Mapping[str, int]) -> Iterator[dict[str, float]]:
    """Fill in CPU-seconds by process tree once the block has ended; `driver` is this process."""
    used: dict[str, float] = {}
    before, own = {name: cpu_seconds(pid) for name, pid in trees.items()}, time.process_time()
    yield used
    used |= {name: cpu_seconds(pid) - before[name] for name, pid in trees.items()}
    used["driver"] = time.process_time() - own
