"""Tandem as a contender: all of it, started as an operator starts it."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.footprint import cpu_seconds
from benchmarks.peers.contest import Card
from benchmarks.report import commit
from tests.support import town
from tests.support.system import Running, running_system

#: Stands for carriers, so it is no part of what is measured.
_OUTSIDE = "simulator"
#: Nobody counts what comes after: it has settled when it takes no more CPU than idling does.
_IDLE, _LOOK_SECONDS, _LIMIT_SECONDS = 0.35, 2.0, 60.0


def card(*, durable: str, tuned: str) -> Card:
    """Give who we are, in this commit."""
    return Card(name="Tandem", version=commit(), licence="Apache-2.0", durable=durable, tuned=tuned)


@contextmanager
def system_of_the_town(home: Path) -> Iterator[Running]:
    """Start everything with the town's people, numbers and queues."""
    file = town.write(home / "town.toml")
    with running_system("--no-traffic", "--directory", str(file)) as system:
        yield system


def pids(system: Running) -> dict[str, int]:
    """Give every process of the system, those of the servers among them."""
    return {name: int(pid) for name, pid in system.state["pids"].items() if name != _OUTSIDE}


async def settled(trees: Mapping[str, int]) -> None:
    """Wait until all that follows from what was accepted has been done."""
    deadline = time.monotonic() + _LIMIT_SECONDS
    before = sum(map(cpu_seconds, trees.values()))
    while time.monotonic() < deadline:
        await asyncio.sleep(_LOOK_SECONDS)
        used = sum(map(cpu_seconds, trees.values())) - before
        before += used
        if used < _IDLE * _LOOK_SECONDS:
            return
