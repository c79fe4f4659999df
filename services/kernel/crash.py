"""Crash points: the named places between two side effects where a test may kill the process.

`CRASH_AT=after-commit` kills at the first passing, `CRASH_AT=after-commit:5` at the fifth; with
`CRASH_WITH=SIGSTOP` it freezes there instead, and may wake as a zombie. Nothing is set in
production, and then a point costs one comparison.
"""

import os
import signal
from collections.abc import Callable

#: Every point, in the order in which a batch passes them; tests iterate over this list.
POINTS = (
    "after-acquire",
    "after-read",
    "after-decide",
    "before-commit",
    "after-commit",
    "after-send",
    "after-publish",
    "before-ack",
    "timer-leased",
    "timer-sent",
    "effect-started",
    "effect-performed",
    "effect-published",
)

#: Ingest's, in the order in which a webhook passes them on its way to the log.
SPOOL_POINTS = ("spool-written", "spool-synced", "drain-read", "drain-published", "drain-retired")


class _Armed:
    def __init__(self, setting: str) -> None:
        name, _, count = setting.partition(":")
        self.name = name
        self.left = int(count or 1)
        if name and name not in (*POINTS, *SPOOL_POINTS):
            raise ValueError(f"CRASH_AT names no crash point: {name}")


_armed = _Armed(os.environ.get("CRASH_AT", ""))
_SIGNAL = signal.Signals[os.environ.get("CRASH_WITH", "SIGKILL")]


_watcher: Callable[[str], None] | None = None


def watch(watcher: Callable[[str], None] | None) -> None:
    """Let a simulator be told of every passing; it ends a process by raising at its point."""
    global _watcher  # noqa: PLW0603 - points are passed everywhere, and one simulator at a time runs
    _watcher = watcher


def point(name: str) -> None:
    """Die here, as kill -9 would, if the environment says so."""
    if _watcher is not None:
        _watcher(name)
    if name != _armed.name:
        return
    _armed.left -= 1
    if _armed.left == 0:
        os.kill(os.getpid(), _SIGNAL)
