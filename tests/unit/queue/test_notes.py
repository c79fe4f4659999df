"""Q-10: notes among colleagues beside a conversation; who is mentioned may read and answer it."""

import pytest

from services.queue.domain.notes import MAX_CHARACTERS, MAX_MENTIONS
from tests.support.queue_words import (
    ANA,
    BERT,
    CLEO,
    SAM,
    claim,
    configure,
    held,
    kinds,
    note,
    place,
    waiting,
)
from tests.support.stage import after


@pytest.mark.parametrize("by", [ANA, SAM])
def test_the_holder_and_the_supervisors_write_notes(by: str) -> None:
    told = held().tell(note(ANA if by == ANA else SAM, "  a VIP\n"))

    assert kinds(told) == ["NoteWritten"]
    assert (told.facts[0].by, told.facts[0].text) == (by, "a VIP")
    assert told.wishes == []


def test_while_it_waits_every_agent_may() -> None:
    assert kinds(waiting().tell(note(BERT))) == ["NoteWritten"]


def test_while_another_holds_it_an_agent_may_not() -> None:
    assert held().refusal(note(BERT)).code == "not-your-conversation"
    assert held().refusal(note(CLEO)).code == "not-your-conversation"


def test_who_is_mentioned_may_answer() -> None:
    stage = held()
    told = stage.tell(note(ANA, "@Bert?", (BERT, BERT, ANA)))

    assert told.facts[0].mentions == (BERT,)
    assert kinds(stage.tell(note(BERT, "ask Sam"))) == ["NoteWritten"]


def test_only_people_of_the_queue_are_mentioned() -> None:
    assert held().refusal(note(ANA, "@Cleo", (CLEO,))).code == "not-an-agent"


def test_a_note_says_something_and_not_everything() -> None:
    assert held().refusal(note(ANA, " \n")).code == "empty-note"
    assert held().refusal(note(ANA, "x" * (MAX_CHARACTERS + 1))).code == "note-too-long"


def test_a_note_calls_in_a_few_people() -> None:
    many = tuple(type(ANA)(f"e{index}") for index in range(MAX_MENTIONS + 1))
    stage = held()
    stage.tell(configure(agents=(ANA, BERT, *many)))

    assert stage.refusal(note(ANA, "all", many)).code == "too-many-mentions"


def test_a_note_is_no_answer_to_the_customer() -> None:
    stage = held()
    stage.tell(note(ANA))

    assert place(stage).unanswered
    lapsed = [kinds(told) for told in stage.ring(after(minutes=15)) if told.facts]
    assert lapsed[-1] == ["ClaimLapsed"]
    assert stage.refusal(claim(CLEO)).code == "not-an-agent"
