"""What holds for groups in every story, whatever is said, answered, changed and repeated."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as some

from schemas.base import ConversationId, ExtensionId
from schemas.conversation import MessageReceived, MessageSubmitted
from schemas.envelope import Envelope
from schemas.group import AddParticipants, LeaveGroup, RemoveParticipant
from tests.support.group_words import does, mixed, settle, starts_mixed
from tests.support.router_words import (
    ANA,
    BERT,
    CARO,
    CHAT,
    CUSTOMER,
    DIRECT_LINE,
    FRIEND,
    conversation_with,
    office,
    says,
    texts,
)
from tests.support.scenario import Scenario

STRANGER = "+14155550152"

_people = some.sampled_from([ANA, BERT, CARO])
_outside = some.sampled_from([CUSTOMER, FRIEND])
_steps = some.one_of(
    some.builds(lambda by, group: ("says", by, group), _people, some.integers(0, 2)),
    some.builds(lambda who: ("texts", who, 0), _outside),
    some.builds(lambda group: ("leaves", BERT, group), some.integers(0, 1)),
    some.builds(lambda who, group: ("removes", who, group), _outside, some.integers(0, 1)),
    some.builds(lambda who, group: ("adds", who, group), _outside, some.integers(0, 1)),
)


def _step(
    story: Scenario, chats: list[ConversationId], step: tuple[str, str, int]
) -> msgspec.Struct | Envelope[Any]:
    what, who, chat = step
    match what:
        case "says":
            return story.wrap(says(ExtensionId(who), "Hi", chats[chat]))
        case "texts":
            return texts("Hello", counterpart=who)
        case "leaves":
            return LeaveGroup(conversation_id=chats[chat], by=ExtensionId(who))
        case "removes":
            return RemoveParticipant(conversation_id=chats[chat], by=ANA, counterpart=who)
        case _:
            return AddParticipants(
                conversation_id=chats[chat], by=ANA, counterparts=(who,), number=DIRECT_LINE
            )


@settings(max_examples=80, deadline=None)
@given(some.lists(some.tuples(_steps, some.integers(1, 3)), max_size=20))
def test_every_text_is_kept_once_whatever_is_repeated(
    steps: list[tuple[tuple[str, str, int], int]],
) -> None:
    story, first = mixed(BERT, CARO, outside=(CUSTOMER, FRIEND))
    second = does(story, starts_mixed(ANA, BERT))[0].facts[0].conversation_id
    chats = [first, second, CHAT]
    arrived: set[str] = set()
    for step, times in steps:
        told = story.when(_step(story, chats, step))
        if step[0] == "texts":
            arrived.add(told.envelope.id)
        for _ in range(times):
            settle(story, story.when(told.envelope))
            settle(story, told)

    received = [e.data for e in story.log if isinstance(e.data, MessageReceived)]
    assert len(received) == len({one.message_id for one in received}) == len(arrived)
    for said in (e.data for e in story.log if isinstance(e.data, MessageSubmitted)):
        assert len(said.recipients) == len(set(said.recipients))
    assert story.refolded() == story.parts()


@settings(max_examples=60, deadline=None)
@given(some.lists(some.tuples(some.integers(0, 9), some.integers(0, 2)), max_size=25))
def test_a_group_message_is_kept_once_in_one_conversation_whoever_writes(
    deliveries: list[tuple[int, int]],
) -> None:
    """Each delivery names a message and who wrote it; carriers bring some of them again."""
    story, everybody = office(), (CUSTOMER, FRIEND, STRANGER)
    writers = {message: everybody[who] for message, who in deliveries}
    for message, _ in deliveries:
        writer = writers[message]
        others = [one for one in everybody if one != writer]
        story.when(texts(f"Hi {message}", counterpart=writer, others=others, id_=f"e{message}"))

    received = [e.data for e in story.log if isinstance(e.data, MessageReceived)]
    assert len(received) == len(writers)
    assert {one.conversation_id for one in received} <= {conversation_with(*everybody)}
    assert [one.position for one in received] == list(range(1, len(received) + 1))
