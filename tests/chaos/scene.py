"""What a fault may touch, and how it says what it found."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.chaos.evidence import Window
from tests.chaos.people import People
from tests.chaos.stack import Stack

#: What a fault needs that is about more than one broker: a stack of its own.
CLUSTER = "cluster"


class Span(NamedTuple):
    """How long something lasts, seconds; short, since a seed is."""

    shortest: float
    longest: float


MOMENT, SHORT, WHILE, LONG = Span(0.2, 0.6), Span(0.5, 1.5), Span(1.0, 3.0), Span(2.0, 5.0)
#: Between two acts of one fault.
STEP_SECONDS = 0.5


@dataclass
class Scene:
    """One fault's view of the rig."""

    stack: Stack
    people: People
    window: Window
    fate: random.Random
    fault: str

    def miss(self, text: str) -> None:
        """A pass mark was not met."""
        self.window.missed.append(f"{self.fault}: {text}")

    def expect(self, holds: object, text: str) -> None:
        if not holds:
            self.miss(text)

    async def last(self, span: Span = LONG) -> None:
        """Let it last for a while."""
        await asyncio.sleep(self.fate.uniform(*span))

    @contextlib.asynccontextmanager
    async def may_end(self, *services: str, after: float = 10.0) -> AsyncIterator[None]:
        """Within this, and a little longer, these may end by themselves."""
        begin = self.stack.now
        try:
            yield
        finally:
            end = self.stack.now + after
            self.window.may_end += [(name, begin, end) for name in services]


Strike = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """One row of the fault table: it strikes, and has healed when it returns."""

    id: str
    title: str
    strike: Strike
    #: What it must have for itself: names of processes and links; faults that share one take turns.
    takes: frozenset[str] = field(default_factory=frozenset)
    #: What has to be there: `root` (small disks), `cc` (a C compiler), CLUSTER.
    needs: frozenset[str] = field(default_factory=frozenset)

    def possible(self, stack: Stack) -> bool:
        have = {"root"} if stack.disks.mounted else set()
        have |= {"cc"} if stack.shim.library else set()
        have |= {CLUSTER} if stack.brokers.count > 1 else set()
        return self.needs <= have
