"""Rules of scheduled messages: never early, once, by the rules of their moment, or not at all."""

from datetime import timedelta

import msgspec
import pytest

from schemas.base import ConversationId, ExtensionId
from schemas.conversation import (
    MessageScheduled,
    MessageSubmitted,
    RefuseScheduled,
    ScheduledCancelled,
    ScheduledRefused,
    ScheduledReleased,
)
from schemas.guard import ApproveHeldText, RejectHeldText, ReturnText, TextHeld
from services.router.domain.scheduling import MAX_SCHEDULED, MOST_DAYS
from tests.support.guard_words import guarded, no, through
from tests.support.router_words import (
    ANA,
    BERT,
    CARO,
    CHAT,
    QUEUE_LINE,
    QUEUED,
    SAM,
    extension,
    number,
    office,
    says,
    starts_direct,
    texts,
    to_support,
)
from tests.support.scenario import START, Scenario, Told
from tests.support.schedule_words import LATER, cancels, fires, plans, scheduled_id


def chatting() -> Scenario:
    return office().given(extension(SAM, roles=("admin",)), texts())


def _ended(told: Told) -> ScheduledRefused:
    (event,) = told.facts
    assert isinstance(event, ScheduledRefused)
    assert told.answers == []  # nobody waits for one
    return event


def test_a_plan_is_noted_and_said_when_its_time_has_come() -> None:
    scenario = chatting()

    planned = scenario.when(plans(ANA))
    id_ = scheduled_id(planned)
    planned.then(
        MessageScheduled(
            conversation_id=CHAT,
            scheduled_id=id_,
            client_id="plan-ana",
            author=ANA,
            text="Good morning",
            send_at=LATER,
        )
    )
    assert [timer.due_at for timer in planned.timers] == [LATER]

    told = fires(scenario, planned)
    released, said = told.facts
    assert isinstance(said, MessageSubmitted)
    assert (said.text, said.author, said.client_id) == ("Good morning", ANA, "plan-ana")
    assert said.urgency == "bulk"
    assert released == ScheduledReleased(
        conversation_id=CHAT, scheduled_id=id_, message_id=said.message_id
    )
    assert told.answers == []
    assert scenario.part(f"scheduled/{CHAT}").texts == ()


def test_a_timer_before_its_time_says_nothing_and_the_plan_stays() -> None:
    scenario = chatting()
    planned = scenario.when(plans(ANA))

    early = fires(scenario, planned, LATER - timedelta(microseconds=1))

    assert early.is_quiet
    assert len(scenario.part(f"scheduled/{CHAT}").texts) == 1


def test_a_second_timer_says_nothing_more() -> None:
    scenario = chatting()
    planned = scenario.when(plans(ANA))
    first = fires(scenario, planned)
    another = msgspec.structs.replace(first.envelope, id="another")

    assert scenario.when(first.envelope).is_quiet
    assert scenario.when(another).is_quiet


def test_the_same_wish_again_is_the_same_plan() -> None:
    scenario = chatting()
    planned = scenario.when(plans(ANA))

    again = scenario.when(planned.envelope)

    assert again.is_quiet
    assert again.answer == planned.answer


@pytest.mark.parametrize("by", [ANA, SAM])
def test_its_author_or_an_admin_cancels_it_and_it_is_never_said(by: ExtensionId) -> None:
    scenario = chatting()
    planned = scenario.when(plans(ANA))
    id_ = scheduled_id(planned)

    told = scenario.when(cancels(by, id_))
    told.then(ScheduledCancelled(conversation_id=CHAT, scheduled_id=id_, by=by))

    assert told.answer == {"scheduled_id": id_, "cancelled": True}
    assert fires(scenario, planned).is_quiet
    assert scenario.when(cancels(by, id_)).refusal.code == "no-longer-scheduled"


def test_nobody_else_cancels_it() -> None:
    scenario = chatting()
    id_ = scheduled_id(scenario.when(plans(ANA)))

    assert scenario.when(cancels(BERT, id_)).refusal.code == "not-your-task"
    assert scenario.when(cancels(CARO, id_)).refusal.code == "unknown-conversation"
    nowhere = cancels(ANA, id_, ConversationId("nowhere"))
    assert scenario.when(nowhere).refusal.code == "unknown-conversation"


def test_what_was_said_can_no_longer_be_cancelled() -> None:
    scenario = chatting()
    planned = scenario.when(plans(ANA))
    fires(scenario, planned)

    no = scenario.when(cancels(ANA, scheduled_id(planned))).refusal
    assert no.code == "no-longer-scheduled"


@pytest.mark.parametrize(
    "send_at",
    [START - timedelta(days=1), START + timedelta(days=MOST_DAYS, hours=1)],
)
def test_a_time_that_is_past_or_far_away_is_refused(send_at: object) -> None:
    wish = msgspec.structs.replace(plans(ANA), send_at=send_at)

    assert chatting().when(wish).refusal.code == "bad-time"


def test_so_many_wait_in_a_conversation_and_no_more() -> None:
    scenario = chatting().given(*(plans(ANA) for _ in range(MAX_SCHEDULED)))

    assert scenario.when(plans(BERT)).refusal.code == "too-many-scheduled"
    (first, *_) = scenario.part(f"scheduled/{CHAT}").texts
    scenario.given(cancels(ANA, first.scheduled_id), plans(BERT))


def test_what_may_not_be_said_now_may_not_be_planned() -> None:
    scenario = chatting().given(texts(number=QUEUE_LINE))

    assert scenario.when(plans(CARO)).refusal.code == "unknown-conversation"
    assert scenario.when(plans(ANA, text=" ")).refusal.code == "empty-message"
    assert scenario.when(plans(ANA, conversation_id=QUEUED)).refusal.code == "queue-only"
    scenario.given(texts("STOP"))
    assert scenario.when(plans(ANA)).refusal.code == "opted-out"


@pytest.mark.parametrize(
    ("meanwhile", "code"),
    [
        (texts("STOP"), "opted-out"),
        (number(callers=(BERT,)), "not-your-number"),
        (number(texting=False), "texting-off"),
        (number(accounts=()), "no-account"),
        (extension(ANA, texting=False), "texting-off"),
    ],
)
def test_the_rules_of_its_moment_decide_and_a_no_is_written_down(
    meanwhile: object, code: str
) -> None:
    scenario = chatting()
    planned = scenario.when(plans(ANA))
    scenario.when(meanwhile)  # type: ignore[arg-type]  # a command or an envelope

    refused = _ended(fires(scenario, planned))

    assert (refused.scheduled_id, refused.code) == (scheduled_id(planned), code)
    assert refused.reason
    no = scenario.when(cancels(ANA, scheduled_id(planned))).refusal
    assert no.code == "no-longer-scheduled"


def test_a_conversation_that_went_to_a_queue_meanwhile_says_no() -> None:
    scenario = chatting()
    planned = scenario.when(plans(ANA))
    scenario.given(number(route=to_support()), texts("Anybody there?"))

    assert _ended(fires(scenario, planned)).code == "queue-only"


def test_a_chat_line_can_wait_too() -> None:
    scenario = office()
    started = scenario.when(starts_direct(ANA, BERT))
    assert started.answer is not None
    chat = ConversationId(started.answer["conversation_id"])

    told = fires(scenario, scenario.when(plans(ANA, conversation_id=chat)))

    assert told.kinds == ["ScheduledReleased", "MessageSubmitted"]


# With a guard


def test_a_guarded_plan_waits_until_the_guard_has_decided_and_is_counted_then() -> None:
    scenario = guarded(daily_segments=9)
    planned = scenario.when(plans(ANA))

    due = fires(scenario, planned)
    assert due.kinds == []
    assert len(scenario.part(f"scheduled/{CHAT}").texts) == 1
    (weigh,) = due.commands
    weighed = scenario.when(weigh)
    assert weighed.kinds == ["TextPassed"]
    (submit,) = weighed.commands
    said = scenario.when(submit)

    assert said.kinds == ["ScheduledReleased", "MessageSubmitted"]
    assert (weighed.answers, said.answers) == ([], [])


def test_the_guards_no_is_written_down_in_the_conversation() -> None:
    scenario = guarded(per_user=1, per_user_seconds=86_400)
    planned = scenario.when(plans(ANA))
    through(scenario, says(ANA), LATER - timedelta(minutes=1))

    (weigh,) = fires(scenario, planned).commands
    blocked = scenario.when(weigh)
    assert (blocked.kinds, blocked.answers) == (["TextBlocked"], [])
    (no,) = blocked.commands
    assert isinstance(no.data, RefuseScheduled)

    assert _ended(scenario.when(no)).code == "too-fast"
    assert scenario.when(msgspec.structs.replace(no, id="again")).is_quiet


def test_a_cancel_outruns_the_guard() -> None:
    scenario = guarded(daily_segments=9)
    planned = scenario.when(plans(ANA))
    (weigh,) = fires(scenario, planned).commands
    (submit,) = scenario.when(weigh).commands
    scenario.given(cancels(ANA, scheduled_id(planned)))

    told = scenario.when(submit)

    assert (told.kinds, told.answers) == ([], [])
    assert [type(one.data) for one in told.commands] == [ReturnText]


def test_a_plan_that_was_cancelled_after_it_passed_counts_no_longer() -> None:
    scenario = guarded(daily_segments=1, per_user=1, per_user_seconds=86_400, per_prefix=1)
    planned = scenario.when(plans(ANA))
    (weigh,) = fires(scenario, planned).commands
    (submit,) = scenario.when(weigh).commands
    scenario.given(cancels(ANA, scheduled_id(planned)))
    (back,) = scenario.when(submit).commands

    assert scenario.when(back).kinds == ["TextReturned"]

    assert through(scenario, says(ANA), LATER).kinds == ["MessageSubmitted"]
    assert no(through(scenario, says(ANA), LATER)) == "too-fast"
    assert scenario.refolded() == scenario.parts()


def test_a_stop_outruns_the_guard() -> None:
    scenario = guarded(daily_segments=9)
    (weigh,) = fires(scenario, scenario.when(plans(ANA))).commands
    (submit,) = scenario.when(weigh).commands
    scenario.given(texts("STOP"))

    assert _ended(scenario.when(submit)).code == "opted-out"


def _held() -> tuple[Scenario, str]:
    scenario = guarded(per_user=1, per_user_seconds=86_400, hold=("user-pace",))
    planned = scenario.when(plans(ANA))
    through(scenario, says(ANA), LATER - timedelta(minutes=1))
    (weigh,) = fires(scenario, planned).commands
    told = scenario.when(weigh)
    (held,) = told.facts
    assert isinstance(held, TextHeld)
    assert (told.commands, told.answers) == ([], [])
    return scenario, held.held.wish_id


def test_a_held_plan_is_said_once_an_admin_approves_it() -> None:
    scenario, wish_id = _held()

    (submit,) = scenario.when(ApproveHeldText(wish_id=wish_id, by=SAM)).commands

    assert scenario.when(submit).kinds == ["ScheduledReleased", "MessageSubmitted"]


def test_a_held_plan_that_is_rejected_is_refused() -> None:
    scenario, wish_id = _held()

    (no,) = scenario.when(RejectHeldText(wish_id=wish_id, by=SAM)).commands

    assert _ended(scenario.when(no)).code == "rejected"
    assert scenario.refolded() == scenario.parts()
