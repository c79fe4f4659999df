"""Writes what was measured: beside each figure its goal, and what limits it now."""

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from benchmarks.goals import GOALS

LATEST = Path(__file__).with_name("results") / "latest.md"
PUBLISHED = Path(__file__).parents[1] / "docs" / "proof" / "performance.md"
#: performance.md §7: with other work on the box nothing is published.
QUIET_LOAD = 0.5
_NAMED = ("aiokafka", "faust-streaming", "fastapi", "uvicorn", "psycopg", "msgspec")
_HEAD = """\
# Performance

Written by `make bench` from one run of all of it on one machine, the load on the same cores as
what it measures: a machine of one's own does better, never worse. Requests leave at their intended
times and a stall is charged to all that it delays. Latencies are p50 / p99 / p99.9. Everything is
durable as in production: fdatasync before a webhook is answered, a synchronous commit before an
event is published.
"""


@dataclass
class Report:
    """One run's figures, in the order in which they were measured."""

    box: str
    load: float = field(default_factory=lambda: os.getloadavg()[0])
    #: Metric, what exactly, measured.
    rows: list[tuple[str, str, str]] = field(default_factory=list)
    #: Title and lines.
    sections: list[tuple[str, Sequence[str]]] = field(default_factory=list)

    def add(self, metric: str, what: str, measured: str) -> None:
        """Take in one figure."""
        self.rows.append((metric, what, measured))
        print(f"{metric}: {what}: {measured}", flush=True)

    def text(self) -> str:
        """Give the whole page."""
        lines = [_HEAD, _versions(), "", self.box, "", "| | what | measured |", "|---|---|---|"]
        lines += [f"| {' | '.join(row)} |" for row in self.rows]
        lines += ["", "## Against the goals", "", "| | what | goal | stretch | what limits it |"]
        lines += ["|---|---|---|---|---|"]
        lines += [
            f"| {name} | {goal.what} | {goal.goal} | {goal.stretch or '-'} | {goal.limit or '-'} |"
            for name, goal in GOALS.items()
        ]
        for title, body in self.sections:
            lines += ["", f"## {title}", "", *body]
        return "\n".join(lines) + "\n"

    def write(self) -> Path:
        """Keep it; publish it if the box was quiet when it began. Gives where it is."""
        LATEST.parent.mkdir(exist_ok=True)
        places = [LATEST, PUBLISHED] if self.load <= QUIET_LOAD else [LATEST]
        for place in places:
            place.write_text(self.text(), encoding="utf-8")
        return places[-1]


def commit() -> str:
    """Name what is measured, shortly."""
    return subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - git is found on PATH
        cwd=LATEST.parent,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()


def machine() -> str:
    """Say what it ran on, the commit first."""
    return (
        f"Commit {commit()}; {os.cpu_count()} cores, {platform.machine()}; Python"
        f" {platform.python_version()}, {platform.system()} {platform.release()}"
    )


def _versions() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in _NAMED)
    return f"{machine()}; {packages}."
