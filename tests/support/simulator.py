"""The carrier simulator as a process, and the few calls that tests make of it."""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from deploy.local.ports import LOOPBACK, free_port, listens
from deploy.local.processes import Program, start
from deploy.local.simulator.accounts import DEFAULT_SECRET, account
from deploy.local.simulator.words import Account
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
_READY_SECONDS = 20.0


@dataclass(frozen=True)
class Simulator:
    """A running simulator; `client` talks to its `/control`."""

    address: str
    client: httpx.Client

    def account(self, carrier: str) -> Account:
        """Our account there, with its credentials."""
        return account(carrier, DEFAULT_SECRET)

    def text_us(self, sender: str, number: str, text: str, **more: Any) -> str:  # noqa: ANN401 - JSON values
        """A customer writes; gives the carrier's id of the text."""
        body = {"sender": sender, "number": number, "text": text, **more}
        answer = self.client.post("/control/texts", json=body, timeout=70)
        answer.raise_for_status()
        return str(answer.json()["id"])

    def plan(self, fault: str, on: str, **more: Any) -> None:  # noqa: ANN401 - JSON values
        """Something will go wrong; see deploy/local/simulator/faults.py."""
        body = {"fault": fault, "on": on, **more}
        self.client.post("/control/faults", json=body).raise_for_status()

    def report(self, identity: str, state: str, code: str | None = None) -> None:
        """A carrier reports about a text of ours."""
        body = {"id": identity, "state": state, "code": code}
        self.client.post("/control/receipts", json=body).raise_for_status()

    def history(self, **matching: str) -> list[dict[str, Any]]:
        """All that passed: kind text, message, receipt, send; by carrier, id, result."""
        answer = self.client.get("/control/history", params=matching)
        return list(answer.json()["entries"])

    def received(self, count: int = 1, seconds: float = 30.0) -> list[dict[str, Any]]:
        """Our texts that reached customers, once there are so many."""

        def enough() -> list[dict[str, Any]] | None:
            texts = [one for one in self.history(kind="text") if one["direction"] == "out"]
            return texts if len(texts) >= count else None

        found = wait_until(enough, seconds)
        return found or []


@contextlib.contextmanager
def running_simulator(
    webhooks: str,
    logs: Path,
    numbers: Sequence[str] = (),
    *,
    port: int | None = None,
    options: Sequence[str] = (),
) -> Iterator[Simulator]:
    """A simulator that posts to `webhooks`; `numbers` as `+12025550100=twilio=Label`."""
    port = port or free_port()
    given = [part for number in numbers for part in ("--number", number)]
    command = [sys.executable, "-m", "deploy.local.simulator", "--port", str(port)]
    program = Program(
        name="simulator",
        command=[*command, "--webhooks", webhooks, *given, *options],
        directory=ROOT,
    )
    child = start(program, logs)
    try:
        child.wait_until(lambda: listens(f"{LOOPBACK}:{port}"), _READY_SECONDS)
        with httpx.Client(base_url=f"http://{LOOPBACK}:{port}", trust_env=False) as client:
            yield Simulator(f"http://{LOOPBACK}:{port}", client)
    finally:
        child.stop()
