"""Standard Webhooks 1.0: id, time and body signed by HMAC-SHA256, several signatures in a header.

Bird proves its webhooks so, and `generic` both ways. A version of signature that we do not know is
passed over, never believed; an id with a full stop could be read as another id and time.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

from services.carriers.contract import Account, Request, Unverified
from services.carriers.proving import check_age

#: Either way; the specification's own reference code has the same.
TOLERANCE_SECONDS = 300
_PREFIX = "whsec_"
_VERSION = "v1"
_MAX_TIME_DIGITS = 12
#: More than anybody has secrets at once.
_MAX_SIGNATURES = 16


def check(request: Request, account: Account, now: datetime, secrets: tuple[str, ...]) -> None:
    """Return if one of the signatures was made with one of the secrets, not long ago."""
    identity = request.header("webhook-id") or ""
    signed_at = request.header("webhook-timestamp") or ""
    signatures = request.header("webhook-signature") or ""
    if not signatures:
        raise Unverified("no-signature")
    if not identity or "." in identity or not identity.isascii():
        raise Unverified("no-id")
    if not (signed_at.isascii() and signed_at.isdigit() and len(signed_at) <= _MAX_TIME_DIGITS):
        raise Unverified("no-time")
    check_age(int(signed_at), now, account, TOLERANCE_SECONDS)
    wanted = [sign(secret, identity, signed_at, request.body) for secret in secrets]
    given = [one.encode() for one in signatures.split(" ", _MAX_SIGNATURES)[:_MAX_SIGNATURES]]
    genuine = [hmac.compare_digest(one, each) for one in given for each in wanted if each]
    if not any(genuine):
        raise Unverified("wrong-signature")


def sign(secret: str, identity: str, signed_at: str, body: bytes) -> bytes:
    """Spell the signature; empty where the secret is none."""
    key = _key(secret)
    if not key:
        return b""
    signed = f"{identity}.{signed_at}.".encode() + body
    return f"{_VERSION},".encode() + base64.b64encode(hmac.digest(key, signed, hashlib.sha256))


def _key(secret: str) -> bytes:
    """Read `whsec_` and Base64, whose padding may be left out."""
    coded = secret.removeprefix(_PREFIX)
    try:
        return base64.b64decode(coded + "=" * (-len(coded) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
