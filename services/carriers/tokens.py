"""JSON Web Tokens signed by HMAC, as carriers prove webhooks with (RFC 7515, RFC 7519).

Read strictly: the compact form only, one spelling of each part, and an algorithm that the carrier
uses; what a token says of itself chooses among those and nothing else.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any

from services.carriers.contract import Unparseable, Unverified
from services.carriers.decoding import document

_HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
_PARTS = 3


def claims(
    token: str, secrets: Iterable[str], algorithms: frozenset[str] = frozenset({"HS256"})
) -> Mapping[str, Any]:
    """Give what a token claims once one of the secrets has signed it; Unverified."""
    parts = token.split(".")
    if len(parts) != _PARTS:
        raise Unverified("not-a-token")
    head, payload, signature = (_decode(part) for part in parts)
    algorithm = _object(head).get("alg")
    if not isinstance(algorithm, str) or algorithm not in algorithms & _HASHES.keys():
        raise Unverified("unknown-algorithm")
    signed = token.rpartition(".")[0].encode("ascii")
    genuine = [
        hmac.compare_digest(hmac.digest(secret.encode(), signed, _HASHES[algorithm]), signature)
        for secret in secrets
    ]
    if not any(genuine):
        raise Unverified("wrong-signature")
    return _object(payload)


def seconds(found: Mapping[str, Any], name: str) -> float:
    """Give a time that a token claims, in seconds of Unix; Unverified if it claims none."""
    given = found.get(name)
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise Unverified("no-time")
    return float(given)


def is_hash(given: object, content: bytes) -> bool:
    """Tell whether a claim is the SHA-256 of this, in hexadecimal."""
    wanted = hashlib.sha256(content).hexdigest().encode()
    return isinstance(given, str) and hmac.compare_digest(given.encode(), wanted)


def _object(given: bytes) -> Mapping[str, Any]:
    try:
        found = document(given)
    except Unparseable as error:
        raise Unverified("not-a-token") from error
    if not isinstance(found, dict) or "crit" in found:
        raise Unverified("not-a-token")
    return found


def _decode(part: str) -> bytes:
    """Read Base64 for URLs without padding, in its one spelling."""
    try:
        coded = part.encode("ascii")
        found = base64.b64decode(coded + b"=" * (-len(coded) % 4), b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise Unverified("not-a-token") from error
    if not found or base64.urlsafe_b64encode(found).rstrip(b"=") != coded:
        raise Unverified("not-a-token")
    return found
