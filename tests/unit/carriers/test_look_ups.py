"""What became of a text: asked where the carrier can be, found only where it is beyond doubt.

`tests/fixtures/carriers/<carrier>/answers/` has what it says to a look-up, and what that tells.
"""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from services.carriers.contract import (
    HttpRequest,
    HttpResponse,
    LookedUp,
    LookUp,
    Sought,
    look_up_of,
    why_no_look_up,
)
from services.carriers.registry import CARRIERS
from tests.support.webhooks import FIXTURES, MESSAGE, account

SINCE = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
SOUGHT = Sought(
    number=MESSAGE.number,
    recipient=MESSAGE.recipient,
    text="Your order is ready.",
    message_id=MESSAGE.message_id,
    idempotency_key=MESSAGE.idempotency_key,
    since=SINCE,
    until=SINCE + timedelta(seconds=15),
)
ASKABLE = sorted(name for name in CARRIERS if look_up_of(CARRIERS[name]) is not None)
ANSWERS = sorted(FIXTURES.glob("*/answers/*.json"))


def look_up(carrier: str) -> LookUp:
    found = look_up_of(CARRIERS[carrier])
    assert found is not None
    return found


def question(carrier: str, sought: Sought = SOUGHT) -> HttpRequest:
    call = look_up(carrier).build(sought, account(carrier))
    assert call is not None
    return call


def read(carrier: str, body: bytes, status: int = 200, sought: Sought = SOUGHT) -> LookedUp:
    return look_up(carrier).read(HttpResponse(status=status, body=body), sought)


def answered(path: Path) -> tuple[bytes, Any]:
    content = json.loads(path.read_text(encoding="utf-8"))
    return json.dumps(content["answer"]).encode(), content["expected"]


def test_what_can_be_asked_has_answers_beside_its_fixtures() -> None:
    for carrier in ASKABLE:
        names = {path.stem for path in ANSWERS if path.parts[-3] == carrier}
        assert {"found", "failed", "nothing", "two-that-fit"} <= names, carrier


@pytest.mark.parametrize("carrier", sorted(CARRIERS))
def test_a_carrier_can_be_asked_or_says_why_not(carrier: str) -> None:
    assert (why_no_look_up(CARRIERS[carrier]) is None) == (carrier in ASKABLE)


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_an_answer_tells_what_its_fixture_says(path: Path) -> None:
    body, expected = answered(path)

    told = read(path.parts[-3], body)

    assert (told if isinstance(told, str) else asdict(told)) == expected


@pytest.mark.parametrize("carrier", ASKABLE)
def test_a_question_changes_nothing_and_brings_the_credentials(carrier: str) -> None:
    call = question(carrier)

    assert (call.method, call.body) == ("GET", b"")
    assert call.url.startswith("https://api.example.com/")
    sent = CARRIERS[carrier].build_send(replace(MESSAGE, media_urls=()), account(carrier))
    assert call.headers["authorization"] == sent.headers["authorization"]


@pytest.mark.parametrize("carrier", ASKABLE)
def test_a_question_names_both_numbers_or_our_own_reference(carrier: str) -> None:
    asked = [value for values in parse_qs(urlsplit(question(carrier).url).query).values()
             for value in values]  # fmt: skip

    by_numbers = {SOUGHT.number, SOUGHT.recipient} <= set(asked)
    references = (SOUGHT.message_id, SOUGHT.idempotency_key)
    assert by_numbers or any(one in value for value in asked for one in references)


@pytest.mark.parametrize("carrier", ASKABLE)
def test_another_text_is_not_taken_for_the_one_that_is_sought(carrier: str) -> None:
    body, _ = answered(FIXTURES / carrier / "answers" / "found.json")
    other = replace(SOUGHT, text="Late.", message_id="another", idempotency_key="another")

    assert read(carrier, body, sought=other) == "nothing"


@pytest.mark.parametrize("carrier", ASKABLE)
@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[]", b'{"messages": [{}]}', b"\xff"])
def test_what_cannot_be_read_says_nothing_about_the_text(carrier: str, body: bytes) -> None:
    assert read(carrier, body) == "not-now"


@pytest.mark.parametrize("carrier", ASKABLE)
@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_a_refused_look_up_says_nothing_about_the_text(carrier: str, status: int) -> None:
    body, _ = answered(FIXTURES / carrier / "answers" / "found.json")

    assert read(carrier, body, status) == "not-now"


def test_files_are_asked_for_where_they_were_sent() -> None:
    with_files = replace(SOUGHT, has_files=True)

    assert urlsplit(question("infobip", with_files).url).path == "/mms/2/logs"
    assert urlsplit(question("messagebird", with_files).url).path == "/mms"
