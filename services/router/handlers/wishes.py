"""What people and the other services ask about conversations, and what they are answered."""

from collections.abc import Iterable, Iterator
from typing import Any

from schemas.conversation import (
    ConversationEvent,
    ConversationStarted,
    MessageRetried,
    NoteDeliveryEnd,
    RetryMessage,
    SendMessage,
    StartConversation,
)
from schemas.envelope import Envelope
from schemas.guard import SubmitText
from services.kernel.handling import Addressed, Outcome, Parts
from services.router.domain import memory, outbound
from services.router.domain.marks import Mark, mark
from services.router.domain.starting import start
from services.router.domain.state import World
from services.router.handlers import addressing, automatic
from services.router.handlers.groups import to_reach
from services.router.handlers.guarding import or_returned, submitted, to_guard
from services.router.handlers.saying import outcome, said
from services.router.handlers.scheduling import passed

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
            return _retry(envelope, world)
        case SubmitText():
            return _submit(envelope, world)
        case NoteDeliveryEnd() as command:
            events = outbound.note_delivery_end(command, world)
            return outcome(command.conversation_id, events, world, None)
        case command if isinstance(command, Mark):
            return _mark(command, envelope, world)
        case other:
            raise TypeError(type(other).__name__)


def _start(envelope: Envelope[StartConversation], world: World) -> Outcome:
    command = envelope.data
    id_ = addressing.conversation_to_start(command, envelope.id, world.tenant)
    events = start(command, id_, world)
    key = addressing.key_to_start(command, id_)
    return Outcome(
        events=addressing.happened(events, world.tenant, key),
        commands=tuple(_reached_by(events, key, world.tenant)),
        answer={"conversation_id": id_},
    )


def _reached_by(events: Iterable[ConversationEvent], key: str, tenant: str) -> Iterator[Addressed]:
    """Let the outside people of a new group answer into it."""
    for event in events:
        if isinstance(event, ConversationStarted) and event.kind == "group":
            group = memory.started(event, tenant, key)
            yield from to_reach(event.counterparts, event.number or "", group, tenant)


def _send(envelope: Envelope[SendMessage], world: World) -> Outcome:
    from_queue = envelope.source == QUEUE
    event = outbound.send(
        envelope.data, addressing.message_of(envelope), world, from_queue=from_queue
    )
    weighed = to_guard(envelope, event, world, from_queue=from_queue)
    return weighed or said(envelope.data, event, world, envelope.time)


def _retry(envelope: Envelope[RetryMessage], world: World) -> Outcome:
    event = outbound.retry(envelope.data, world)
    weighed = to_guard(envelope, event, world, from_queue=False)
    return weighed or _retried(envelope.data, event, world)


def _retried(command: RetryMessage, event: MessageRetried, world: World) -> Outcome:
    answer = {
        "conversation_id": command.conversation_id,
        "message_id": command.message_id,
        "attempt": event.attempt,
    }
    return outcome(command.conversation_id, (event,), world, answer)


def _submit(envelope: Envelope[SubmitText], world: World) -> Outcome:
    """Say what the guard has passed, or give it back; the conversation judges it once more."""
    return or_returned(_said(envelope, world), envelope.data, world.tenant)


def _said(envelope: Envelope[SubmitText], world: World) -> Outcome:
    text = envelope.data.text
    if text.scheduled_id is not None:
        return passed(text, world, envelope)
    if text.automatic is not None:
        return automatic.passed(text, text.automatic, world)

    def say(wish: SendMessage | RetryMessage) -> Outcome:
        if isinstance(wish, RetryMessage):
            return _retried(wish, outbound.retry(wish, world), world)
        message_id = addressing.message_named(text.wish_id)
        event = outbound.send(wish, message_id, world, from_queue=text.from_queue)
        return said(wish, event, world, envelope.time)

    return submitted(envelope.data, say)


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
        "muted": command.by in after.muted,
    }
    return outcome(command.conversation_id, events, world, answer)
