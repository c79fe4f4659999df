"""Generated secrets of one machine: made once, kept in a file that only its owner reads."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

_BYTES = 24


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """All that must not be guessed."""

    service_password: str
    media_link_key: str
    simulator: str
    ingest_control_key: str
    #: Raw P-256 private key, URL-safe base64 without padding, as pywebpush takes it.
    vapid_private_key: str
    #: Raw uncompressed point, likewise; what a browser subscribes with.
    vapid_public_key: str
    #: The demo's people all sign in with this one.
    demo_password: str


def load(path: Path) -> Secrets:
    """Read the file, or make it."""
    made = _make()
    if path.exists():
        kept = json.loads(path.read_text(encoding="ascii"))
        if kept.keys() == asdict(made).keys():
            return Secrets(**kept)
        made = replace(made, **kept)  # of a version with fewer
        path.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(asdict(made), file, indent=1)
    return made


def _make() -> Secrets:
    private, public = _vapid()
    return Secrets(
        service_password=secrets.token_urlsafe(_BYTES),
        media_link_key=secrets.token_urlsafe(_BYTES),
        ingest_control_key=secrets.token_urlsafe(_BYTES),
        simulator=secrets.token_urlsafe(_BYTES),
        vapid_private_key=private,
        vapid_public_key=public,
        demo_password=f"demo-{secrets.token_hex(3)}",
    )


def _vapid() -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.private_numbers()
    point = numbers.public_numbers
    public = b"\x04" + point.x.to_bytes(32, "big") + point.y.to_bytes(32, "big")
    return _base64(numbers.private_value.to_bytes(32, "big")), _base64(public)


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
