"""procrastinate: jobs that are scheduled, and one worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.contest import Run
from benchmarks.peers.libraries import PROCRASTINATE, on_postgres
from benchmarks.peers.timers.late import with_cpu

MODULE = "benchmarks.peers.timers.inside_procrastinate"
CARD = PROCRASTINATE.card(
    MODULE,
    tuned="a poll every 50 ms instead of 5 s, 32 jobs at once instead of 1, finished jobs deleted,"
    " a pool of 16 connections",
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start it with a worker and what is due tomorrow."""
    with on_postgres(home, PROCRASTINATE.python(), MODULE, with_cpu) as run:
        yield run
