"""Q-11, ADM-04: greeting, nobody available, closed hours, goodbye; one at most in five minutes."""

from datetime import timedelta

import msgspec
import pytest

from schemas.conversation import SendAutomaticText
from schemas.queue_options import AutomaticTexts, BusinessHours, OpenSpan
from services.queue.domain.texts import PAUSE
from tests.support.queue_words import (
    ANA,
    BERT,
    CHAT,
    OTHER,
    PARTITION_KEY,
    SALES,
    SAM,
    SUPPORT,
    claim,
    close,
    customer_writes,
    desk,
    kinds,
    log_out,
    opts_out,
    place,
    release,
    reply,
)
from tests.support.scenario import Told
from tests.support.stage import START, Stage, after

TEXTS = AutomaticTexts(
    greeting="Welcome to {queue} {", nobody_available="Nobody", closed_hours="Closed", goodbye="Bye"
)
#: The story begins on a Friday at nine.
MONDAYS = BusinessHours(
    time_zone="UTC", week=(OpenSpan(day="monday", opens="09:00", closes="17:00"),)
)


def said(told: Told) -> list[str]:
    return [wish.text for wish in told.wishes if isinstance(wish, SendAutomaticText)]


def chatty(**options: object) -> Stage:
    return desk(ANA, BERT, texts=TEXTS, **options)


def test_who_begins_to_wait_is_greeted() -> None:
    told = chatty().tell(customer_writes())

    assert kinds(told) == ["ConversationQueued", "AutomaticTextChosen"]
    assert told.facts[1].kind == "greeting"
    assert told.wishes == [
        SendAutomaticText(conversation_id=CHAT, queue_id=SUPPORT, text="Welcome to Support {")
    ]
    assert (told.commands[0].subject, told.commands[0].partitionkey) == (CHAT, PARTITION_KEY)


def test_where_nobody_is_available_they_are_told_so() -> None:
    assert said(desk(texts=TEXTS).tell(customer_writes())) == ["Nobody"]


def test_who_is_full_is_not_available() -> None:
    stage = chatty(capacity_per_agent=1)
    stage.tell(log_out(BERT))
    stage.tell(customer_writes(OTHER))
    stage.tell(claim(ANA, OTHER))

    assert said(stage.tell(customer_writes())) == ["Nobody"]


def test_nobody_available_without_a_text_of_its_own_is_a_greeting() -> None:
    stage = desk(texts=AutomaticTexts(greeting="Welcome"))

    assert said(stage.tell(customer_writes())) == ["Welcome"]


def test_outside_the_hours_they_are_told_so_whoever_is_there() -> None:
    assert said(chatty(hours=MONDAYS).tell(customer_writes())) == ["Closed"]


def test_outside_the_hours_nobody_is_greeted() -> None:
    stage = desk(ANA, texts=AutomaticTexts(greeting="Welcome"), hours=MONDAYS)

    assert said(stage.tell(customer_writes())) == []


@pytest.mark.parametrize("by", [ANA, SAM])
def test_who_is_done_with_is_told_goodbye(by: str) -> None:
    stage = desk(ANA, texts=AutomaticTexts(goodbye="Bye"))
    stage.tell(customer_writes())
    stage.tell(claim(ANA))

    assert said(stage.tell(close(ANA if by == ANA else SAM))) == ["Bye"]


def test_who_opted_out_or_fell_silent_is_told_nothing() -> None:
    stage = desk(ANA, texts=AutomaticTexts(goodbye="Bye"), inactive_close_seconds=600)
    stage.tell(customer_writes(OTHER))
    assert said(stage.tell(opts_out(OTHER))) == []

    stage.tell(customer_writes())
    stage.tell(claim(ANA))
    stage.tell(reply(ANA, 1))
    assert [text for told in stage.ring(after(hours=1)) for text in said(told)] == []
    assert kinds(stage.tell(customer_writes(), after(hours=2)))[0] == "ConversationReopened"


def test_a_conversation_gets_one_automatic_text_in_five_minutes() -> None:
    stage = chatty()
    stage.tell(customer_writes())
    stage.tell(claim(ANA))

    assert said(stage.tell(close(ANA), START + PAUSE - timedelta(microseconds=1))) == []
    assert said(stage.tell(customer_writes(), START + PAUSE)) == ["Welcome to Support {"]


def test_other_conversations_have_a_limit_of_their_own() -> None:
    stage = chatty()
    stage.tell(customer_writes())

    assert len(said(stage.tell(customer_writes(OTHER)))) == 1


def test_who_writes_on_is_not_greeted_again() -> None:
    stage = chatty()
    stage.tell(customer_writes())

    assert said(stage.tell(customer_writes(message="message-2"), after(hours=1))) == []


def test_who_waits_again_is_not_greeted_again() -> None:
    stage = chatty()
    stage.tell(customer_writes())
    stage.tell(claim(ANA))
    stage.tell(reply(ANA, 1), after(minutes=6))
    stage.tell(release(ANA), after(minutes=6))

    told = stage.tell(customer_writes(message="message-2"), after(hours=2))

    assert (kinds(told), said(told)) == (["ConversationQueued"], [])


def test_who_was_moved_here_is_not_greeted_again() -> None:
    stage = chatty()
    moved = msgspec.structs.replace(customer_writes(), from_queue_id=SALES)

    assert said(stage.tell(moved)) == []


def test_a_queue_says_nothing_by_default() -> None:
    stage = desk(ANA)

    assert said(stage.tell(customer_writes())) == []
    assert place(stage).texted_at is None
