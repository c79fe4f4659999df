"""What carriers bring: messages into conversations and queues, and consent withdrawn."""

from datetime import datetime
from typing import Any

from schemas import partition_key
from schemas.carrier import MessageArrived
from schemas.conversation import RecordOptOut
from schemas.directory import NumberDefined
from schemas.envelope import Envelope
from schemas.pieces import JoinPieces
from schemas.queue import OptOutCustomer, QueueConversation
from services.kernel.handling import Addressed, Outcome, Parts
from services.router.domain import consent
from services.router.domain.inbound import Arrival, Placed, not_kept, receive
from services.router.domain.state import OurNumber, World, number_key
from services.router.handlers import addressing, pieces
from services.router.handlers.groups import passed_on

#: The word of a STOP that was said before others.
STOP_IN_GROUP = "stop-in-group"


def world_of(number: str, parts: Parts) -> World:
    """Look at what is known as the tenant whose number it is; as nobody, if it is no one's."""
    ours = parts.get(number_key(number))
    return World(parts, ours.tenant if isinstance(ours, OurNumber) else "")


def on_message_arrived(envelope: Envelope[MessageArrived], parts: Parts) -> Outcome:
    """Put it into its conversation, act on a keyword, tell the queue.

    What is kept nowhere is answered nonetheless, so that the operator's `why` can say the reason.
    """
    message = envelope.data
    world = world_of(message.number, parts)
    ours = world.number(message.number)
    reason = not_kept(message, world)
    if ours is None or reason is not None:
        return Outcome(answer={"kept": False, "reason": reason})
    arrival = _arrival(envelope, message, world)

    def deliver(it: Arrival) -> Outcome:
        return _delivered(it, ours, world, envelope.time)

    if message.part is not None and not message.others:
        return pieces.on_piece(arrival, message.part, world, envelope.time, deliver)
    return deliver(arrival)


def on_wait_over(envelope: Envelope[JoinPieces], parts: Parts) -> Outcome:
    """Show what has come of a long text whose other pieces did not come."""
    command = envelope.data
    world = World(parts, envelope.tenant or "")
    ours = world.number(command.number)
    known = world.pieces(command.number, command.counterpart, command.reference)
    message = pieces.message_of(command, known)
    if ours is None or not_kept(message, world) is not None:
        return Outcome()

    def deliver(it: Arrival) -> Outcome:
        return _delivered(it, ours, world, envelope.time)

    return pieces.on_wait_over(envelope, _arrival(envelope, message, world), world, deliver)


def _delivered(arrival: Arrival, ours: NumberDefined, world: World, at: datetime) -> Outcome:
    message = arrival.message
    to_group = passed_on(arrival, world)
    if to_group is not None:
        return Outcome(commands=(to_group,))
    placed = receive(arrival, ours, world)
    more = consent.follow(arrival, placed, world, at)
    key = partition_key.for_sms(message.number, arrival.counterparts)
    return Outcome(
        events=addressing.happened((*placed.events, *more), world.tenant, key),
        commands=(
            *_to_queue(arrival, placed, world.tenant, key),
            *_withdrawn_in_group(arrival, world.tenant),
            *_spread(arrival, world),
        ),
    )


def _arrival(envelope: Envelope[Any], message: MessageArrived, world: World) -> Arrival:
    everybody = (message.counterpart, *message.others)
    return Arrival(
        message=message,
        conversation_id=addressing.sms_conversation(world.tenant, message.number, everybody),
        message_id=addressing.message_of(envelope),
        answer_id=addressing.answer_of(envelope),
    )


def _to_queue(arrival: Arrival, placed: Placed, tenant: str, key: str) -> tuple[Addressed, ...]:
    """Let a customer wait; one who says STOP waits for nothing any more."""
    if placed.queue_id is None:
        return ()
    if _says_stop(arrival) and not arrival.message.others:
        opted_out = OptOutCustomer(
            queue_id=placed.queue_id, conversation_id=arrival.conversation_id
        )
        return (addressing.to_queue(opted_out, tenant),)
    queued = QueueConversation(
        queue_id=placed.queue_id,
        conversation_id=arrival.conversation_id,
        partition_key=key,
        counterpart=arrival.message.counterpart,
        message_id=arrival.message_id,
    )
    return (addressing.to_queue(queued, tenant),)


def _says_stop(arrival: Arrival) -> bool:
    keyword = consent.keyword_in(arrival)
    return keyword is not None and keyword.meaning == "stop"


def _withdrawn_in_group(arrival: Arrival, tenant: str) -> tuple[Addressed, ...]:
    """Pass a STOP in a group on to the partition that alone writes that person's consent."""
    message = arrival.message
    if not (message.others and _says_stop(arrival)):
        return ()
    command = RecordOptOut(
        number=message.number,
        counterpart=message.counterpart,
        code=STOP_IN_GROUP,
        source="text",
    )
    return (addressing.to_record(command, tenant),)


def _spread(arrival: Arrival, world: World) -> tuple[Addressed, ...]:
    spread = consent.spread_word(arrival, world)
    return () if spread is None else (addressing.to_scope(spread, world.tenant),)
