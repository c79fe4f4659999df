"""Q-11: what waits over `overflow_after` moves on, once to each queue, and only in open hours."""

from datetime import UTC, datetime, timedelta

from schemas.base import QueueId
from schemas.desk import OverflowWait
from schemas.queue import QueueConversation
from schemas.queue_options import BusinessHours, OpenSpan, QueueOptions
from services.queue.domain.state import Closed, Waiting
from tests.support.queue_words import (
    ANA,
    CHAT,
    CLEO,
    PARTITION_KEY,
    SALES,
    SUPPORT,
    claim,
    configure,
    customer_writes,
    desk,
    kinds,
    overflow,
    place,
    release,
)
from tests.support.stage import START, Stage, after

TEN = timedelta(minutes=10)
FRIDAY = BusinessHours(
    time_zone="UTC", week=(OpenSpan(day="friday", opens="09:00", closes="09:05"),)
)


def overflowing(**options: object) -> Stage:
    stage = desk(
        ANA,
        overflow_after_seconds=600,
        overflow_queue_id=SALES,
        waiting_alert_seconds=None,
        **options,
    )
    stage.tell(configure(SALES, agents=(CLEO,)))
    stage.tell(customer_writes())
    return stage


def test_what_waits_too_long_moves_on_with_its_waiting_time() -> None:
    stage = overflowing()

    [told] = stage.ring(START + TEN)

    assert kinds(told) == ["ConversationOverflowed", "ConversationClosed"]
    assert (told.facts[0].to_queue_id, told.facts[0].waited_seconds) == (SALES, 600)
    assert told.facts[1].reason == "transferred"
    assert told.wishes == [
        QueueConversation(
            queue_id=SALES,
            conversation_id=CHAT,
            partition_key=PARTITION_KEY,
            counterpart="+15550199",
            from_queue_id=SUPPORT,
            queued_at=START,
            through=(SUPPORT,),
        )
    ]
    assert place(stage).stage == Closed(at=START + TEN, last_agent_id=None, moved_to=SALES)


def test_it_waits_there_since_it_first_waited() -> None:
    stage = overflowing()
    [told] = stage.ring(START + TEN)

    stage.tell(told.wishes[0], START + TEN)

    assert place(stage, queue_id=SALES).queued_at == START
    assert place(stage, queue_id=SALES).through == (SUPPORT,)


def test_a_timer_that_rings_early_moves_nothing() -> None:
    stage = overflowing()

    assert kinds(stage.tell(overflow(), START + TEN - timedelta(microseconds=1))) == []


def test_what_was_claimed_in_time_stays() -> None:
    stage = overflowing(claim_idle_seconds=None)
    stage.tell(claim(ANA), after(minutes=9))

    assert [kinds(told) for told in stage.ring(START + TEN)] == [[]]


def test_what_was_given_back_waits_anew() -> None:
    stage = overflowing(claim_idle_seconds=None)
    stage.tell(claim(ANA), after(minutes=1))
    stage.tell(release(ANA), after(minutes=5))

    moved = [told for told in stage.ring(after(minutes=15)) if told.facts]

    assert [kinds(told)[0] for told in moved] == ["ConversationOverflowed"]
    assert moved[0].facts[0].waited_seconds == 15 * 60


def test_two_queues_that_overflow_into_each_other_do_not_play_ball() -> None:
    stage = overflowing()
    both = QueueOptions(overflow_after_seconds=60, overflow_queue_id=SUPPORT)
    stage.tell(configure(SALES, agents=(CLEO,), options=both))
    [told] = stage.ring(START + TEN)
    stage.tell(told.wishes[0], START + TEN)

    back = OverflowWait(queue_id=SALES, conversation_id=CHAT, epoch=0)

    assert kinds(stage.tell(back, after(days=1))) == []
    assert isinstance(place(stage, queue_id=SALES).stage, Waiting)


def test_a_queue_that_is_unknown_takes_nothing() -> None:
    stage = desk(ANA, overflow_after_seconds=600, overflow_queue_id=QueueId("nowhere"))
    stage.tell(customer_writes())

    assert kinds(stage.tell(overflow(), after(days=1))) == []


def test_without_an_overflow_queue_no_timer_is_set() -> None:
    stage = desk(ANA, overflow_after_seconds=600, waiting_alert_seconds=None)
    stage.tell(customer_writes())

    assert stage.ring(after(days=30)) == []


def test_the_night_does_not_count() -> None:
    stage = overflowing(hours=FRIDAY)

    [told] = stage.ring(after(days=8))

    next_friday = datetime(2026, 11, 27, 9, 5, tzinfo=UTC)
    assert kinds(told)[0] == "ConversationOverflowed"
    assert place(stage).stage == Closed(at=next_friday, last_agent_id=None, moved_to=SALES)
