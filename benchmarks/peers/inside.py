"""A contender that is a library: a process in its virtualenv, asked for one run after another.

This module is read on both sides, so it needs nothing but the standard library.
"""

import asyncio
import json
import os
import select
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
RUN_SECONDS = 120.0
_STOP_SECONDS = 10.0
_TAIL = 1_500


@dataclass(frozen=True)
class Inside:
    """The process, from outside."""

    process: subprocess.Popen[str]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def ask(self, number: int) -> dict[str, Any]:
        """Let it do one run; gives what it says."""
        into, out = self.process.stdin, self.process.stdout
        assert into is not None
        assert out is not None
        into.write(f"{number}\n")
        into.flush()
        ready, _, _ = select.select([out], [], [], RUN_SECONDS)
        line = out.readline() if ready else ""
        if not line:
            raise RuntimeError(f"no answer: {self.log.read_text()[-_TAIL:]}")
        return dict(json.loads(line))


@contextmanager
def inside(python: Path | str, module: str, home: Path, *arguments: str) -> Iterator[Inside]:
    """Run a module of ours by a peer's Python; it ends when its input does."""
    log = home / "inside.log"
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603 - the contender, started on purpose
            [str(python), "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
        )
    try:
        yield Inside(process, log)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(_STOP_SECONDS)


async def serve(run: Callable[[int], Awaitable[dict[str, Any]]]) -> None:
    """Do a run for each line that comes in, and say in a line what it gave."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        sys.stdout.write(json.dumps(await run(int(line))) + "\n")
        sys.stdout.flush()
