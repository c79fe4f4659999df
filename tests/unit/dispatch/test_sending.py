from datetime import timedelta

import msgspec
import pytest

from schemas.conversation import NoteDeliveryEnd, RecordOptOut
from schemas.delivery import RecordReceipt, SendPlanned, SendRefused
from services.dispatch.domain.ladder import RUNGS
from services.dispatch.domain.lattice import Report
from services.dispatch.domain.sending import HELD_AT_GATE
from tests.support.dispatch_words import (
    CARL,
    CHAT,
    DORA,
    FIRST,
    KEY,
    KEYED,
    MAIN,
    NUMBER,
    SPARE,
    answer,
    calls,
    outbox,
    receipt,
    report,
    reports,
    retry,
    says_start,
    says_stop,
    shown,
    submitted,
    tell,
    tried_again,
)
from tests.support.scenario import Told
from tests.support.stage import START, Stage, after


def _ring(stage: Stage) -> Told:
    """Let the next timer ring, when it is due."""
    return stage.ring(min(timer.due_at for timer in stage.timers.values()))[0]


def test_a_text_is_planned_and_called_at_its_numbers_pace() -> None:
    told = tell(outbox(), submitted(text="x" * 161))

    assert told.facts == [
        SendPlanned(
            conversation_id=CHAT,
            message_id=FIRST,
            attempt=1,
            recipient=CARL,
            number=NUMBER,
            account=MAIN,
            encoding="gsm7",
            segments=2,
        )
    ]
    [effect] = told.effects
    assert (effect.kind, effect.order_key) == ("send", f"{NUMBER}|{CARL}")
    assert (effect.lane, effect.cost, effect.rate_per_second) == (NUMBER, 2, 1.0)
    assert (effect.shared_lane, effect.shared_rate_per_second) == ("account/main", 50.0)
    [call] = calls(told)
    assert (call.account, call.tries, call.partition_key) == (MAIN, 1, KEY)


def test_a_chat_line_is_none_of_our_business() -> None:
    chat = msgspec.structs.replace(submitted(), via="chat", number=None)

    assert tell(outbox(), chat).is_quiet


def test_nobody_is_texted_after_stop() -> None:
    told = tell(outbox(), says_stop(), submitted())

    assert told.facts[0] == SendRefused(
        conversation_id=CHAT, message_id=FIRST, attempt=1, recipient=CARL, code="opted-out"
    )
    assert (shown(told), told.effects) == (["failed"], [])


def test_start_opens_the_gate_again() -> None:
    assert calls(tell(outbox(), says_stop(), says_start(), submitted()))


def test_the_one_confirmation_of_a_stop_passes_the_gate() -> None:
    assert calls(tell(outbox(), says_stop(), submitted(purpose="opt-out-confirmation")))
    assert not calls(tell(outbox(), says_stop(), submitted(purpose="help")))


def test_a_stop_between_two_tries_holds_the_next_one_back() -> None:
    stage = outbox()
    tell(stage, submitted(), answer("retry"), says_stop())

    told = _ring(stage)

    assert (told.kinds, told.effects) == (["SendRefused", "DeliveryChanged"], [])


def test_a_stop_that_the_caller_saw_is_a_refusal_by_the_gate() -> None:
    told = tell(outbox(), submitted(), answer("permanent", code=HELD_AT_GATE))

    assert told.kinds == ["SendRefused", "DeliveryChanged"]


def test_a_number_without_a_usable_account_sends_nothing() -> None:
    told = tell(outbox(), submitted(accounts=("gone",)))

    assert told.facts[0].code == "no-account"


def test_what_the_carrier_accepts_is_shown_and_its_id_is_ours_for_ever() -> None:
    stage = outbox()

    told = tell(stage, submitted(), answer("accepted"))

    assert told.kinds == ["SendAnswered", "DeliveryChanged"]
    assert shown(told) == ["accepted"]
    assert shown(reports(stage, receipt("delivered"), after(days=400))) == ["delivered"]


def test_an_answer_that_comes_twice_changes_nothing_more() -> None:
    assert tell(outbox(), submitted(), answer("accepted"), answer("accepted")).is_quiet


def test_an_answer_to_a_call_that_was_never_planned_changes_nothing() -> None:
    assert tell(outbox(), submitted(), answer("accepted", tries=2)).is_quiet
    assert tell(outbox(), answer("accepted")).is_quiet


def test_what_is_refused_for_now_is_called_again_by_the_ladder() -> None:
    stage = outbox()

    told = tell(stage, submitted(), answer("retry", code="20429"))

    assert (told.kinds, shown(told)) == (["SendAnswered"], [])
    due = told.facts[0].retry_at
    assert RUNGS[0] <= (due - stage.log[0].time).total_seconds()
    again = _ring(stage)
    assert again.kinds == ["SendPlanned"]
    assert calls(again)[0].tries == 2


def test_a_retry_that_rings_early_or_twice_changes_nothing() -> None:
    stage = outbox()
    told = tell(stage, submitted(), answer("retry"))
    due = told.facts[0].retry_at

    assert stage.tell(retry(), due - timedelta(milliseconds=1), key=KEY).is_quiet
    assert calls(stage.tell(retry(), due, key=KEY))
    assert stage.tell(retry(), due, key=KEY).is_quiet


def test_a_carriers_wish_for_patience_is_kept() -> None:
    told = tell(outbox(), submitted(), answer("retry", wait=1000))

    assert told.facts[0].retry_at == told.envelope.time + timedelta(seconds=1000)


def test_after_the_last_rung_the_text_has_failed() -> None:
    stage = outbox()
    tell(stage, submitted())
    for tries in range(1, len(RUNGS) + 1):
        tell(stage, answer("retry", tries=tries, code="30001"))
        _ring(stage)

    told = stage.tell(answer("retry", tries=len(RUNGS) + 1, code="30001"), after(days=1), key=KEY)

    assert shown(told) == ["failed"]
    assert told.facts[1].failure_code == "30001"
    assert not told.timers


def test_a_second_account_takes_over_after_two_refusals() -> None:
    stage = outbox()
    used = [calls(tell(stage, submitted(accounts=(MAIN, SPARE))))[0].account]
    for tries in (1, 2):
        tell(stage, answer("retry", tries=tries, account=used[-1]))
        used.append(calls(_ring(stage))[0].account)

    assert used == [MAIN, MAIN, SPARE]


def test_what_a_carrier_with_keys_may_have_taken_is_offered_to_no_other_account() -> None:
    stage = outbox()
    used = [calls(tell(stage, submitted(accounts=(KEYED, SPARE))))[0]]
    for tries in (1, 2, 3):
        tell(stage, answer("retry", tries=tries, account=KEYED))
        used.append(calls(_ring(stage))[0])

    assert {call.account for call in used} == {KEYED}
    assert len({call.idempotency_key for call in used}) == 1


def test_what_is_refused_for_good_has_failed_with_the_carriers_code() -> None:
    stage = outbox()

    told = tell(stage, submitted(), answer("permanent", code="21211"))

    assert report(stage) == Report("failed", "21211", "The carrier did not accept the text.")
    assert told.wishes == [
        NoteDeliveryEnd(conversation_id=CHAT, message_id=FIRST, attempt=1, failed=True)
    ]


def test_an_opt_out_at_the_carrier_is_recorded_as_ours() -> None:
    stage = outbox()

    told = tell(stage, submitted(), answer("permanent", code="21610"))

    wish = next(command for command in told.commands if isinstance(command.data, RecordOptOut))
    assert wish.data == RecordOptOut(number=NUMBER, counterpart=CARL, code="21610")
    assert (wish.subject, wish.partitionkey) == (f"consent/{NUMBER}/{CARL}", KEY)
    assert report(stage).code == "opted-out"


def test_an_opt_out_that_comes_by_receipt_is_recorded_too() -> None:
    stage = outbox()
    tell(stage, submitted(), answer("accepted"))

    told = reports(stage, receipt("undelivered", code="21610"))

    assert any(isinstance(wish, RecordOptOut) for wish in told.wishes)


def test_an_unknown_outcome_is_shown_and_never_called_again() -> None:
    stage = outbox()

    told = tell(stage, submitted(), answer("unknown"))

    assert shown(told) == ["unknown"]
    assert (told.timers, told.effects, told.wishes) == ([], [], [])
    assert stage.tell(retry(), after(days=1), key=KEY).is_quiet


@pytest.mark.parametrize("order", [("answer", "receipt"), ("receipt", "answer")])
def test_an_unknown_outcome_is_settled_by_a_receipt(order: tuple[str, str]) -> None:
    stage = outbox()
    tell(stage, submitted())
    for item in order:
        if item == "answer":
            tell(stage, answer("unknown"))
        else:
            reports(stage, receipt("delivered", provider="SM-never-told", message_id=FIRST))

    assert report(stage) == Report("delivered")


def test_what_the_carrier_reported_is_not_called_again() -> None:
    """A carrier that says "not now" and delivers all the same has it."""
    stage = outbox()
    tell(stage, submitted(), answer("retry"))
    reports(stage, receipt("sent", message_id=FIRST))

    assert _ring(stage).is_quiet


def test_a_not_now_after_a_report_sets_no_timer() -> None:
    stage = outbox()
    tell(stage, submitted())
    reports(stage, receipt("sent", message_id=FIRST))

    assert not tell(stage, answer("retry")).timers


def test_router_is_told_when_a_text_has_arrived_after_all() -> None:
    stage = outbox()
    tell(stage, submitted(), answer("accepted"))
    failed = reports(stage, receipt("failed"))
    arrived = reports(stage, receipt("delivered"))

    assert [told.wishes[0].failed for told in (failed, arrived)] == [True, False]


def test_every_report_is_kept_and_an_unknown_state_changes_nothing() -> None:
    stage = outbox()
    tell(stage, submitted(), answer("accepted"))

    assert reports(stage, receipt(None)).kinds == ["ReceiptRecorded"]
    assert reports(stage, receipt("accepted")).kinds == ["ReceiptRecorded"]
    assert report(stage) == Report("accepted")


def test_a_receipt_about_nothing_of_ours_changes_nothing() -> None:
    stage = outbox()
    tell(stage, submitted(), answer("accepted"))

    assert reports(stage, receipt("delivered", provider="SM-other")).is_quiet
    assert reports(stage, receipt("failed", account=SPARE, message_id=FIRST)).is_quiet
    stranger = receipt("failed", provider="SM-x", counterpart=DORA, message_id=FIRST)
    assert reports(stage, stranger).is_quiet


def test_a_carriers_id_stays_ours_when_the_number_has_moved_to_another_account() -> None:
    stage = outbox()
    tell(stage, submitted(), answer("accepted"))
    reports(stage, receipt("failed"))
    tell(stage, msgspec.structs.replace(tried_again(), accounts=(SPARE,)))

    reports(stage, receipt("delivered"))

    assert report(stage, attempt=1) == Report("delivered")


def test_a_person_tries_a_failed_text_again_as_a_new_attempt() -> None:
    stage = outbox()
    first = calls(tell(stage, submitted()))[0]
    tell(stage, answer("permanent", code="21211"))

    told = tell(stage, tried_again())

    [call] = calls(told)
    assert (call.attempt, call.tries) == (2, 1)
    assert call.idempotency_key != first.idempotency_key


def test_a_late_receipt_of_an_earlier_attempt_stays_with_it() -> None:
    stage = outbox()
    tell(stage, submitted(), answer("accepted"))
    reports(stage, receipt("failed"))
    tell(stage, tried_again(), answer("accepted", attempt=2))

    late = reports(stage, receipt("delivered"))

    assert late.wishes == []
    assert report(stage, attempt=1) == Report("delivered")
    assert report(stage, attempt=2) == Report("accepted")


def test_each_of_several_recipients_gets_the_text_alone() -> None:
    told = tell(outbox(), submitted(recipients=(CARL, DORA)), key="group")

    assert [call.recipient for call in calls(told)] == [CARL, DORA]


def test_a_receipt_about_a_member_of_a_group_is_handed_to_the_groups_partition() -> None:
    stage = outbox()
    tell(stage, submitted(recipients=(CARL, DORA)), key="group")

    told = reports(stage, receipt("delivered", message_id=FIRST))

    [handed] = told.commands
    assert told.facts == []
    assert isinstance(handed.data, RecordReceipt)
    assert (handed.partitionkey, handed.subject) == ("group", CHAT)
    assert shown(stage.tell(handed.data, START, key="group")) == ["delivered"]


def test_a_handed_receipt_about_a_stranger_changes_nothing() -> None:
    stage = outbox()
    tell(stage, submitted(recipients=(CARL, DORA)), key="group")
    [handed] = reports(stage, receipt("failed", message_id=FIRST)).wishes
    stranger = msgspec.structs.replace(handed, recipient="+15550197")

    assert stage.tell(stranger, START, key="group").is_quiet


def test_a_retry_of_a_group_text_goes_only_to_whom_it_did_not_reach() -> None:
    stage = outbox()
    group = {"key": "group"}
    tell(stage, submitted(recipients=(CARL, DORA)), answer("accepted"), **group)
    failed = tell(stage, answer("permanent", recipient=DORA, code="21211"), **group)
    assert failed.wishes[0].failed

    told = tell(stage, tried_again(recipients=(CARL, DORA)), **group)

    assert [call.recipient for call in calls(told)] == [DORA]
    assert shown(told) == ["accepted"]
    late = tell(stage, *_delivered_to_carl(stage), **group)
    assert [(fact.attempt, fact.status) for fact in late.facts[1:]] == [
        (1, "delivered"),
        (2, "delivered"),
    ]
    assert [
        call.recipient
        for call in calls(tell(stage, tried_again(3, recipients=(CARL, DORA)), **group))
    ] == []


def _delivered_to_carl(stage: Stage) -> list[object]:
    return reports(stage, receipt("delivered")).wishes


def test_the_state_is_the_fold_of_the_log() -> None:
    stage = outbox()
    tell(stage, submitted(), answer("retry"), submitted(FIRST, "again"))
    _ring(stage)
    tell(stage, answer("accepted", tries=2), says_stop())
    reports(stage, receipt("delivered"))

    assert stage.refolded() == stage.parts()
