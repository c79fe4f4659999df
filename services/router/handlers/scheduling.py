"""Saying something later: a timer asks when it is due, and only what still waits is said."""

from typing import Any

import msgspec

from schemas.conversation import (
    CancelScheduled,
    MessageSubmitted,
    RefuseScheduled,
    ScheduledRefused,
    ScheduleMessage,
    SubmitScheduled,
)
from schemas.envelope import Envelope
from schemas.guard import GuardedText
from services.kernel import ids
from services.kernel.handling import Addressed, Outcome, Parts, Timer
from services.router.domain import outbound, scheduling
from services.router.domain.state import ScheduledText, World
from services.router.handlers import addressing
from services.router.handlers.guarding import to_guard
from services.router.handlers.saying import said

ScheduleWish = ScheduleMessage | CancelScheduled | SubmitScheduled | RefuseScheduled


def on_schedule(envelope: Envelope[Any], parts: Parts) -> Outcome:
    """Judge a plan, its end, or its time; may raise Refused."""
    world = World(parts, envelope.tenant or "")
    match envelope.data:
        case ScheduleMessage():
            return _planned(envelope, world)
        case CancelScheduled() as command:
            event = scheduling.cancel(command, world)
            answer = {"scheduled_id": command.scheduled_id, "cancelled": True}
            return Outcome(events=_happened(event, world), answer=answer)
        case SubmitScheduled():
            return _due(envelope, world)
        case RefuseScheduled() as command:
            return _refused(command, world)
        case other:
            raise TypeError(type(other).__name__)


def _planned(envelope: Envelope[ScheduleMessage], world: World) -> Outcome:
    command = envelope.data
    scheduled_id = ids.derive(envelope.id, "scheduled")
    message_id = addressing.message_named(scheduled_id)
    event = scheduling.schedule(command, scheduled_id, message_id, world, envelope.time)
    due = SubmitScheduled(conversation_id=command.conversation_id, scheduled_id=scheduled_id)
    timer = Timer(
        kind="submit-scheduled",
        version=scheduled_id,
        due_at=command.send_at,
        command=Addressed(
            subject=command.conversation_id,
            partitionkey=outbound.known(command.conversation_id, world).partition_key,
            tenant=world.tenant,
            data=due,
        ),
    )
    answer = {"scheduled_id": scheduled_id, "send_at": msgspec.to_builtins(command.send_at)}
    return Outcome(events=_happened(event, world), timers=(timer,), answer=answer)


def _due(envelope: Envelope[SubmitScheduled], world: World) -> Outcome:
    """Ask the guard where there is one, else say it, or write down why not."""
    command = envelope.data
    text = scheduling.waiting(command.conversation_id, command.scheduled_id, world)
    if text is None or envelope.time < text.send_at:
        return Outcome()
    event = scheduling.say(text, addressing.message_named(text.scheduled_id), world)
    if isinstance(event, MessageSubmitted):
        wish = scheduling.wish_of(text, text.author)
        wished = msgspec.structs.replace(envelope, id=text.scheduled_id, data=wish)
        weighed = to_guard(wished, event, world, from_queue=False, scheduled_id=text.scheduled_id)
        if weighed is not None:
            return weighed  # it waits on, and can be cancelled, until the guard has decided
    return _ended(text, event, world, envelope)


def passed(text: GuardedText, world: World, envelope: Envelope[Any]) -> Outcome:
    """Say what the guard has passed, if it was not cancelled meanwhile."""
    waits = scheduling.waiting(text.conversation_id, text.scheduled_id or "", world)
    if waits is None:
        return Outcome()
    event = scheduling.say(waits, addressing.message_named(text.wish_id), world)
    return _ended(waits, event, world, envelope)


def _refused(command: RefuseScheduled, world: World) -> Outcome:
    text = scheduling.waiting(command.conversation_id, command.scheduled_id, world)
    if text is None:
        return Outcome()
    return Outcome(events=_happened(scheduling.refused(text, command.code, command.reason), world))


def _ended(
    text: ScheduledText,
    event: MessageSubmitted | ScheduledRefused,
    world: World,
    envelope: Envelope[Any],
) -> Outcome:
    """Write down how it ended; nobody waits for an answer."""
    if not isinstance(event, MessageSubmitted):
        return Outcome(events=_happened(event, world))
    wish = scheduling.wish_of(text, text.author)
    follows = said(wish, event, world, envelope.time)
    released = scheduling.released(text, event.message_id)
    return Outcome(events=(*_happened(released, world), *follows.events), commands=follows.commands)


def _happened(event: scheduling.Scheduling, world: World) -> tuple[Addressed, ...]:
    found = outbound.known(event.conversation_id, world)
    return addressing.happened((event,), world.tenant, found.partition_key)
