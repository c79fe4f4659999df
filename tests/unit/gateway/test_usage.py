"""HIST-06, USE-1, USE-3: what usage counts, and how it is shown."""

import csv
import io
from datetime import date

from schemas import delivery
from schemas.base import ExtensionId
from services.gateway.domain.rows import Row
from services.gateway.domain.statistics import Days
from services.gateway.domain.usage import COUNTS, as_csv, shown
from services.gateway.domain.views import People
from services.gateway.projections.usage import project
from tests.support.gateway_chats import says, starts_chat
from tests.support.gateway_words import CUSTOMER, Story

DAYS = Days(date(2026, 11, 1), date(2026, 11, 3), "America/New_York")
PEOPLE = People({"a": {"name": "=Alice", "dial": "101"}}, lambda _: False)


def _counted(story: Story) -> list[Row]:
    return [row for one in story.told for row in project(one)]


def test_a_text_is_counted_under_its_number_and_its_author() -> None:
    story = Story("acme")
    story.receives(1, "x" * 161)
    story.replies(2, "alice")
    story.sends(2)

    came, went, sending = _counted(story)

    assert (came.values["direction"], came.values["segments"]) == ("in", 2)
    assert came.values["extension_id"] is None
    assert (went.values["direction"], went.values["number"]) == ("out", story.number)
    assert went.values["extension_id"] == ExtensionId("acme-alice")
    assert (sending.values["sent"], sending.values["segments"]) == (True, 2)


def test_a_chat_costs_nothing() -> None:
    story = Story("acme")
    says(story, starts_chat(story, "alice", "bert"), 1, "alice", "Lunch?")

    assert _counted(story) == []


def test_what_is_held_back_at_the_last_gate_was_not_sent() -> None:
    story = Story("acme")
    story.sends(1)
    story.converses(
        delivery.SendRefused(
            conversation_id=story.conversation_id(),
            message_id=story.message_id(1),
            attempt=1,
            recipient=CUSTOMER,
            code="opted-out",
        )
    )
    story.delivered(1, "failed")

    planned, refused, end = _counted(story)

    assert planned.values.keys() == refused.values.keys()
    assert (refused.values["sent"], refused.values["segments"]) == (False, 0)
    assert end.values["failed"] is True


def test_a_late_receipt_takes_a_failure_back() -> None:
    story = Story("acme")
    for status in ("pending", "failed", "sent", "unknown", "delivered"):
        story.delivered(1, status)

    assert [row.values["failed"] for row in _counted(story)] == [True, False]


def _line(of: str, **values: object) -> dict[str, object]:
    empty = {"of": of, "day": None, "number": None, "extension_id": None}
    return {**empty, **dict.fromkeys(COUNTS, 0), **values}


def test_every_day_is_there_and_the_busiest_stand_first() -> None:
    rows = [
        _line("day", day="2026-11-02", sent=3),
        _line("number", number="+14155550100", sent=1),
        _line("number", number="+14155550101", received=2),
        _line("person", extension_id="a", sent=3),
        _line("person", received=9),
        _line("total", sent=3, received=9),
    ]

    found = shown(rows, {"+14155550100": "Main"}, DAYS, PEOPLE)

    assert [(one["day"], one["sent"]) for one in found["days"]] == [
        ("2026-11-01", 0),
        ("2026-11-02", 3),
        ("2026-11-03", 0),
    ]
    assert [one["label"] for one in found["numbers"]] == [None, "Main"]
    assert [one["person"] and one["person"]["name"] for one in found["people"]] == [None, "=Alice"]
    assert found["total"] == {**dict.fromkeys(COUNTS, 0), "sent": 3, "received": 9}


def test_a_sheet_computes_nothing() -> None:
    rows = [_line("person", extension_id="a", sent=3), _line("number", number="+447700900123")]
    found = shown(rows, {}, DAYS, PEOPLE)

    lines = {by: list(csv.reader(io.StringIO(as_csv(found, by)))) for by in ("person", "number")}

    assert lines["person"] == [["person", *COUNTS], ["'=Alice", "3", *["0"] * 5]]
    assert lines["number"][1][0].startswith("'+44")
    assert len(as_csv(found, "day").splitlines()) == 4
