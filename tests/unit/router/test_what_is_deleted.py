"""Rules of deleting a message or a chat (DEL-01 to DEL-07)."""

from typing import Any

import pytest

from schemas.base import ConversationId, ExtensionId, MessageId
from schemas.deletion import (
    ChatDeleted,
    DeleteChat,
    DeleteMessage,
    MessageDeleted,
    MessageHidden,
)
from services.router.domain.state import Sent, sent_key
from tests.support.router_words import (
    ANA,
    BERT,
    CARO,
    CHAT,
    QUEUE_LINE,
    QUEUED,
    ended,
    message_id,
    office,
    retry,
    says,
    starts_direct,
    starts_group,
    texts,
)
from tests.support.scenario import Scenario, Told


def _id(told: Told) -> ConversationId:
    assert told.answer is not None
    return ConversationId(told.answer["conversation_id"])


def _of(said: Told, by: ExtensionId, author: ExtensionId | None) -> DeleteMessage:
    """Ask for the deletion of a message as the gateway does: with what it knows of it."""
    (event,) = (one for one in said.facts if hasattr(one, "position"))
    return DeleteMessage(
        conversation_id=event.conversation_id,
        by=by,
        message_id=event.message_id,
        position=event.position,
        author=author,
    )


def _chat() -> tuple[Scenario, ConversationId, Told]:
    scenario = office()
    chat = _id(scenario.when(starts_direct(ANA, BERT)))
    return scenario, chat, scenario.when(says(ANA, "a slip", chat))


def test_ones_own_chat_line_goes_for_everybody() -> None:
    """DEL-01, DEL-07."""
    scenario, chat, said = _chat()

    told = scenario.when(_of(said, ANA, ANA))

    told.then(MessageDeleted(conversation_id=chat, message_id=message_id(said), position=1, by=ANA))
    assert told.answer == {"conversation_id": chat, "deleted": True}


def test_a_colleagues_chat_line_goes_for_whoever_deletes_it_alone() -> None:
    """DEL-07."""
    scenario, chat, said = _chat()

    scenario.when(_of(said, BERT, ANA)).then(
        MessageHidden(conversation_id=chat, message_id=message_id(said), position=1, by=BERT)
    )
    assert scenario.when(_of(said, ANA, ANA)).kinds == ["MessageDeleted"]


@pytest.mark.parametrize("by", [ANA, BERT])
def test_a_text_goes_for_everybody_whoever_of_us_wrote_it(by: ExtensionId) -> None:
    """DEL-07."""
    scenario = office()
    received = scenario.when(texts())
    said = scenario.when(says(ANA))

    assert scenario.when(_of(received, by, None)).kinds == ["MessageDeleted"]
    assert scenario.when(_of(said, by, ANA)).kinds == ["MessageDeleted"]


def test_in_a_group_a_colleagues_line_stays_theirs() -> None:
    """DEL-07."""
    scenario = office()
    group = _id(scenario.when(starts_group(ANA, BERT, CARO)))
    said = scenario.when(says(ANA, "plans", group))

    assert scenario.when(_of(said, CARO, ANA)).kinds == ["MessageHidden"]
    assert scenario.when(_of(said, BERT, ANA)).kinds == ["MessageHidden"]


def test_what_is_gone_is_not_deleted_again() -> None:
    """DEL-03."""
    scenario, _, said = _chat()
    scenario.given(_of(said, BERT, ANA))

    again = scenario.when(_of(said, BERT, ANA))
    assert again.is_quiet
    assert again.answer is not None
    scenario.given(_of(said, ANA, ANA))
    assert scenario.when(_of(said, ANA, ANA)).is_quiet
    assert scenario.when(_of(said, BERT, ANA)).is_quiet


def test_the_words_of_a_deleted_text_are_forgotten_and_it_is_not_sent_again() -> None:
    """DEL-03."""
    scenario = office().given(texts())
    said = scenario.when(says(ANA, "never mind"))
    scenario.given(ended(message_id(said)), _of(said, ANA, ANA))

    assert scenario.part(sent_key(CHAT)) == Sent()
    assert b"never mind" not in b"".join(scenario.parts().values())
    assert scenario.when(retry(ANA, message_id(said))).refusal.code == "unknown-message"


@pytest.mark.parametrize("position", [0, 2])
def test_a_message_that_was_never_said_is_not_deleted(position: int) -> None:
    wish = DeleteMessage(conversation_id=CHAT, by=ANA, message_id=MessageId("m"), position=position)
    assert office().given(texts()).when(wish).refusal.code == "no-such-message"


def test_a_chat_goes_for_one_person_up_to_what_they_saw() -> None:
    """DEL-02, DEL-07."""
    scenario = office().given(texts(), texts(), texts())

    told = scenario.when(DeleteChat(conversation_id=CHAT, by=ANA, up_to=2))

    told.then(ChatDeleted(conversation_id=CHAT, by=ANA, up_to=2))
    assert scenario.when(DeleteChat(conversation_id=CHAT, by=ANA, up_to=1)).is_quiet
    scenario.when(DeleteChat(conversation_id=CHAT, by=ANA, up_to=9)).then(
        ChatDeleted(conversation_id=CHAT, by=ANA, up_to=3)
    )
    assert scenario.when(DeleteChat(conversation_id=CHAT, by=BERT, up_to=1)).facts[0].by == BERT


def test_an_empty_chat_is_deleted_too() -> None:
    scenario = office()
    chat = _id(scenario.when(starts_direct(ANA, BERT)))

    wish = DeleteChat(conversation_id=chat, by=ANA, up_to=0)
    assert scenario.when(wish).kinds == ["ChatDeleted"]
    assert scenario.when(wish).is_quiet


def test_a_deleted_chat_is_read() -> None:
    scenario = office().given(texts(), DeleteChat(conversation_id=CHAT, by=ANA, up_to=1))

    found = scenario.part(f"conversation/{CHAT}")
    assert found.read == {ANA: 1}


def test_a_queues_conversation_is_kept_for_whoever_is_next() -> None:
    scenario = office().given(texts(number=QUEUE_LINE))

    wish = DeleteChat(conversation_id=QUEUED, by=ANA, up_to=1)
    assert scenario.when(wish).refusal.code == "kept-for-the-queue"


def test_only_who_takes_part_deletes() -> None:
    scenario = office()
    received = scenario.when(texts())

    wishes: tuple[Any, ...] = (
        _of(received, CARO, None),
        DeleteChat(conversation_id=CHAT, by=CARO, up_to=1),
    )
    for wish in wishes:
        assert scenario.when(wish).refusal.code == "unknown-conversation"


def test_a_refold_forgets_the_same() -> None:
    scenario = office().given(texts())
    said = scenario.when(says(ANA, "never mind"))
    scenario.given(_of(said, BERT, ANA), DeleteChat(conversation_id=CHAT, by=ANA, up_to=1))

    assert scenario.refolded() == scenario.parts()
