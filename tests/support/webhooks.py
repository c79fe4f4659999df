"""Webhooks as the three carriers make them, from fixture files, signed with made-up secrets."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.carriers.basic import credentials
from services.carriers.contract import Account, OutboundMessage, Request

FIXTURES = Path(__file__).parents[1] / "fixtures" / "carriers"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PUBLIC = "https://texts.example.com"
TELNYX_KEY = Ed25519PrivateKey.from_private_bytes(b"t" * 32)
MESSAGE = OutboundMessage(
    message_id="6f9619ff-8b86-5d01-b42d-00cf4fc964ff",
    idempotency_key="try-1",
    number="+12015550101",
    recipient="+12015550150",
    text="Yes, it is & thanks 👋",
    media_urls=("https://files.example.com/a.png", "https://files.example.com/b.png"),
)
FORM = ("content-type", "application/x-www-form-urlencoded")


def public_key(key: Ed25519PrivateKey) -> str:
    """Spell a key as Telnyx's portal shows it."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


TOKEN, PASSWORD = "token-new", "pass-new"
VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    "twilio": {
        "auth_token": (TOKEN, "token-old"),
        "shared_key": ("shared",),
        "account_sid": ("AC1",),
    },
    "telnyx": {"public_key": (public_key(TELNYX_KEY),), "api_key": ("KEY1",)},
    "bandwidth": {
        "callback_user": ("user",),
        "callback_password": (PASSWORD, "pass-old"),
        "account_id": ("99",),
        "application_id": ("app",),
        "api_user": ("api",),
        "api_password": ("secret",),
    },
}


def account(
    carrier: str,
    *,
    values: Mapping[str, tuple[str, ...]] | None = None,
    public_base_url: str = PUBLIC,
) -> Account:
    """Give the carrier's account of the tests, named `main`."""
    return Account(
        name="main",
        carrier=carrier,
        public_base_url=public_base_url,
        api_base_url="https://api.example.com",
        values=VALUES[carrier] if values is None else values,
    )


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
    body = json.dumps(content["json"]) if "json" in content else "&".join(content["form"])
    kind = ("content-type", "application/json") if "json" in content else FORM
    return Fixture(
        path.parent.name,
        path.stem,
        Request(
            method=content.get("method", "POST"),
            query=content.get("query", ""),
            headers=(kind,),
            body=body.encode(),
        ),
        content["events"],
        content.get("unparseable", False),
    )


def with_headers(request: Request, **headers: str) -> Request:
    """Add headers; underscores become dashes."""
    more = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return replace(request, headers=(*request.headers, *more))


def sign_twilio(request: Request, secret: str = TOKEN, base: str = PUBLIC) -> Request:
    """Sign as Twilio does: URL, then the sorted parameters, SHA-1."""
    url = f"{base}/webhooks/twilio/main" + (f"?{request.query}" if request.query else "")
    form = parse_qsl(request.body.decode(), keep_blank_values=True)
    text = url + "".join(name + value for name, value in sorted(set(form)))
    made = hmac.digest(secret.encode(), text.encode(), hashlib.sha1)
    return with_headers(request, x_twilio_signature=base64.b64encode(made).decode())


def sign_telnyx(
    request: Request, at: datetime = NOW, key: Ed25519PrivateKey = TELNYX_KEY
) -> Request:
    """Sign as Telnyx does: time, bar, raw body, Ed25519."""
    seconds = str(int(at.timestamp()))
    made = key.sign(f"{seconds}|".encode() + request.body)
    return with_headers(
        request,
        telnyx_timestamp=seconds,
        telnyx_signature_ed25519=base64.b64encode(made).decode(),
    )


def sign_bandwidth(request: Request, secret: str = PASSWORD) -> Request:
    """Bring the credentials, as Bandwidth does on the second try."""
    return with_headers(request, authorization=credentials("user", secret))


SIGN: dict[str, Callable[[Request], Request]] = {
    "twilio": sign_twilio,
    "telnyx": sign_telnyx,
    "bandwidth": sign_bandwidth,
}


def sign(carrier: str, request: Request) -> Request:
    """Prove a request as its carrier does, now."""
    return SIGN[carrier](request)
