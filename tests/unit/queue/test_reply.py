from datetime import timedelta

import msgspec

from schemas.conversation import SendMessage
from schemas.media import SentFile, StoredObject
from services.queue.domain.state import Claimed
from tests.support.queue_words import (
    ANA,
    BERT,
    CHAT,
    PARTITION_KEY,
    SUPPORT,
    claim,
    close,
    close_inactive,
    customer_writes,
    held,
    kinds,
    lapse,
    log_out,
    place,
    release,
    reply,
    transfer,
    waiting,
)
from tests.support.stage import START, after

IDLE = timedelta(minutes=15)


def test_the_holders_reply_renews_the_claim_and_is_handed_to_router() -> None:
    stage = held()

    outcome = stage.tell(reply(ANA, epoch=1, text="on my way"), after(minutes=3))

    assert kinds(outcome) == ["ClaimRenewed"]
    assert place(stage).stage == Claimed(agent_id=ANA, lapses_at=None)
    [said] = outcome.commands
    assert said.data == SendMessage(
        conversation_id=CHAT,
        by=ANA,
        client_id="client-1",
        text="on my way",
        queue_id=SUPPORT,
        claim_epoch=1,
    )
    assert (said.subject, said.partitionkey) == (CHAT, PARTITION_KEY)


def test_the_files_of_a_reply_are_handed_on_with_it() -> None:
    photo = SentFile(
        name="photo.jpg",
        original=StoredObject(key="acme/abc", media_type="image/jpeg", size=10),
    )
    wish = msgspec.structs.replace(reply(ANA, epoch=1, text=""), files=(photo,))

    [said] = held().tell(wish).commands

    assert isinstance(said.data, SendMessage)
    assert said.data.files == (photo,)


def test_router_answers_a_reply_and_not_the_queue() -> None:
    assert held().tell(reply(ANA, epoch=1)).answer is None


def test_a_reply_at_the_moment_of_the_lapse_comes_too_late() -> None:
    refused = held().refusal(reply(ANA, epoch=1), START + IDLE)

    assert refused.code == "claim-lapsed"


def test_a_reply_just_before_the_lapse_wins_and_the_timer_finds_nothing() -> None:
    stage = held()
    stage.tell(reply(ANA, epoch=1), START + IDLE - timedelta(milliseconds=1))

    assert kinds(stage.tell(lapse(epoch=1), START + IDLE)) == []


def test_a_reply_under_an_earlier_claim_comes_too_late() -> None:
    stage = held()
    stage.tell(release(ANA))
    stage.tell(claim(ANA))

    assert stage.refusal(reply(ANA, epoch=1)).code == "claim-lapsed"


def test_a_reply_to_what_another_holds_names_the_holder() -> None:
    refused = held().refusal(reply(BERT, epoch=1))

    assert refused.code == "claim-lapsed"
    assert refused.detail == {"holder": ANA, "epoch": 1}


def test_nobody_replies_to_what_waits_or_is_closed() -> None:
    assert waiting(ANA).refusal(reply(ANA, epoch=0)).code == "claim-lapsed"
    stage = held()
    stage.tell(close(ANA))
    assert stage.refusal(reply(ANA, epoch=1)).code == "claim-lapsed"


def test_who_logged_out_and_kept_a_conversation_may_still_answer_it() -> None:
    stage = held()
    stage.tell(log_out(ANA, held="keep"))

    assert kinds(stage.tell(reply(ANA, epoch=1))) == ["ClaimRenewed"]


def test_an_answered_and_silent_conversation_is_closed_by_inactivity() -> None:
    stage = held()
    stage.tell(reply(ANA, epoch=1), after(minutes=1))

    [outcome] = [o for o in stage.ring(after(days=2)) if o.events]

    closed = outcome.facts[0]
    assert (closed.reason, closed.silent_seconds, closed.agent_id) == ("inactivity", 86400, ANA)
    assert stage.log[-1].time == after(days=1, minutes=1)


def test_silence_is_not_broken_by_a_change_of_hands() -> None:
    stage = held()
    stage.tell(reply(ANA, epoch=1), after(minutes=1))
    stage.tell(transfer(ANA, to_agent=BERT), after(hours=1))

    assert kinds(stage.tell(close_inactive(epoch=1), after(days=1, minutes=1))) == [
        "ConversationClosed"
    ]


def test_an_early_close_by_inactivity_changes_nothing() -> None:
    stage = held()
    stage.tell(reply(ANA, epoch=1))

    assert kinds(stage.tell(close_inactive(epoch=1), after(days=1, microseconds=-1))) == []


def test_a_customer_who_writes_again_is_not_closed() -> None:
    stage = held()
    stage.tell(reply(ANA, epoch=1))
    stage.tell(customer_writes(message="message-2"), after(hours=23, minutes=59))

    assert kinds(stage.tell(close_inactive(epoch=1), after(days=1))) == []


def test_what_was_given_back_answered_and_then_written_to_is_not_closed() -> None:
    stage = held()
    stage.tell(reply(ANA, epoch=1))
    stage.tell(release(ANA), after(minutes=1))

    outcome = stage.tell(customer_writes(message="message-2"), after(minutes=2))

    assert kinds(outcome) == ["ConversationQueued"]
    assert place(stage).queued_at == START
    assert kinds(stage.tell(close_inactive(epoch=1), after(days=1))) == []


def test_what_was_never_answered_is_not_closed_by_inactivity() -> None:
    assert kinds(held().tell(close_inactive(epoch=1), after(minutes=14))) == []


def test_closing_by_inactivity_can_be_off() -> None:
    stage = held(inactive_close_seconds=None)
    stage.tell(reply(ANA, epoch=1))

    assert place(stage).closes_at is None
    assert kinds(stage.tell(close_inactive(epoch=1), after(days=30))) == []
