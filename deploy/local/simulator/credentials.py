"""How made-up credentials follow from one secret, and how they are compared."""

import base64
import hashlib
import hmac


def digest(secret: str, purpose: str) -> bytes:
    """32 bytes for one purpose."""
    return hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256)


def hexed(secret: str, purpose: str) -> str:
    """32 hexadecimal digits for one purpose."""
    return digest(secret, purpose).hex()[:32]


def basic(user: str, password: str) -> str:
    """An Authorization header's value."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def same(given: str | None, wanted: str) -> bool:
    """Compare without telling by the time taken how much was right."""
    return given is not None and hmac.compare_digest(given.encode(), wanted.encode())
