"""Tandem: a webhook as Twilio sends it, on stable storage when it is answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.crowd import inbound_of
from benchmarks.peers.contest import Run
from benchmarks.peers.inbound.load import Gateway, loaded
from benchmarks.peers.ours import card, pids, settled, system_of_the_town
from tests.support import town

CARD = card(
    durable="the webhook in ingest's spool, fdatasync, shared by those that wait",
    tuned="nothing: as `make run` starts it",
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start all of Tandem."""
    with system_of_the_town(home) as system:
        inbound, trees = inbound_of(system, town.ALICES_NUMBER), pids(system)

        with loaded(
            Gateway(inbound.public, "ingest", trees, inbound.text, lambda: settled(trees))
        ) as run:
            yield run
