"""HTTP Basic credentials (RFC 7617), written for APIs and read from webhooks."""

import base64
import binascii
import hmac

from services.carriers.contract import Account, NeedsChallenge, Request, Unverified


def credentials(user: str, password: str) -> str:
    """Spell an Authorization header's value."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def check(request: Request, account: Account) -> None:
    """Compare with every `callback_user` and `callback_password` that is still good."""
    header = request.header("authorization")
    if header is None:
        raise NeedsChallenge
    given = read(header)
    if given is None:
        raise Unverified("not-basic")
    genuine = [
        hmac.compare_digest(f"{user}:{password}".encode(), given)
        for user in account.every("callback_user")
        for password in account.every("callback_password")
    ]
    if not any(genuine):
        raise Unverified("wrong-credentials")


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
