"""What the verifiers share: the signed address, the form in it, and how old a time may be."""

import base64
import hmac
from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import urlsplit

from services.carriers.contract import Account, Request, Unparseable, Unverified
from services.carriers.decoding import Pairs, pairs

FORM = "application/x-www-form-urlencoded"
_MAX_TIME_DIGITS = 12


def check_age(signed_at: float, now: datetime, account: Account, usual: int) -> None:
    """Return if a signed time (seconds of Unix) is near ours; Unverified. 0 seconds: not judged.

    `usual` is the carrier's tolerance, which the account's own overrules.
    """
    given = account.tolerance_seconds
    tolerance = usual if given is None else given
    if tolerance and abs(now.timestamp() - signed_at) > tolerance:
        raise Unverified("too-old-or-too-new")


def seconds(text: str | None) -> int:
    """Read a signed time, in whole seconds of Unix; Unverified."""
    if not text or not (text.isascii() and text.isdigit() and len(text) <= _MAX_TIME_DIGITS):
        raise Unverified("no-time")
    return int(text)


def is_any(given: str, genuine: Iterable[bytes]) -> bool:
    """Compare a proof with each that would be genuine; no time tells how near it came."""
    spelled = given.encode("utf-8", "replace")
    return any(hmac.compare_digest(one, spelled) for one in genuine)


def check_body(given: str, request: Request, keys: Iterable[str], digest: str | None) -> None:
    """Return if it is the body's HMAC by any key, in hexadecimal or Base64; Unverified."""
    if digest is None:
        raise Unverified("unknown-algorithm")
    made = [hmac.digest(key.encode(), request.body, digest) for key in keys]
    if not any(is_any(given, (one.hex().encode(), base64.b64encode(one))) for one in made):
        raise Unverified("wrong-signature")


def kind(request: Request) -> str:
    """Give the content type, without what follows it; Unparseable where two are given."""
    given = [value for name, value in request.headers if name == "content-type"]
    if len(given) > 1:
        raise Unparseable("header: two content types")
    return "".join(given).partition(";")[0].strip().lower()


def form_of(request: Request) -> Pairs | None:
    """Read the form; None for a body that is something else. A GET's query is in the URL.

    Unparseable.
    """
    if not request.body:
        return []
    return pairs(request.body) if request.method == "POST" and kind(request) == FORM else None


def addresses(account: Account, query: str) -> Iterator[str]:
    """Give the URL without and with its default port: not every carrier always spells it alike."""
    url, suffix = account.webhook_url, f"?{query}" if query else ""
    yield url + suffix
    parts = urlsplit(url)
    default = 443 if parts.scheme == "https" else 80
    if parts.port is None:
        yield parts._replace(netloc=f"{parts.netloc}:{default}").geturl() + suffix
    else:
        yield parts._replace(netloc=parts.netloc.rpartition(":")[0]).geturl() + suffix
