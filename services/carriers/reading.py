"""What the parsers share: numbers that must be there, times that may be, ids that we gave."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from schemas.base import MessageId, Number
from schemas.carrier import ConsentKeyword
from services.carriers.contract import Request, Unparseable
from services.carriers.decoding import clean, pairs
from services.carriers.numbers import NoNumber, normalise

#: Ours are UUIDs; whatever else comes back was not ours.
_OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KEYWORDS: dict[str, ConsentKeyword] = {"stop": "stop", "start": "start", "help": "help"}


def our_number(text: str | None) -> Number:
    """Read a number of ours."""
    return Number(their_number(text))


def their_number(text: str | None) -> str:
    """Read a counterpart's number; Unparseable says only that there was none."""
    if not text:
        raise Unparseable("number: missing")
    try:
        return normalise(text)
    except NoNumber as error:
        raise Unparseable(f"number: {error}") from error


def others(texts: Iterable[str | None], *known: str) -> tuple[str, ...]:
    """Read the other members of a group, sorted, without those already named."""
    return tuple(sorted({their_number(text) for text in texts if text} - set(known)))


def moment(text: str | None) -> datetime | None:
    """Read a carrier's clock; one that we cannot read is no reason to lose a text."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else None


def utc(text: str | None) -> datetime | None:
    """Read a carrier's clock that says UTC by saying nothing."""
    found = moment(f"{text}+00:00") if text else None
    return found or moment(text)


def numbered(form: Mapping[str, str], stem: str) -> dict[int, str]:
    """Give `MediaUrl0`, `MediaUrl1`… by their number."""
    name = re.compile(rf"{stem}([0-9]{{1,3}})")
    found = ((name.fullmatch(key), value) for key, value in form.items())
    return {int(match[1]): value for match, value in found if match and value}


def keyword(text: str | None) -> ConsentKeyword | None:
    """Read which consent word the carrier has already acted on."""
    return _KEYWORDS.get((text or "").lower())


def our_message(text: str | None) -> MessageId | None:
    """Read a message id that the carrier hands back, if it is one of ours."""
    return MessageId(text) if text and _OURS.fullmatch(text) else None


def asked_about(request: Request) -> MessageId | None:
    """Read the message that a receipt's own address names (Account.receipt_url)."""
    return our_message(_asked(request, "message"))


def asked_number(request: Request) -> str | None:
    """Read our number, where a receipt's own address names it (Account.receipt_url)."""
    return _asked(request, "number")


def _asked(request: Request, name: str) -> str | None:
    named = [clean(value) for key, value in pairs(request.query) if key == name]
    return named[0] if len(named) == 1 else None
