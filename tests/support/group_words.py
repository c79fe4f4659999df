"""Named groups in tests: one with outside people, what they answer, and all that follows."""

from datetime import timedelta
from typing import Any

import msgspec

from schemas.base import ConversationId, ExtensionId
from schemas.conversation import ConversationStarted, StartConversation
from schemas.envelope import Envelope
from tests.support.router_words import ANA, BERT, CUSTOMER, DIRECT_LINE, office, texts
from tests.support.scenario import START, Scenario, Told


def starts_mixed(
    by: ExtensionId, *others: ExtensionId, outside: tuple[str, ...] = (CUSTOMER,)
) -> StartConversation:
    return StartConversation(
        kind="group",
        by=by,
        members=others,
        number=DIRECT_LINE,
        counterparts=outside,
        name="Launch",
    )


def settle(story: Scenario, told: Told) -> list[Told]:
    """Let the router hear what it says to itself, and what follows from that."""
    heard = [told]
    for command in told.commands:
        if command.type.split(".")[0] in {"group", "conversation"}:
            heard += settle(story, story.when(command))
    return heard


def does(story: Scenario, item: msgspec.Struct | Envelope[Any]) -> list[Told]:
    return settle(story, story.when(item))


def facts_of(heard: list[Told]) -> list[Any]:
    return [fact for told in heard for fact in told.facts]


def mixed(
    *others: ExtensionId, outside: tuple[str, ...] = (CUSTOMER,)
) -> tuple[Scenario, ConversationId]:
    """Open the office and start a group of Ana's with outside people."""
    story = office()
    heard = does(story, starts_mixed(ANA, *(others or (BERT,)), outside=outside))
    started = heard[0].facts[0]
    assert isinstance(started, ConversationStarted)
    return story, started.conversation_id


def answers_of(story: Scenario, text: str = "Me too", by: str = CUSTOMER) -> list[Any]:
    """Let an outside person text the group's number, after all that was said so far."""
    arrived = texts(text, counterpart=by)
    return facts_of(settle(story, story.when(arrived, at=START + timedelta(days=1))))
