"""Children that never outlive us: own process group, tied to our life, stopped in order."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LEASH = Path(__file__).with_name("leash.py")
STOP_SECONDS = 10.0
KILLED_SECONDS = 5.0
#: How much of a failed child's log is shown.
TAIL_BYTES = 2_000
_POLL_SECONDS = 0.05
_DEFAULT_STOP = signal.SIGTERM
_DEFAULT_DEATH = signal.SIGKILL


class ChildFailed(RuntimeError):
    """A part did not start, or ended by itself; the text holds the end of its log."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to start, and how it wishes to be stopped."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    directory: Path | None = None
    #: Whom to become, when we are root and the program refuses root.
    user: str | None = None
    stop_signal: signal.Signals = _DEFAULT_STOP
    #: What the kernel sends it when we are gone.
    death_signal: signal.Signals = _DEFAULT_DEATH


@dataclass
class Child:
    """A started program. Start it from the main thread: its life is tied to that thread."""

    program: Program
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def tail(self) -> str:
        """The end of its log, for an error message."""
        return self.log.read_bytes()[-TAIL_BYTES:].decode(errors="replace").strip()

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Return once `ready` says so; ChildFailed if the child ends before, or time is up."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.alive:
                raise ChildFailed(
                    f"{self.name} ended with {self.process.returncode}\n{self.tail()}"
                )
            if time.monotonic() > deadline:
                raise ChildFailed(f"{self.name} is not ready after {seconds} s\n{self.tail()}")
            time.sleep(_POLL_SECONDS)

    def ask_to_stop(self) -> None:
        """Begin a graceful stop without waiting, so that several stop side by side."""
        if self.alive:
            _signal_group(self.process.pid, self.program.stop_signal)

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Stop it and everything it started; kill what does not heed."""
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """End its whole group at once, whatever is left of it."""
        _signal_group(self.process.pid, signal.SIGKILL)
        self.process.wait(KILLED_SECONDS)


def start(program: Program, logs: Path) -> Child:
    """Start a program on our leash, its output going to `<logs>/<name>.log`."""
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{program.name}.log"
    command = [
        *(sys.executable, "-S", str(LEASH), str(os.getpid()), str(int(program.death_signal))),
        *(program.user or "-", *program.command),
    ]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=program.directory,
            env={**os.environ, **program.environment},
            start_new_session=True,
        )
    return Child(program, process, log)


def stop_all(children: Sequence[Child], seconds: float = STOP_SECONDS) -> None:
    """Stop several at once, waiting for all of them; the order does not matter."""
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.stop(seconds)


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return  # already gone
