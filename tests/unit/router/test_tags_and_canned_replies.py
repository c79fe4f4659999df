"""CONV: tags are for all who see a conversation; canned replies are one's own, or everybody's."""

import pytest

from schemas.base import ExtensionId
from schemas.canned import (
    CannedReplyDefined,
    CannedReplyForgotten,
    DefineCannedReply,
    ForgetCannedReply,
)
from schemas.tag import ConversationTagged, ConversationUntagged, TagConversation, UntagConversation
from services.router.domain.canned import MAX_NAME, VARIABLES
from services.router.domain.tags import MAX_CHARACTERS, MAX_TAGS
from tests.support.router_words import ANA, BERT, CARO, CHAT, SAM, extension, office, texts
from tests.support.scenario import Scenario


def tag(name: str, by: ExtensionId = ANA) -> TagConversation:
    return TagConversation(conversation_id=CHAT, by=by, tag=name)


def untag(name: str, by: ExtensionId = ANA) -> UntagConversation:
    return UntagConversation(conversation_id=CHAT, by=by, tag=name)


def canned(by: ExtensionId = ANA, *, shared: bool = False, **changed: str) -> DefineCannedReply:
    given = {"reply_id": "r1", "name": "hours", "text": "Hello {first_name}", **changed}
    return DefineCannedReply(by=by, shared=shared, **given)


def chatting() -> Scenario:
    return office().given(texts(), extension(SAM, roles=("supervisor",)))


def test_a_tag_is_put_on_once_whatever_its_letters_and_spaces() -> None:
    scenario = chatting()

    told = scenario.when(tag("  Late   payer\n"))
    assert told.facts == [ConversationTagged(conversation_id=CHAT, by=ANA, tag="Late payer")]
    assert told.answer == {"conversation_id": CHAT, "tags": ["Late payer"]}
    assert scenario.when(tag("LATE payer", BERT)).facts == []


def test_a_tag_is_taken_off_as_it_was_written() -> None:
    scenario = chatting().given(tag("Billing"))

    told = scenario.when(untag("billing", BERT))
    assert told.facts == [ConversationUntagged(conversation_id=CHAT, by=BERT, tag="Billing")]
    assert scenario.when(untag("billing")).facts == []


@pytest.mark.parametrize("name", ["", " \n", "x" * (MAX_CHARACTERS + 1), "\u0007"])
def test_a_tag_is_a_word_or_a_few(name: str) -> None:
    assert chatting().when(tag(name)).refusal.code == "bad-tag"


def test_a_conversation_bears_a_few_tags() -> None:
    scenario = chatting().given(*(tag(f"tag {number}") for number in range(MAX_TAGS)))

    assert scenario.when(tag("one more")).refusal.code == "too-many-tags"


def test_who_does_not_see_a_conversation_tags_nothing() -> None:
    assert chatting().when(tag("billing", CARO)).refusal.code == "unknown-conversation"


def test_anybody_writes_canned_replies_of_their_own() -> None:
    scenario = chatting()

    defined = CannedReplyDefined(
        reply_id="r1", owner=ANA, name="hours", text="Hello {first_name}", by=ANA
    )
    assert scenario.when(canned()).facts == [defined]
    assert scenario.when(canned()).facts == []
    forgotten = scenario.when(ForgetCannedReply(reply_id="r1", by=ANA))
    assert forgotten.facts == [CannedReplyForgotten(reply_id="r1", by=ANA)]
    assert scenario.when(ForgetCannedReply(reply_id="r1", by=ANA)).facts == []


def test_anothers_own_reply_looks_like_none() -> None:
    scenario = chatting().given(canned())

    assert scenario.when(canned(BERT)).refusal.code == "unknown-reply"
    assert scenario.when(canned(SAM, shared=True)).refusal.code == "unknown-reply"


def test_everybodys_replies_are_written_by_who_may() -> None:
    scenario = chatting()
    assert scenario.when(canned(shared=True)).refusal.code == "not-your-task"

    assert scenario.when(canned(SAM, shared=True)).facts[0].owner is None
    assert scenario.when(canned()).refusal.code == "not-your-task"


def test_every_variable_is_one_that_can_be_filled_in() -> None:
    known = " ".join(f"{{{name}}}" for name in VARIABLES)
    assert chatting().when(canned(text=known)).kinds == ["CannedReplyDefined"]

    assert chatting().when(canned(text="Hi {nme}")).refusal.code == "unknown-variable"


@pytest.mark.parametrize("name", ["", "two words", "a/b", "x" * (MAX_NAME + 1)])
def test_a_name_can_be_typed_behind_a_slash(name: str) -> None:
    assert chatting().when(canned(name=name)).refusal.code == "bad-reply-name"


def test_labels_survive_a_refold() -> None:
    scenario = chatting().given(tag("billing"), canned(), canned(SAM, shared=True, reply_id="r2"))

    assert scenario.refolded() == scenario.parts()
