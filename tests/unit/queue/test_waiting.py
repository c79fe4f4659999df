from datetime import timedelta

from schemas.queue import ConversationQueued
from services.queue.domain.state import Claimed, Waiting
from services.queue.handlers import QueueHandlers
from tests.support.queue_words import (
    ANA,
    BERT,
    CHAT,
    PARTITION_KEY,
    SAM,
    SUPPORT,
    claim,
    close,
    configure,
    customer_writes,
    desk,
    escalate,
    held,
    kinds,
    log_out,
    place,
    release,
    roster,
    waiting,
)
from tests.support.stage import START, Stage, after

ALERT = timedelta(minutes=5)


def test_a_customer_who_writes_waits_and_the_logged_in_agents_are_named() -> None:
    stage = desk(ANA)

    outcome = stage.tell(customer_writes())

    assert [event.data for event in outcome.events] == [
        ConversationQueued(
            queue_id=SUPPORT,
            conversation_id=CHAT,
            partition_key=PARTITION_KEY,
            counterpart="+15550199",
            epoch=0,
            queued_at=START,
            agents=(ANA,),
        )
    ]
    assert outcome.answer is None


def test_a_customer_who_writes_on_while_waiting_keeps_their_place() -> None:
    stage = waiting()

    assert kinds(stage.tell(customer_writes(message="message-2"), after(minutes=3))) == []
    assert place(stage).queued_at == START


def test_a_customer_is_queued_even_before_the_queue_is_defined() -> None:
    stage = Stage("queue", QueueHandlers())

    assert kinds(stage.tell(customer_writes())) == ["ConversationQueued"]
    stage.tell(configure())
    assert roster(stage).agents == (ANA, BERT)
    assert isinstance(place(stage).stage, Waiting)


def test_a_customer_who_writes_while_it_is_claimed_reaches_the_holder_alone() -> None:
    follow_up = held().tell(customer_writes(message="message-2")).facts[0]

    assert (follow_up.agent_id, follow_up.message_id) == (ANA, "message-2")


def test_a_customer_who_writes_under_an_overdue_claim_waits_again() -> None:
    stage = held()

    outcome = stage.tell(customer_writes(message="message-2"), after(minutes=15))

    assert kinds(outcome) == ["ClaimLapsed"]
    assert isinstance(place(stage).stage, Waiting)


def test_supervisors_are_told_of_a_long_wait() -> None:
    stage = waiting()

    [outcome] = [o for o in stage.ring(START + ALERT) if o.events]

    escalated = outcome.facts[0]
    assert (escalated.supervisors, escalated.waited_seconds) == ((SAM,), 300)


def test_supervisors_are_told_once_a_wait() -> None:
    stage = waiting()
    stage.tell(escalate(), START + ALERT)

    assert kinds(stage.tell(escalate(), START + 2 * ALERT)) == []


def test_an_early_alert_changes_nothing() -> None:
    assert kinds(waiting().tell(escalate(), START + ALERT - timedelta(microseconds=1))) == []


def test_what_is_claimed_in_time_alerts_nobody() -> None:
    stage = waiting(ANA, claim_idle_seconds=None)
    stage.tell(claim(ANA), after(minutes=4))

    assert [kinds(outcome) for outcome in stage.ring(START + ALERT)] == [[]]


def test_a_conversation_that_is_given_back_begins_a_new_wait() -> None:
    stage = held(claim_idle_seconds=None)
    stage.tell(release(ANA), after(minutes=30))
    assert kinds(stage.tell(escalate(), after(minutes=34))) == []

    [outcome] = [o for o in stage.ring(after(minutes=35)) if o.events]

    assert outcome.facts[0].waited_seconds == 35 * 60


def test_alerts_can_be_off() -> None:
    stage = waiting(waiting_alert_seconds=None)

    assert stage.ring(after(days=30)) == []
    assert kinds(stage.tell(escalate(), after(days=30))) == []


def test_a_customer_who_writes_after_the_close_waits_from_now_on() -> None:
    stage = held()
    stage.tell(close(ANA))

    outcome = stage.tell(customer_writes(message="message-2"), after(days=1))

    assert kinds(outcome) == ["ConversationReopened"]
    assert place(stage).queued_at == after(days=1)
    assert place(stage).epoch == 1
    assert [kinds(o) for o in stage.ring(after(days=1) + ALERT) if o.events] == [["WaitEscalated"]]


def test_a_customer_who_comes_back_soon_reaches_the_last_agent() -> None:
    stage = held(last_agent_for_seconds=3600)
    stage.tell(close(ANA))

    stage.tell(customer_writes(message="message-2"), after(hours=1))

    assert place(stage).stage == Claimed(agent_id=ANA, lapses_at=after(hours=1, minutes=15))
    assert place(stage).epoch == 2
    assert roster(stage).held == {ANA: (CHAT,)}
    assert next(kinds(o) for o in stage.ring(after(hours=2)) if o.events) == ["ClaimLapsed"]


def test_a_customer_who_comes_back_late_waits() -> None:
    stage = held(last_agent_for_seconds=3600)
    stage.tell(close(ANA))

    stage.tell(customer_writes(message="message-2"), after(hours=1, seconds=1))

    assert isinstance(place(stage).stage, Waiting)


def test_a_last_agent_who_could_not_claim_gets_nothing() -> None:
    stage = held(last_agent_for_seconds=3600)
    stage.tell(close(ANA))
    stage.tell(log_out(ANA))

    stage.tell(customer_writes(message="message-2"), after(minutes=1))

    assert isinstance(place(stage).stage, Waiting)


def test_nobody_is_preferred_where_the_last_agent_is_off() -> None:
    stage = held()
    stage.tell(close(ANA))

    stage.tell(customer_writes(message="message-2"), after(seconds=1))

    assert isinstance(place(stage).stage, Waiting)
