"""What became of a text: asked where the carrier can be, found only where it is beyond doubt."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from services.carriers import twilio
from services.carriers.contract import Found, HttpResponse, LookedUp, Sought, look_up_of
from services.carriers.registry import CARRIERS
from tests.support.webhooks import account

ASKABLE = {"twilio"}
LIST = Path(__file__).parents[2] / "fixtures/carriers/twilio/answers/messages.json"
SINCE = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
SOUGHT = Sought(
    number="+12015550101",
    recipient="+12015550150",
    text="Your order is ready.",
    since=SINCE,
    until=SINCE + timedelta(seconds=15),
)


def read(sought: Sought = SOUGHT, body: bytes | None = None, status: int = 200) -> LookedUp:
    given = LIST.read_bytes() if body is None else body
    return twilio.read_lookup(HttpResponse(status=status, body=given), sought)


@pytest.mark.parametrize("carrier", sorted(CARRIERS))
def test_a_carrier_can_be_asked_if_it_says_so(carrier: str) -> None:
    assert (look_up_of(CARRIERS[carrier]) is not None) == (carrier in ASKABLE)


def test_twilio_is_asked_for_the_texts_between_the_two() -> None:
    call = twilio.build_lookup(SOUGHT, account("twilio"))

    assert (call.method, call.body) == ("GET", b"")
    query = parse_qs(urlsplit(call.url).query)
    assert (query["To"], query["From"]) == ([SOUGHT.recipient], [SOUGHT.number])
    assert call.headers["authorization"].startswith("Basic ")


def test_the_text_of_that_time_is_found_with_its_id_and_state() -> None:
    assert read() == Found(
        provider_message_id="SM00000000000000000000000000000002",
        status="delivered",
        carrier_status="delivered",
    )


def test_a_failure_comes_with_its_code() -> None:
    later = replace(SOUGHT, since=SINCE + timedelta(hours=1), until=SINCE + timedelta(hours=2))

    found = read(later)

    assert isinstance(found, Found)
    assert (found.status, found.code, found.text) == ("undelivered", "30003", "Unreachable")


@pytest.mark.parametrize(
    "other",
    [
        replace(SOUGHT, text="Your order is late."),
        replace(SOUGHT, since=SINCE + timedelta(days=1), until=SINCE + timedelta(days=2)),
        replace(SOUGHT, text="When?"),
    ],
)
def test_other_words_another_time_and_what_they_wrote_are_nothing(other: Sought) -> None:
    assert read(other) == "nothing"


def test_of_two_that_fit_nobody_can_say_which_it_is() -> None:
    assert read(replace(SOUGHT, until=SINCE + timedelta(hours=2))) == "not-now"


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"messages": [{}]}', b"\xff"])
def test_what_cannot_be_read_says_nothing_about_the_text(body: bytes) -> None:
    assert read(body=body) == "not-now"


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_a_refused_look_up_says_nothing_about_the_text(status: int) -> None:
    assert read(status=status) == "not-now"


def test_a_list_that_goes_on_is_no_proof_that_a_text_is_missing() -> None:
    page = msgspec.json.encode({"messages": [], "next_page_uri": "/more"})

    assert read(body=page) == "not-now"


def test_a_strange_date_says_nothing() -> None:
    listed = LIST.read_bytes().replace(b"Fri, 20 Nov 2026 10:00:03 +0000", b"yesterday")

    assert read(body=listed) == "not-now"
