"""What follows from something said: the event, the groups that it reaches, and the answer."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from schemas.base import ConversationId, JsonObject
from schemas.conversation import MessageSubmitted, SendMessage
from services.kernel.handling import Outcome
from services.router.domain import groups, outbound
from services.router.domain.state import World
from services.router.handlers import addressing
from services.router.handlers.groups import to_reach


def said(command: SendMessage, event: MessageSubmitted, world: World, at: datetime) -> Outcome:
    """Say it, and let the outside people of a group answer into it."""
    answer = {
        "conversation_id": command.conversation_id,
        "message_id": event.message_id,
        "position": event.position,
        "client_id": command.client_id,
        "at": msgspec.to_builtins(at),
    }
    told = outcome(command.conversation_id, (event,), world, answer)
    texted = groups.reached(event)
    if not texted:
        return told
    group = outbound.known(command.conversation_id, world)
    return Outcome(
        events=told.events,
        commands=tuple(to_reach(texted, event.number or "", group, world.tenant)),
        answer=answer,
    )


def outcome(
    conversation_id: ConversationId,
    events: Iterable[addressing.Happening],
    world: World,
    answer: JsonObject | None,
) -> Outcome:
    """Address what happened in a conversation."""
    found = world.conversation(conversation_id)
    if found is None:
        return Outcome(answer=answer)
    addressed = addressing.happened(events, world.tenant, found.partition_key)
    return Outcome(events=addressed, answer=answer)
