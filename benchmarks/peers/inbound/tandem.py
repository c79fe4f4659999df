"""Tandem: a webhook as Twilio sends it, on stable storage when it is answered."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.crowd import inbound_of
from benchmarks.footprint import cpu_seconds
from benchmarks.peers.contest import Run
from benchmarks.peers.inbound.load import Gateway, loaded
from benchmarks.peers.ours import card, pids, system_of_the_town
from tests.support import town

CARD = card(
    durable="the webhook in ingest's spool, fdatasync, shared by those that wait",
    tuned="nothing: as `make run` starts it",
)
#: Nobody counts what comes after: it has settled when it takes no more CPU than idling does.
_IDLE, _LOOK_SECONDS, _LIMIT_SECONDS = 0.35, 2.0, 60.0


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start all of Tandem."""
    with system_of_the_town(home) as system:
        inbound, trees = inbound_of(system, town.ALICES_NUMBER), pids(system)

        async def settled() -> None:
            deadline = time.monotonic() + _LIMIT_SECONDS
            before = sum(map(cpu_seconds, trees.values()))
            while time.monotonic() < deadline:
                await asyncio.sleep(_LOOK_SECONDS)
                used = sum(map(cpu_seconds, trees.values())) - before
                before += used
                if used < _IDLE * _LOOK_SECONDS:
                    return

        with loaded(Gateway(inbound.public, "ingest", trees, inbound.text, settled)) as run:
            yield run
