"""Who we are at each carrier: credentials derived from one secret, so nothing is written twice."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal, get_args

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Carrier = Literal["twilio", "telnyx", "bandwidth"]
CARRIERS: tuple[Carrier, ...] = get_args(Carrier)

#: Names the secret from which all credentials follow; a command line would show it to everybody.
SECRET = "TANDEM_SIMULATOR_SECRET"  # noqa: S105 - a name
#: For tests; `make run` makes one of its own.
DEFAULT_SECRET = "tandem-simulator"  # noqa: S105 - of the simulator alone


@dataclass(frozen=True)
class Account:
    """One account: `name` is the last segment of its webhook path; credentials by name."""

    carrier: Carrier
    name: str
    credentials: dict[str, str]


def account(carrier: Carrier, secret: str, name: str | None = None) -> Account:
    """Derive an account; by default it is named like its carrier."""
    makers = {"twilio": _twilio, "telnyx": _telnyx, "bandwidth": _bandwidth}
    return Account(carrier, name or carrier, makers[carrier](secret))


def telnyx_key(secret: str) -> Ed25519PrivateKey:
    """The key that signs Telnyx's webhooks."""
    return Ed25519PrivateKey.from_private_bytes(_digest(secret, "telnyx signing key"))


def _twilio(secret: str) -> dict[str, str]:
    return {
        "account_sid": f"AC{_hex(secret, 'twilio account')}",
        "auth_token": _hex(secret, "twilio token"),
    }


def _telnyx(secret: str) -> dict[str, str]:
    public = telnyx_key(secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {
        "api_key": f"KEY{_hex(secret, 'telnyx key')}",
        "public_key": base64.b64encode(public).decode(),
        "messaging_profile_id": _hex(secret, "telnyx profile"),
    }


def _bandwidth(secret: str) -> dict[str, str]:
    return {
        "account_id": "9900000",
        "application_id": _hex(secret, "bandwidth application"),
        "api_user": "tandem-api",
        "api_password": _hex(secret, "bandwidth api"),
        "callback_user": "tandem-callbacks",
        "callback_password": _hex(secret, "bandwidth callbacks"),
    }


def _digest(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256)


def _hex(secret: str, purpose: str) -> str:
    return _digest(secret, purpose).hex()[:32]
