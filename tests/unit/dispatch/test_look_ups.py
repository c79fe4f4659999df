from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.base import DeliveryStatus
from schemas.delivery import RecordLookUp
from services.dispatch.domain.lattice import Report
from services.dispatch.domain.lookups import LOOK_UPS
from services.dispatch.ports import LookUpNow, SendNow
from tests.support.dispatch_words import (
    ASKED,
    CARL,
    CHAT,
    FIRST,
    SECOND,
    answer,
    outbox,
    receipt,
    report,
    reports,
    shown,
    submitted,
    tell,
)
from tests.support.stage import START, Stage, after

THEIRS = "SM-found"


def found(status: DeliveryStatus | None = "sent", provider: str = THEIRS) -> RecordLookUp:
    return RecordLookUp(
        conversation_id=CHAT,
        message_id=FIRST,
        attempt=1,
        recipient=CARL,
        carrier="twilio",
        account=ASKED,
        provider_message_id=provider,
        status=status,
        carrier_status=status or "dreaming",
    )


def silent() -> Stage:
    """Open dispatch with a text that a carrier which can be asked may have taken."""
    stage = outbox()
    tell(stage, submitted(accounts=(ASKED,)), answer("unknown", account=ASKED))
    return stage


def test_an_unknown_outcome_is_looked_up_a_few_times_and_never_sent_again() -> None:
    stage = silent()
    due = sorted(timer.due_at - START for timer in stage.timers.values())
    assert due == [timedelta(seconds=seconds) for seconds in LOOK_UPS]

    rung = stage.ring(after(days=1))

    payloads = [effect.payload for told in rung for effect in told.effects]
    assert len(payloads) == len(LOOK_UPS)
    assert all(isinstance(payload, LookUpNow) for payload in payloads)
    assert not stage.timers
    assert report(stage) == Report("unknown")


def test_a_look_up_asks_for_what_was_sent_before_the_silence() -> None:
    [asked] = [told.effects for told in silent().ring(after(seconds=LOOK_UPS[0]))]

    payload = asked[0].payload
    assert isinstance(payload, LookUpNow)
    assert (payload.text, payload.about.recipient) == ("Your order is ready.", CARL)
    assert (payload.about.since, payload.about.answered_at) == (START, START)


def test_a_look_up_does_not_ask_for_what_the_carrier_made_before_it_was_this_texts_turn() -> None:
    stage = outbox()
    call = tell(stage, submitted(accounts=(ASKED,))).effects[0].payload
    assert isinstance(call, SendNow)
    assert call.turn_at == START
    turn = after(minutes=3)
    tell(stage, msgspec.structs.replace(answer("unknown", account=ASKED), turn_at=turn))

    [asked] = [told.effects for told in stage.ring(after(seconds=LOOK_UPS[0]))]

    payload = asked[0].payload
    assert isinstance(payload, LookUpNow)
    assert payload.about.since == turn


def test_what_was_found_on_its_way_is_looked_up_again_for_its_reports_may_be_lost_too() -> None:
    stage = silent()
    assert shown(tell(stage, found("sent"))) == ["sent"]

    assert len([told.effects for told in stage.ring(after(days=1))]) == len(LOOK_UPS)


@pytest.mark.parametrize("settled", ["receipt", "look-up"])
def test_what_has_ended_is_not_looked_up_any_more(settled: str) -> None:
    stage = silent()
    if settled == "receipt":
        reports(stage, receipt("failed", message_id=FIRST, account=ASKED))
    else:
        assert shown(tell(stage, found("delivered"))) == ["delivered"]

    assert all(told.is_quiet for told in stage.ring(after(days=1)))


def test_a_receipt_that_has_only_the_found_id_is_ours_from_then_on() -> None:
    stage = silent()
    tell(stage, found())

    reports(stage, receipt("delivered", provider=THEIRS, account=ASKED))

    assert report(stage) == Report("delivered")


def test_what_is_another_texts_is_not_taken_for_this_one() -> None:
    stage = silent()
    tell(stage, submitted(SECOND, accounts=(ASKED,)))
    tell(stage, answer("accepted", message_id=SECOND, account=ASKED, provider=THEIRS))

    assert tell(stage, found()).is_quiet
    assert report(stage) == Report("unknown")


def test_a_state_that_we_do_not_know_leaves_the_text_unknown_until_a_later_look_up() -> None:
    stage = silent()
    tell(stage, found(None))
    assert report(stage) == Report("unknown")

    assert shown(tell(stage, found("delivered"))) == ["delivered"]


def test_a_carrier_that_knows_no_look_up_is_not_asked() -> None:
    stage = outbox()

    assert not tell(stage, submitted(), answer("unknown")).timers


@given(st.permutations(["answer", "early", "ours", "failed", "found", "found", "ring"]))
def test_answers_receipts_and_look_ups_in_any_order_end_the_same(order: list[str]) -> None:
    stage = outbox()
    sends = len(tell(stage, submitted(accounts=(ASKED,))).effects)
    for item in order:
        match item:
            case "answer":
                told = [tell(stage, answer("unknown", account=ASKED))]
            case "early":
                told = [reports(stage, receipt("delivered", provider=THEIRS, account=ASKED))]
            case "ours":
                told = [reports(stage, receipt("sent", message_id=FIRST, account=ASKED))]
            case "failed":
                told = [reports(stage, receipt("failed", message_id=FIRST, account=ASKED))]
            case "found":
                told = [tell(stage, found())]
            case _:
                told = stage.ring(after(days=1))
        sends += sum(effect.kind == "send" for one in told for effect in one.effects)

    assert sends == 1
    assert report(stage) == Report("delivered")
    assert stage.refolded() == stage.parts()
