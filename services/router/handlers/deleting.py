"""Deleting a message or a chat, and what is remembered of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.deletion import (
    ChatDeleted,
    DeleteMessage,
    DeletionCommand,
    DeletionEvent,
    MessageDeleted,
)
from schemas.envelope import Envelope
from services.kernel.handling import Outcome, Part, Parts
from services.router.domain import deleting
from services.router.domain.state import (
    Conversation,
    World,
    conversation_key,
    extension_key,
    gone_key,
    sent_key,
)
from services.router.handlers.saying import outcome


def needs(command: DeletionCommand) -> Iterator[str]:
    """Name the parts that judge a wish."""
    yield conversation_key(command.conversation_id)
    yield extension_key(command.by)
    if isinstance(command, DeleteMessage):
        yield gone_key(command.message_id)


def on_deletion(envelope: Envelope[Any], parts: Parts) -> Outcome:
    """Judge a wish; may raise Refused."""
    command, world = envelope.data, World(parts, envelope.tenant or "")
    events = deleting.delete(command, world)
    answer = {"conversation_id": command.conversation_id, "deleted": True}
    return outcome(command.conversation_id, events, world, answer)


def touched(event: DeletionEvent) -> Iterator[str]:
    """Name the parts that an event changes."""
    if isinstance(event, ChatDeleted):
        yield conversation_key(event.conversation_id)
        return
    yield gone_key(event.message_id)
    if isinstance(event, MessageDeleted):
        yield sent_key(event.conversation_id)


def remembered(event: DeletionEvent, world: World) -> Mapping[str, Part]:
    """Give the parts that an event leaves behind."""
    if isinstance(event, ChatDeleted):
        before = world.conversation(event.conversation_id)
        if not isinstance(before, Conversation):
            raise TypeError(f"{event.conversation_id} begins with its deletion")
        return {conversation_key(event.conversation_id): deleting.cleared(before, event)}
    gone = deleting.forgotten(world.gone(event.message_id), event)
    after: dict[str, Part] = {gone_key(event.message_id): gone}
    if isinstance(event, MessageDeleted):
        sent = world.sent(event.conversation_id)
        after[sent_key(event.conversation_id)] = deleting.unsaid(sent, event)
    return after
