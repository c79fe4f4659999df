"""Secrets that change under load: F35."""

import contextlib
import json
import signal
from collections.abc import Sequence
from pathlib import Path

from deploy.local.simulator.accounts import ROTATED, account
from services.kernel import ids
from tests.chaos.journal import Journal
from tests.chaos.scene import Fault, Scene
from tests.support.waiting import eventually

_STOP_SECONDS, _HEARD_SECONDS = 10.0, 15.0
_FORBIDDEN = (401, 403)
#: Texts in each step: what is refused for a wrong moment shows in a few.
_TEXTS = 4


async def secret_rotates(scene: Scene) -> None:
    """F35: both are good, the carriers change over, the old one goes; nobody valid is turned away.

    And back again, as the accounts were: each way is a rotation.
    """
    first, second = scene.stack.secrets.simulator, ids.new()
    book = Journal(scene.stack, scene.people.phone)
    await book.read()
    before = len(book.entries)
    for old, new in ((first, second), (second, first)):
        await _ingest_takes(scene, old, new)
        await _carriers_sign_with(scene, None if new == first else new)
        await _heard(book)  # what was signed with the old one is in
        await _ingest_takes(scene, new)
    refused = [one for one in book.entries[before:] if one.get("status") in _FORBIDDEN]
    scene.expect(not refused, f"{len(refused)} valid requests were turned away")


async def _ingest_takes(scene: Scene, *secrets: str) -> None:
    """Change the file and replace ingest, as an operator does, while texts come in."""
    _write(scene.stack.layout.carriers, secrets)
    scene.stack.signal("ingest", signal.SIGTERM)
    code = await scene.stack.ended("ingest", _STOP_SECONDS)
    scene.expect(code == 0, f"ingest was asked to go and ended with {code}")
    for _ in range(_TEXTS):
        await scene.people.customer_texts(scene.fate)


def _write(carriers: Path, secrets: Sequence[str]) -> None:
    """Write carriers.toml anew: these are good, wherever there may be several."""
    carrier, lines = "", []
    for line in carriers.read_text(encoding="utf-8").splitlines():
        name = line.partition(" = ")[0]
        carrier = line.strip("[]") if line.startswith("[") else carrier
        values = [account(carrier, one).credentials[name] for one in secrets if name in ROTATED]
        lines.append(f"{name} = {json.dumps(values)}" if values else line)
    carriers.write_text("\n".join(lines) + "\n", encoding="utf-8")


async def _carriers_sign_with(scene: Scene, secret: str | None) -> None:
    url = f"{scene.stack.places.phone}/control/secret"
    (await scene.people.phone.put(url, json={"secret": secret})).raise_for_status()
    for _ in range(_TEXTS):
        await scene.people.customer_texts(scene.fate)


async def _heard(book: Journal) -> None:
    """Wait until no carrier is still trying; a busy day never comes to that."""

    async def none_pending() -> bool:
        await book.read()
        return not book.pending()

    with contextlib.suppress(AssertionError):
        await eventually(none_pending, _HEARD_SECONDS, every=0.5)


FAULTS = (
    Fault("F35", "secret rotated under load", secret_rotates,
          frozenset({"ingest", "dispatch", "clocks", "webhooks"})),
)  # fmt: skip
