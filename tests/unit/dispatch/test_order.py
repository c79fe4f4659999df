"""Texts to one person go one after another, also where the first must wait for its carrier."""

from schemas.base import MessageId
from services.dispatch.domain.sending import MAX_WAITING
from tests.support.dispatch_words import (
    CARL,
    CHAT,
    FIRST,
    SECOND,
    THIRD,
    answer,
    calls,
    outbox,
    receipt,
    reports,
    says_stop,
    shown,
    submitted,
    tell,
)
from tests.support.stage import Stage


def _line(stage: Stage) -> list[str]:
    part = stage.part(f"line/{CHAT}/{CARL}")
    return [waiter.message_id for waiter in part.waiters]


def test_the_second_text_waits_for_the_first_to_be_answered() -> None:
    stage = outbox()
    tell(stage, submitted(FIRST))

    assert calls(tell(stage, submitted(SECOND))) == []
    assert [call.message_id for call in calls(tell(stage, answer("accepted")))] == [SECOND]


def test_a_text_that_must_wait_for_its_carrier_is_not_overtaken() -> None:
    stage = outbox()
    tell(stage, submitted(FIRST), submitted(SECOND))

    assert calls(tell(stage, answer("retry"))) == []
    assert _line(stage) == [FIRST, SECOND]


def test_whatever_ends_a_text_lets_the_next_one_go() -> None:
    for end in (answer("accepted"), answer("permanent", code="21211"), answer("unknown")):
        stage = outbox()
        tell(stage, submitted(FIRST), submitted(SECOND), submitted(THIRD))
        assert [call.message_id for call in calls(tell(stage, end))] == [SECOND]
        assert _line(stage) == [SECOND, THIRD]


def test_a_report_about_a_text_lets_the_next_one_go() -> None:
    stage = outbox()
    tell(stage, submitted(FIRST), submitted(SECOND))

    told = reports(stage, receipt("sent", message_id=FIRST))

    assert [call.message_id for call in calls(told)] == [SECOND]
    assert calls(tell(stage, answer("accepted"))) == []


def test_a_report_that_we_do_not_understand_lets_nothing_go() -> None:
    stage = outbox()
    tell(stage, submitted(FIRST), submitted(SECOND), answer("retry"))

    told = reports(stage, receipt(None, message_id=FIRST))

    assert calls(told) == []
    assert _line(stage) == [FIRST, SECOND]


def test_a_stop_empties_the_line() -> None:
    stage = outbox()
    tell(stage, submitted(FIRST), submitted(SECOND), submitted(THIRD), says_stop())

    told = tell(stage, answer("accepted"))

    assert calls(told) == []
    assert shown(told) == ["accepted", "failed", "failed"]
    assert _line(stage) == []


def test_a_line_has_a_limit() -> None:
    stage = outbox()
    for index in range(MAX_WAITING):
        tell(stage, submitted(MessageId(f"bulk-{index}")))

    told = tell(stage, submitted(FIRST))

    assert told.facts[0].code == "too-many-waiting"
    assert len(_line(stage)) == MAX_WAITING
