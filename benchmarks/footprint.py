"""M11, and what processes take: memory, CPU, and how soon all of Tandem takes a message."""

import contextlib
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

_KIB = 1024
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Give the CPU time that a process and all that it started have used, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(int(field) for field in fields[11:15]) / _TICKS  # 13, 14: children that have ended
    return own + _sum_of_children(cpu_seconds, pid)


def memory(pid: int) -> int:
    """Give the bytes that a process and its children take, shared pages by their share (PSS)."""
    own = 0
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            own = int(line.split()[1]) * _KIB
    return own + int(_sum_of_children(memory, pid))


def _sum_of_children(of: Callable[[int], float], pid: int) -> float:
    """Add up what children take; one that ends meanwhile takes nothing."""
    total = 0.0
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            total += of(int(child))
    return total


def footprint(pids: Mapping[str, int]) -> str:
    """Say what all of it takes now, and what each part does."""
    taken = {name: memory(pid) / 2**20 for name, pid in pids.items()}
    parts = ", ".join(f"{name} {mib:.0f}" for name, mib in sorted(taken.items()))
    return f"{sum(taken.values()) / 1024:.2f} GiB (MiB: {parts})"


class Stopwatch:
    """Counts from when it is made."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    def __str__(self) -> str:
        return f"{time.perf_counter() - self._began:.1f} s"
