"""Chats among the people of a story: said, read, closed, muted, and deleted."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from schemas import conversation, deletion, muting
from schemas.base import ConversationId, ConversationKind, ExtensionId, MessageId
from services.kernel import ids


class Teller(Protocol):
    """A story, as far as chats need it."""

    tenant: str

    def person(self, name: str) -> ExtensionId: ...

    def tell(self, subject: str, key: str, data: msgspec.Struct) -> Any: ...  # noqa: ANN401 - what was told


def direct(story: Teller, *names: str) -> ConversationId:
    """Name the chat of two people."""
    people = (story.person(name) for name in names)
    return ConversationId(ids.derive("conversation", story.tenant, "direct", *people))


def starts_chat(story: Teller, *names: str) -> ConversationId:
    """Begin the chat of these people: a group where they are more than two."""
    name = direct(story, *names)
    members = tuple(story.person(one) for one in names)
    kind: ConversationKind = "group" if names[2:] else "direct"
    begun = conversation.ConversationStarted(conversation_id=name, kind=kind, members=members)
    story.tell(name, name, begun)
    return name


def says(
    story: Teller,
    name: ConversationId,
    position: int,
    author: str,
    text: str,
    *,
    members: Sequence[str] = ("alice", "bert"),
) -> MessageId:
    """Say a line in a chat."""
    said = conversation.MessageSubmitted(
        conversation_id=name,
        message_id=line(name, position),
        position=position,
        client_id=f"chat-{position}",
        author=story.person(author),
        via="chat",
        text=text,
        members=tuple(story.person(one) for one in members),
    )
    story.tell(name, name, said)
    return said.message_id


def line(name: ConversationId, position: int) -> MessageId:
    return MessageId(ids.derive(name, str(position)))


def reads(story: Teller, name: ConversationId, by: str, up_to: int) -> None:
    read = conversation.ConversationRead(conversation_id=name, by=story.person(by), up_to=up_to)
    story.tell(name, name, read)


def deletes(story: Teller, name: ConversationId, position: int, by: str) -> None:
    """Take a line away from everybody."""
    gone = deletion.MessageDeleted(
        conversation_id=name,
        message_id=line(name, position),
        position=position,
        by=story.person(by),
    )
    story.tell(name, name, gone)


def hides(story: Teller, name: ConversationId, position: int, by: str) -> None:
    """Take a line away from oneself."""
    gone = deletion.MessageHidden(
        conversation_id=name,
        message_id=line(name, position),
        position=position,
        by=story.person(by),
    )
    story.tell(name, name, gone)


def clears(story: Teller, name: ConversationId, by: str, up_to: int) -> None:
    gone = deletion.ChatDeleted(conversation_id=name, by=story.person(by), up_to=up_to)
    story.tell(name, name, gone)


def a_busy_chat(story: Teller) -> None:
    """Touch every projection of a chat at least once."""
    name = starts_chat(story, "alice", "bert")
    alice, bert = story.person("alice"), story.person("bert")
    says(story, name, 1, "alice", "Line 1")
    says(story, name, 2, "bert", "Line 2")
    reads(story, name, "alice", 2)
    for mark in (
        conversation.ConversationMarkedUnread(conversation_id=name, by=alice),
        conversation.ConversationClosedByMember(conversation_id=name, by=bert),
        muting.ConversationMuted(conversation_id=name, by=bert),
    ):
        story.tell(name, name, mark)
    deletes(story, name, 1, "alice")
    says(story, name, 3, "alice", "Line 3")
    hides(story, name, 3, "bert")
    clears(story, name, "bert", 2)
