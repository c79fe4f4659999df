"""What people and the other services ask about conversations, and what they are answered."""

from collections.abc import Iterable
from typing import Any

import msgspec

from schemas.base import ConversationId, JsonObject
from schemas.conversation import (
    CloseConversation,
    ConversationEvent,
    MarkRead,
    MarkUnread,
    NoteDeliveryEnd,
    ReopenConversation,
    RetryMessage,
    SendMessage,
    StartConversation,
)
from schemas.envelope import Envelope
from services.kernel.handling import Outcome, Parts
from services.router.domain import memory, outbound
from services.router.domain.marks import Mark, mark
from services.router.domain.starting import start
from services.router.domain.state import World
from services.router.handlers import addressing

#: The only service that may speak for a queue; what anybody else claims about one is not believed.
QUEUE = "queue"

Wish = StartConversation | SendMessage | RetryMessage | NoteDeliveryEnd | Mark


def on_wish(envelope: Envelope[Any], parts: Parts) -> Outcome:
    """Judge a wish about a conversation; may raise Refused."""
    world = World(parts, envelope.tenant or "")
    match envelope.data:
        case StartConversation():
            return _start(envelope, world)
        case SendMessage():
            return _send(envelope, world)
        case RetryMessage():
            return _retry(envelope.data, world)
        case NoteDeliveryEnd() as command:
            events = outbound.note_delivery_end(command, world)
            return _outcome(command.conversation_id, events, world, None)
        case MarkRead() | MarkUnread() | CloseConversation() | ReopenConversation() as command:
            return _mark(command, envelope, world)
        case other:
            raise TypeError(type(other).__name__)


def _start(envelope: Envelope[StartConversation], world: World) -> Outcome:
    command = envelope.data
    id_ = addressing.conversation_to_start(command, envelope.id, world.tenant)
    events = start(command, id_, world)
    key = addressing.key_to_start(command, id_)
    return Outcome(
        events=addressing.happened(events, world.tenant, key), answer={"conversation_id": id_}
    )


def _send(envelope: Envelope[SendMessage], world: World) -> Outcome:
    command, message_id = envelope.data, addressing.message_of(envelope)
    event = outbound.send(command, message_id, world, from_queue=envelope.source == QUEUE)
    answer = {
        "conversation_id": command.conversation_id,
        "message_id": message_id,
        "position": event.position,
        "client_id": command.client_id,
        "at": msgspec.to_builtins(envelope.time),
    }
    return _outcome(command.conversation_id, (event,), world, answer)


def _retry(command: RetryMessage, world: World) -> Outcome:
    event = outbound.retry(command, world)
    answer = {
        "conversation_id": command.conversation_id,
        "message_id": command.message_id,
        "attempt": event.attempt,
    }
    return _outcome(command.conversation_id, (event,), world, answer)


def _mark(command: Mark, envelope: Envelope[Any], world: World) -> Outcome:
    events = mark(command, world)
    after = outbound.known(command.conversation_id, world)
    for event in events:
        after = memory.happened(after, event, envelope.time)
    answer = {
        "conversation_id": command.conversation_id,
        "read_position": after.read.get(command.by, 0),
        "marked_unread": command.by in after.unread,
        "closed": command.by in after.closed,
    }
    return _outcome(command.conversation_id, events, world, answer)


def _outcome(
    conversation_id: ConversationId,
    events: Iterable[ConversationEvent],
    world: World,
    answer: JsonObject | None,
) -> Outcome:
    found = world.conversation(conversation_id)
    if found is None:
        return Outcome(answer=answer)
    addressed = addressing.happened(events, world.tenant, found.partition_key)
    return Outcome(events=addressed, answer=answer)
