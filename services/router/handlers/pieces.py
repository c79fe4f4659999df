"""Pieces of a long text: kept until the text is whole, or until it has waited long enough."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import msgspec

from schemas import partition_key
from schemas.carrier import MessageArrived, TextPart
from schemas.envelope import Envelope
from schemas.pieces import JoinPieces, PieceReceived, PiecesEvent
from services.kernel.handling import Addressed, Outcome, Timer
from services.router.domain import pieces
from services.router.domain.inbound import Arrival
from services.router.domain.pieces import Pieces, pieces_key
from services.router.domain.state import World
from services.router.handlers import addressing

Deliver = Callable[[Arrival], Outcome]


def on_piece(
    arrival: Arrival, part: TextPart, world: World, at: datetime, deliver: Deliver
) -> Outcome:
    """Keep a piece, or show the text that it completes; what fits nowhere is shown alone."""
    message = arrival.message
    known = world.pieces(message.number, message.counterpart, part.reference)
    if not pieces.fits(part, known):
        return deliver(arrival)
    event = pieces.received(message, part, arrival.conversation_id)
    now = pieces.remembered(known, event)
    if now.missing:
        timers = () if known.texts else (_timer(event, at, world.tenant),)
        return Outcome(events=_happened((event,), world.tenant), timers=timers)
    shown = deliver(_whole(arrival, now))
    noted = (event, pieces.joined(event, now))
    return replace(shown, events=(*_happened(noted, world.tenant), *shown.events))


def on_wait_over(
    envelope: Envelope[JoinPieces], arrival: Arrival, world: World, deliver: Deliver
) -> Outcome:
    """Show what has come, unless it is shown already."""
    command = envelope.data
    known = world.pieces(command.number, command.counterpart, command.reference)
    if known.first != command.first:
        return Outcome()
    shown = deliver(_whole(arrival, known))
    noted = (pieces.joined(command, known),)
    return replace(shown, events=(*_happened(noted, world.tenant), *shown.events))


def message_of(command: JoinPieces, known: Pieces) -> MessageArrived:
    """Spell what has come as the message that it is shown as."""
    return MessageArrived(
        carrier=known.carrier,
        account=known.account,
        provider_message_id=known.first,
        number=command.number,
        counterpart=command.counterpart,
        text=known.text,
    )


def touched(event: PiecesEvent) -> str:
    """Name the part that an event changes."""
    return pieces_key(event.number, event.counterpart, event.reference)


def _whole(arrival: Arrival, known: Pieces) -> Arrival:
    return replace(arrival, message=msgspec.structs.replace(arrival.message, text=known.text))


def _timer(event: PieceReceived, at: datetime, tenant: str) -> Timer:
    command = JoinPieces(
        conversation_id=event.conversation_id,
        number=event.number,
        counterpart=event.counterpart,
        reference=event.reference,
        first=event.provider_message_id,
    )
    return Timer(
        kind="join-pieces",
        version=f"{event.counterpart}/{event.reference}/{event.provider_message_id}",
        due_at=at + pieces.WAIT,
        command=Addressed(
            subject=event.conversation_id,
            partitionkey=partition_key.for_sms(event.number, (event.counterpart,)),
            tenant=tenant,
            data=command,
        ),
    )


def _happened(events: tuple[PiecesEvent, ...], tenant: str) -> tuple[Addressed, ...]:
    key = partition_key.for_sms(events[0].number, (events[0].counterpart,))
    return addressing.happened(events, tenant, key)
