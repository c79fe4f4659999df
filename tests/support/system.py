"""The whole of Tandem as one process tree, for end-to-end tests; started by the real launcher."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from deploy.local.layout import Layout
from deploy.local.simulator.accounts import account
from deploy.local.simulator.words import Account
from tests.support.simulator import Simulator
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 120.0
STOP_SECONDS = 60.0


@dataclass(frozen=True)
class Running(Simulator):
    """A running system: its simulator's calls, its addresses, and its processes by name."""

    home: Path

    @property
    def state(self) -> dict[str, Any]:
        """What runs now, as the launcher tells it; process ids change when a service restarts."""
        return dict(json.loads((self.home / "running.json").read_text(encoding="utf-8")))

    @property
    def portal(self) -> str:
        return str(self.state["addresses"]["portal"])

    @property
    def settings(self) -> dict[str, str]:
        """What the services were started with, as their environment."""
        path = Layout(self.home).environment
        lines = path.read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    @property
    def sign_ins(self) -> dict[str, str]:
        """Password by login."""
        return dict(self.state["sign_ins"])

    def account(self, carrier: str) -> Account:
        return account(carrier, str(self.state["simulator_secret"]))

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """End a service or a server at once; the launcher starts a service again."""
        before = int(self.state["pids"][name])
        os.kill(before, number)
        wait_until(lambda: int(self.state["pids"][name]) != before, READY_SECONDS)

    def wait_ready(self, name: str) -> None:
        """Return once a service says that nothing is away."""
        health = self.state["addresses"]["health"][name]

        def ready() -> bool:
            with contextlib.suppress(httpx.HTTPError):
                return httpx.get(f"http://{health}/readyz", timeout=2).status_code == httpx.codes.OK
            return False

        wait_until(ready, READY_SECONDS)


@contextlib.contextmanager
def running_system(*options: str, home: Path | None = None) -> Iterator[Running]:
    """Start everything on free ports in a directory that goes away; nothing outlives the block.

    `options` are those of `python -m deploy.local run`; the portal must have been built.
    """
    with contextlib.ExitStack() as stack:
        temporary = stack.enter_context(tempfile.TemporaryDirectory(prefix="tandem-e2e-"))
        place = home or Path(temporary)
        Path(temporary).chmod(0o755)
        log = stack.enter_context((place / "launcher.log").open("wb"))
        command = [sys.executable, "-m", "deploy.local", "--home", str(place), "run"]
        launcher = subprocess.Popen(
            [*command, "--free-ports", "--no-portal", *options],
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        stack.callback(_stop, launcher)
        wait_until(lambda: _is_running(launcher, place), READY_SECONDS)
        address = json.loads((place / "running.json").read_text())["addresses"]["phone"]
        client = stack.enter_context(httpx.Client(base_url=address, trust_env=False))
        yield Running(address, client, place)


def _is_running(launcher: subprocess.Popen[bytes], home: Path) -> bool:
    if launcher.poll() is not None:
        raise RuntimeError((home / "launcher.log").read_text(errors="replace"))
    return (home / "running.json").exists()


def _stop(launcher: subprocess.Popen[bytes]) -> None:
    if launcher.poll() is None:
        launcher.send_signal(signal.SIGINT)
    try:
        launcher.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        launcher.kill()
        launcher.wait(STOP_SECONDS)
