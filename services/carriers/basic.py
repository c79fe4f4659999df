"""HTTP Basic credentials (RFC 7617), written for APIs and read from webhooks."""

import base64
import binascii


def credentials(user: str, password: str) -> str:
    """Spell an Authorization header's value."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def read(header: str) -> bytes | None:
    """Give `user:password` as bytes, to be compared whole; None for what is not Basic."""
    scheme, _, coded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    return decode(coded.strip())


def decode(coded: str) -> bytes | None:
    """Read Base64 that has one spelling only, or None."""
    try:
        found = base64.b64decode(coded.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return found if base64.b64encode(found).decode() == coded else None
