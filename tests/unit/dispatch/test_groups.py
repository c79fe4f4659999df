"""A group's message: one call where the carrier has group messages, and each person's own fate."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from schemas.base import DeliveryStatus, MessageId
from schemas.conversation import MessageSubmitted, NoteDeliveryEnd, RecordOptOut
from schemas.delivery import AnswerKind, RecordAnswer, RetrySend
from schemas.partition_key import for_sms
from services.dispatch.domain.lattice import Report, has_failed
from services.dispatch.domain.sending import HELD_AT_GATE
from services.dispatch.handlers import DispatchHandlers
from tests.support.dispatch_words import (
    ACCOUNTS,
    CARL,
    DORA,
    FIRST,
    MAIN,
    NUMBER,
    SECOND,
    SPARE,
    answer,
    calls,
    receipt,
    report,
    reports,
    says_stop,
    submitted,
    tell,
    tried_again,
)
from tests.support.scenario import START
from tests.support.stage import Stage

EVE = "+15550196"
EVERYBODY = tuple(sorted((CARL, DORA, EVE)))
KEY = for_sms(NUMBER, EVERYBODY)


def _outbox(most: int = 10) -> Stage:
    """Open dispatch with one account that has group messages, and one that has not."""
    grouped = replace(ACCOUNTS[MAIN], max_recipients=most)
    return Stage("dispatch", DispatchHandlers({**ACCOUNTS, MAIN: grouped}))


def _said(message_id: MessageId = FIRST, accounts: tuple[str, ...] = (MAIN,)) -> MessageSubmitted:
    return submitted(message_id, accounts=accounts, recipients=EVERYBODY)


def _answered(
    kind: AnswerKind,
    tries: int = 1,
    *,
    message_id: MessageId = FIRST,
    group: tuple[str, ...] = EVERYBODY,
    code: str | None = None,
) -> RecordAnswer:
    one = answer(kind, tries, message_id=message_id, recipient=group[0], code=code)
    return msgspec.structs.replace(one, group=group)


def _reports(stage: Stage, status: DeliveryStatus, who: str, code: str | None = None) -> None:
    """Let a receipt come in under the pair's key, and be judged where the group is decided."""
    told = reports(
        stage, receipt(status, provider=f"SM-{FIRST}-1-{EVERYBODY[0]}", counterpart=who, code=code)
    )
    for handed in told.commands:
        stage.tell(handed.data, START, key=handed.partitionkey)


def test_a_message_to_several_is_one_call_to_all_of_them() -> None:
    (call,) = calls(tell(_outbox(), _said(), key=KEY))

    assert call.group == EVERYBODY
    assert call.recipient == EVERYBODY[0]


@pytest.mark.parametrize(
    ("most", "accounts"), [(1, (MAIN,)), (len(EVERYBODY) - 1, (MAIN,)), (10, (SPARE,))]
)
def test_where_the_carrier_cannot_each_gets_it_alone(most: int, accounts: tuple[str, ...]) -> None:
    made = calls(tell(_outbox(most), _said(accounts=accounts), key=KEY))

    assert [(call.recipient, call.group) for call in made] == [(who, ()) for who in EVERYBODY]


def test_people_of_a_named_group_never_see_one_another() -> None:
    said = msgspec.structs.replace(_said(), outside_text="Ana: Your order is ready.")
    made = calls(tell(_outbox(), said, key=KEY))

    assert [call.group for call in made] == [(), (), ()]
    assert {call.text for call in made} == {"Ana: Your order is ready."}


def test_one_answer_is_everybodys_and_lets_the_next_message_go_to_all() -> None:
    stage = _outbox()
    assert calls(tell(stage, _said(), _said(SECOND), key=KEY)) == []
    (following,) = calls(tell(stage, _answered("accepted"), key=KEY))

    assert (following.message_id, following.group) == (SECOND, EVERYBODY)
    assert [report(stage, who=who) for who in EVERYBODY] == [Report("accepted")] * 3


def test_each_persons_reports_are_their_own_though_the_call_has_one_id() -> None:
    stage = _outbox()
    tell(stage, _said(), _answered("accepted"), key=KEY)
    _reports(stage, "delivered", DORA)
    _reports(stage, "undelivered", CARL, "30005")

    assert report(stage, who=DORA).status == "delivered"
    assert report(stage, who=CARL).status == "undelivered"
    assert report(stage, who=EVE).status == "accepted"


def test_reports_that_come_before_the_answer_are_joined_to_their_own_person() -> None:
    stage = _outbox()
    tell(stage, _said(), key=KEY)
    _reports(stage, "delivered", DORA)
    tell(stage, _answered("accepted"), key=KEY)

    assert report(stage, who=DORA).status == "delivered"
    assert report(stage, who=EVE).status == "accepted"


def test_the_message_has_failed_while_one_was_not_reached() -> None:
    stage = _outbox()
    tell(stage, _said(), _answered("accepted"), key=KEY)
    for who, status in ((DORA, "delivered"), (EVE, "delivered")):
        _reports(stage, status, who)  # type: ignore[arg-type]  # two of the statuses
    told = reports(
        stage,
        receipt("undelivered", provider=f"SM-{FIRST}-1-{EVERYBODY[0]}", counterpart=CARL),
    )
    ended = [
        wish
        for handed in told.commands
        for wish in stage.tell(handed.data, START, key=KEY).wishes
        if isinstance(wish, NoteDeliveryEnd)
    ]

    assert [end.failed for end in ended] == [True]


def test_a_carrier_that_cannot_now_is_asked_again_once_for_all() -> None:
    stage = _outbox()
    told = tell(stage, _said(), _answered("retry"), key=KEY)
    (timer,) = told.timers
    retry = timer.command.data
    assert isinstance(retry, RetrySend)
    assert retry.group == EVERYBODY

    (call,) = calls(stage.tell(retry, timer.due_at, key=KEY))
    assert (call.tries, call.group) == (2, EVERYBODY)
    assert calls(stage.tell(msgspec.structs.replace(retry), timer.due_at, key=KEY)) == []


def test_whoever_has_said_stop_is_left_out_of_the_call() -> None:
    stage = _outbox()
    tell(stage, says_stop(DORA))
    (call,) = calls(tell(stage, _said(), key=KEY))

    assert call.group == tuple(who for who in EVERYBODY if who != DORA)
    assert report(stage, who=DORA).code == "opted-out"


def test_whoever_says_stop_at_the_gate_holds_nobody_else_back() -> None:
    stage = _outbox()
    others = tuple(who for who in EVERYBODY if who != DORA)
    tell(stage, _said(), answer("permanent", recipient=DORA, code=HELD_AT_GATE), key=KEY)
    tell(stage, _answered("accepted", group=others), key=KEY)

    assert report(stage, who=DORA).code == "opted-out"
    assert {report(stage, who=who).status for who in others} == {"accepted"}


def test_a_carriers_opt_out_of_a_group_is_recorded_for_nobody() -> None:
    stage = _outbox()
    told = tell(stage, _said(), _answered("permanent", code="21610"), key=KEY)

    assert not [wish for wish in told.wishes if isinstance(wish, RecordOptOut)]


def test_only_those_whom_it_did_not_reach_get_it_again_and_each_alone() -> None:
    stage = _outbox()
    tell(stage, _said(), _answered("accepted"), key=KEY)
    for who in (CARL, DORA):
        _reports(stage, "undelivered", who)
    made = calls(tell(stage, tried_again(recipients=EVERYBODY), key=KEY))

    assert [(call.recipient, call.group) for call in made] == [
        (who, ()) for who in EVERYBODY if who != EVE
    ]


_outcomes: some.SearchStrategy[AnswerKind] = some.sampled_from(
    ["accepted", "retry", "permanent", "unknown"]
)
_events = some.one_of(
    some.tuples(some.just("answer"), _outcomes, some.integers(1, 3)),
    some.tuples(
        some.just("report"),
        some.sampled_from(["sent", "delivered", "undelivered", "failed"]),
        some.integers(0, 2),
    ),
    some.tuples(some.just("stop"), some.just(""), some.integers(0, 2)),
)


@settings(max_examples=100, deadline=None)
@given(some.lists(_events, max_size=12))
def test_nobody_is_called_twice_whatever_is_repeated(
    events: list[tuple[str, str, int]],
) -> None:
    stage = _outbox()
    made = calls(tell(stage, _said(), key=KEY))
    for what, kind, n in events:
        if what == "answer":
            told = tell(stage, _answered(kind, n), key=KEY)  # type: ignore[arg-type]  # one of the kinds
            for timer in told.timers:
                again = timer.command.data
                for _ in range(2):
                    made += calls(stage.tell(again, timer.due_at, key=KEY))
        elif what == "report":
            _reports(stage, kind, EVERYBODY[n])  # type: ignore[arg-type]  # one of the statuses
        else:
            tell(stage, says_stop(EVERYBODY[n]))

    tries = [(call.tries, who) for call in made for who in (call.group or (call.recipient,))]
    assert len(tries) == len(set(tries))
    assert stage.refolded() == stage.parts()
    assert all(has_failed(report(stage, who=who).status) or made for who in EVERYBODY)
