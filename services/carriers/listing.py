"""What look-ups share: of many texts the one that is sought, or nobody can say which it is (I9).

Only a list that names the words or our own reference is asked: by numbers and time alone one text
of a minute is taken for another, so such lists (Bandwidth's, Plivo's, Telnyx') are left alone.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec

from schemas.base import DeliveryStatus
from services.carriers.contract import Found, HttpRequest, HttpResponse, LookedUp, Sought

#: A look-up reads one page; one person gets fewer texts in the hour that it looks back.
LISTED_AT_ONCE = 100
_CLOCKS_DIFFER = timedelta(seconds=5)

ShapeT = TypeVar("ShapeT")


class Unreadable(Exception):
    """The answer says nothing about the text: refused, malformed, or with a strange date."""


class Listed(msgspec.Struct):
    """A text as Twilio lists it, and who is like it."""

    sid: str
    body: str
    status: str
    date_created: str
    direction: str = "outbound-api"
    error_code: int | str | None = None
    error_message: str | None = None


class Texts(msgspec.Struct):
    """A page of them, the newest first."""

    messages: list[Listed]
    next_page_uri: str | None = None


def asking(url: str, authorization: str) -> HttpRequest:
    """Spell a question: it has no body, and changes nothing."""
    return HttpRequest(method="GET", url=url, headers={"authorization": authorization}, body=b"")


def read(response: HttpResponse, shape: type[ShapeT]) -> ShapeT:
    """Give the answer its shape; Unreadable."""
    if not response.is_success:
        raise Unreadable
    try:
        return msgspec.json.decode(response.body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable from error


def span(sought: Sought) -> tuple[datetime, datetime]:
    """Give the time in which the carrier made it, by its clock."""
    return sought.since - _CLOCKS_DIFFER, sought.until + _CLOCKS_DIFFER


def is_of_its_time(made: str, sought: Sought) -> bool:
    """Tell whether a text may have been made by the call whose answer is missing; Unreadable."""
    since, until = span(sought)
    return since <= _moment(made) <= until


def is_same_number(one: str, other: str) -> bool:
    """Compare numbers that come with and without their '+'."""
    return one.removeprefix("+") == other.removeprefix("+")


def the_one(fitting: Iterable[Found], *, is_whole: bool) -> LookedUp:
    """Give the one text that fits; a page that goes on is no proof that a text is missing."""
    found = list(fitting)
    if len(found) == 1:
        return found[0]
    return "not-now" if found or not is_whole else "nothing"


def by_words(
    response: HttpResponse, sought: Sought, states: Mapping[str, DeliveryStatus]
) -> LookedUp:
    """Find the one text with these words of that time.

    The list lags behind what was taken and does not name our callback, so it is not authoritative:
    a text that is not on it has not failed, it stays unknown.
    """
    try:
        listed = read(response, Texts)
        fitting = [one for one in listed.messages if _is_sought(one, sought)]
    except Unreadable:
        return "not-now"
    found = (
        Found(
            provider_message_id=one.sid,
            status=states.get(one.status),
            carrier_status=one.status,
            code=str(one.error_code) if one.error_code else None,
            text=one.error_message or None,
        )
        for one in fitting
    )
    return the_one(found, is_whole=not listed.next_page_uri)


def _is_sought(one: Listed, sought: Sought) -> bool:
    in_time = is_of_its_time(one.date_created, sought)
    return in_time and one.direction != "inbound" and one.body == sought.text


def _moment(text: str) -> datetime:
    """Read RFC 3339 or RFC 2822; UTC where no zone is named."""
    for reader in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = reader(text)
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    raise Unreadable
