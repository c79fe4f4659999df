"""Webhooks as the carriers make them: from each carrier's fixture folder, signed by its signer.

`tests/fixtures/carriers/<carrier>/` holds `account.toml` (what carriers.toml would have),
`signer.py` (`Signer` below), `example.toml` (for the operator) and one JSON file per request.
"""

import importlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from services.carriers.contract import Account, OutboundMessage, Request
from services.carriers.registry import CARRIERS
from tests.support.proofs import Proof

FIXTURES = Path(__file__).parents[1] / "fixtures" / "carriers"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PUBLIC = "https://texts.example.com"
MESSAGE = OutboundMessage(
    message_id="6f9619ff-8b86-5d01-b42d-00cf4fc964ff",
    idempotency_key="try-1",
    number="+12015550101",
    recipient="+12015550150",
    text="Yes, it is & thanks 👋",
    media_urls=("https://files.example.com/a.png", "https://files.example.com/b.png"),
    at=NOW,
)
FORM = ("content-type", "application/x-www-form-urlencoded")
_JSON = ("content-type", "application/json")


class Signer(Protocol):
    """The shape of a fixture folder's `signer.py`."""

    @property
    def PROOF(self) -> Proof:  # noqa: N802 - a module's constant
        """Where the proof is."""
        ...

    @property
    def SIGNS_BODY(self) -> bool:  # noqa: N802 - a module's constant
        """Whether one changed byte of the body shows."""
        ...

    def sign(self, request: Request, at: datetime) -> Request:
        """Prove a request as the carrier does, with the newest secret of account.toml."""
        ...


def signer(carrier: str) -> Signer:
    """Give the carrier's signer."""
    module: Any = importlib.import_module(f"tests.fixtures.carriers.{carrier}.signer")
    found: Signer = module
    return found


def sign(carrier: str, request: Request, at: datetime = NOW) -> Request:
    """Prove a request as its carrier does."""
    return signer(carrier).sign(request, at)


def account_values(carrier: str) -> dict[str, tuple[str, ...]]:
    """Read the secrets of account.toml, each a text or a list, the newest first."""
    read = tomllib.loads((FIXTURES / carrier / "account.toml").read_text(encoding="utf-8"))
    return {
        name: tuple(given) if isinstance(given, list) else (given,) for name, given in read.items()
    }


def account(
    carrier: str,
    *,
    values: Mapping[str, tuple[str, ...]] | None = None,
    public_base_url: str = PUBLIC,
    tolerance_seconds: int | None = None,
) -> Account:
    """Give the carrier's account of the tests, named `main`."""
    return Account(
        name="main",
        carrier=carrier,
        public_base_url=public_base_url,
        api_base_url="https://api.example.com",
        values=account_values(carrier) if values is None else values,
        tolerance_seconds=tolerance_seconds,
    )


def message_for(carrier: str) -> OutboundMessage:
    """Give a message with as many files as the carrier takes."""
    return replace(MESSAGE, media_urls=MESSAGE.media_urls[: CARRIERS[carrier].MAX_FILES])


@dataclass(frozen=True)
class Fixture:
    """One request of a carrier, unsigned, and what it says in our words."""

    carrier: str
    name: str
    request: Request
    events: list[dict[str, Any]]
    #: Authentic, but not wholly readable.
    unparseable: bool


def fixtures(carrier: str | None = None) -> list[Fixture]:
    """Read the files of one carrier, or of all."""
    return [_read(path) for path in sorted(FIXTURES.glob(f"{carrier or '*'}/*.json"))]


def fixture(carrier: str, name: str) -> Fixture:
    """Read one file."""
    return _read(FIXTURES / carrier / f"{name}.json")


def _read(path: Path) -> Fixture:
    content = json.loads(path.read_text(encoding="utf-8"))
    return Fixture(
        path.parent.name,
        path.stem,
        Request(
            method=content.get("method", "POST"),
            query=content.get("query", ""),
            headers=(_JSON if "json" in content else FORM,),
            body=_body(content).encode(),
        ),
        content["events"],
        content.get("unparseable", False),
    )


def _body(content: Mapping[str, Any]) -> str:
    """Spell `json`, or a `form`: a list as it stands, percent-encoded."""
    return json.dumps(content["json"]) if "json" in content else "&".join(content.get("form", ()))


def with_headers(request: Request, **headers: str) -> Request:
    """Add headers; underscores become dashes."""
    more = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return replace(request, headers=(*request.headers, *more))
