"""Every report is kept as it came, and said in plain words."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.delivery import ReceiptRecorded, SendRefused
from services.carriers.answering import Codes
from services.carriers.contract import Answer
from services.carriers.registry import CARRIERS
from services.dispatch.domain.sending import WORDS
from services.gateway.domain import delivery_log, delivery_words, places
from services.gateway.domain.delivery_words import _CODES, Words, words
from services.gateway.domain.delivery_words_es import SPANISH, spanish
from services.gateway.projections import project
from tests.support.gateway_reports import answered
from tests.support.gateway_words import CUSTOMER, Story


@pytest.mark.parametrize("code", sorted(WORDS))
def test_each_code_of_ours_has_words_and_something_to_do(code: str) -> None:
    meaning = words("held", "", code)

    assert meaning.text
    assert meaning.advice
    assert meaning != words("held", "", None)


@pytest.mark.parametrize(("carrier", "code"), sorted(_CODES))
def test_what_a_code_says_agrees_with_what_the_carriers_module_does(
    carrier: str, code: str
) -> None:
    judged: Answer = CARRIERS[carrier].judge(code)
    meaning = words("failed", carrier, code)

    if judged.opted_out:
        assert meaning.text == WORDS["opted-out"]
    if judged.daily_cap:
        assert "tomorrow" in meaning.advice
    if judged.account_fault and carrier != "vonage_sms":  # whose reports and answers share digits
        assert "admin" in meaning.advice


@pytest.mark.parametrize("carrier", sorted(CARRIERS))
def test_every_code_on_which_we_act_has_words(carrier: str) -> None:
    codes = (code for table in _acted_on(carrier) for each in table for code in table[each])

    assert [
        code for code in codes if words("failed", carrier, code) == words("failed", "", "")
    ] == []


def _acted_on(carrier: str) -> list[dict[str, frozenset[str]]]:
    """Give the tables of codes of a carrier's module, and of those that it stands on."""
    module: Any = CARRIERS[carrier]
    found = [
        vars(one).get("_CODES")
        for one in (module, *vars(module).values())
        if isinstance(one, ModuleType)
    ]
    return [asdict(one) for one in found if isinstance(one, Codes)]


@pytest.mark.parametrize(
    ("carrier", "code", "told"),
    [
        ("twilio", "21610", "opted out"),
        ("telnyx", "40300", "opted out"),
        ("bandwidth", "4775", "opted out"),
        ("twilio", "30034", "not registered"),
        ("bandwidth", "4774", "not registered"),
        ("twilio", "30006", "cannot receive"),
        ("messagebird", "103", "opted out"),
        ("infobip", "EC_ABSENT_SUBSCRIBER", "out of reach"),
        ("sinch", "E351", "had trouble"),
        ("vonage_messages", "1070", "our account"),
    ],
)
def test_a_carriers_code_is_said_in_plain_words(carrier: str, code: str, told: str) -> None:
    assert told in words("failed", carrier, code).text


@pytest.mark.parametrize("state", ["planned", "accepted", "sent", "delivered", "undelivered"])
def test_a_code_that_nobody_knows_is_said_by_its_state(state: str) -> None:
    assert words(state, "twilio", "99999") == words(state, "twilio", None)


def test_a_state_that_we_do_not_know_changes_nothing_and_says_so() -> None:
    assert "do not know" in words(None, "twilio", None).text


def test_a_code_of_one_carrier_says_nothing_of_anothers() -> None:
    assert words("failed", "telnyx", "21610") == words("failed", "telnyx", None)


def test_each_report_is_a_row_of_its_own() -> None:
    story = Story("acme")
    answered(story, 1, "retry", code="20429")
    answered(story, 1)
    _receipt(story)
    _receipt(story)
    rows = [row for told in story.told for row in project(told) if row.table == "delivery_report"]

    assert [row.values["kind"] for row in rows] == ["answer", "answer", "receipt", "receipt"]
    assert len({row.values["report_id"] for row in rows}) == 4


def test_what_a_carrier_said_is_shown_beside_what_it_means() -> None:
    story = Story("acme")
    _receipt(story)
    (row,) = project(story.told[-1])

    shown = delivery_log.report({**row.values})
    assert (shown["carrier"], shown["account"], shown["code"]) == ("twilio", "main", "30003")
    assert (shown["state"], shown["said"]) == ("undelivered", "undelivered")
    assert "out of reach" in shown["text"]
    assert shown["advice"]


def test_what_was_held_back_names_no_carrier() -> None:
    story = Story("acme")
    story.converses(
        SendRefused(
            conversation_id=story.conversation_id(),
            message_id=story.message_id(1),
            attempt=1,
            recipient=CUSTOMER,
            code="too-old",
        )
    )
    row = next(one for one in project(story.told[-1]) if one.table == "delivery_report")

    shown = delivery_log.report({**row.values})
    assert (shown["kind"], shown["carrier"], shown["code"]) == ("gate", None, "too-old")


@given(
    at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive, the zone is given beside them
    name=st.uuids().map(str),
)
def test_a_place_is_found_again(at: datetime, name: str) -> None:
    assert places.place(delivery_log.cursor({"at": at, "report_id": name})) == (at, name)


@given(st.text(max_size=60))
def test_what_is_no_place_leads_nowhere(text: str) -> None:
    found = places.place(text)

    assert found is None or found[1]


def _receipt(story: Story) -> None:
    story.converses(
        ReceiptRecorded(
            conversation_id=story.conversation_id(),
            message_id=story.message_id(1),
            attempt=1,
            recipient=CUSTOMER,
            carrier="twilio",
            account="main",
            status="undelivered",
            carrier_status="undelivered",
            code="30003",
            text=None,
            reported_at=None,
        )
    )


def _every_meaning() -> list[Words]:
    """Find them wherever the module keeps them: by name, by code, by state."""
    tables = [one for one in vars(delivery_words).values() if isinstance(one, Mapping)]
    named = [one for one in vars(delivery_words).values() if isinstance(one, Words)]
    return named + [one for table in tables for one in table.values() if isinstance(one, Words)]


def test_each_meaning_is_said_in_spanish_too() -> None:
    """ERR-02: in the language of whoever looks, and no sentence is left over."""
    said = {text for one in _every_meaning() for text in (one.text, one.advice)}

    assert set(SPANISH) == said | {""}
    assert all(SPANISH[text] != text for text in said if text)
    assert spanish(words("delivered", "", None)).text == "Ha llegado al teléfono."
