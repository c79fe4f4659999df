"""Consent that no text of the counterpart carries: carriers' knowledge, reviews, notes by hand."""

from typing import Any

from schemas import partition_key
from schemas.carrier import OptOutArrived
from schemas.consent import OptOutByHand, RecordScope, ReviewRevocation
from schemas.conversation import RecordOptOut
from schemas.envelope import Envelope
from schemas.queue import OptOutCustomer
from services.kernel.handling import Addressed, Outcome, Parts
from services.router.domain import consent, reviewing
from services.router.domain.outbound import known
from services.router.domain.state import World
from services.router.handlers import addressing
from services.router.handlers.arrivals import world_of

ConsentWish = OptOutArrived | RecordOptOut | RecordScope | OptOutByHand | ReviewRevocation


def on_consent(envelope: Envelope[Any], parts: Parts) -> Outcome:
    """Judge what is to be recorded about consent; may raise Refused."""
    match envelope.data:
        case OptOutArrived(number=number, counterpart=counterpart, reason=reason):
            told = RecordOptOut(number=number, counterpart=counterpart, code=reason)
            return _record(told, world_of(number, parts))
        case RecordOptOut() as command:
            return _recorded(command, envelope, world_of(command.number, parts))
        case RecordScope() as command:
            return _scoped(command, World(parts, envelope.tenant or ""))
        case OptOutByHand() as command:
            return _by_hand(command, World(parts, envelope.tenant or ""))
        case ReviewRevocation() as command:
            return _reviewed(command, World(parts, envelope.tenant or ""))
        case other:
            raise TypeError(type(other).__name__)


def _recorded(command: RecordOptOut, envelope: Envelope[Any], world: World) -> Outcome:
    """Record it in its own partition; what came to another one is passed on to it."""
    key = partition_key.for_consent(command.number, command.counterpart)
    if envelope.partitionkey != key:
        return Outcome(commands=(addressing.to_record(command, envelope.tenant or ""),))
    return _record(command, world)


def _record(command: RecordOptOut, world: World) -> Outcome:
    events = consent.record_opt_out(command, world)
    key = partition_key.for_consent(command.number, command.counterpart)
    spread = consent.spread_record(command, world)
    return Outcome(
        events=addressing.happened(events, world.tenant, key),
        commands=(
            *(_closed_in_queue(command, world) if events else ()),
            *(() if spread is None else (addressing.to_scope(spread, world.tenant),)),
        ),
    )


def _closed_in_queue(command: RecordOptOut, world: World) -> tuple[Addressed, ...]:
    pair = (command.counterpart,)
    conversation_id = addressing.sms_conversation(world.tenant, command.number, pair)
    found = world.conversation(conversation_id)
    if found is None or found.queue_id is None:
        return ()
    wish = OptOutCustomer(queue_id=found.queue_id, conversation_id=conversation_id)
    return (addressing.to_queue(wish, world.tenant),)


def _scoped(command: RecordScope, world: World) -> Outcome:
    return Outcome(
        events=addressing.happened(consent.record_scope(command, world), world.tenant, "")
    )


def _by_hand(command: OptOutByHand, world: World) -> Outcome:
    outcome = _record(reviewing.by_hand(command, world), world)
    answer = {
        "number": command.number,
        "counterpart": command.counterpart,
        "opted_out": True,
        "changed": bool(outcome.events),
    }
    return Outcome(events=outcome.events, commands=outcome.commands, answer=answer)


def _reviewed(command: ReviewRevocation, world: World) -> Outcome:
    """Record the verdict; the opt-out at once where the pair's partition is this one."""
    reviewed, opt_out = reviewing.review(command, world)
    key = known(command.conversation_id, world).partition_key
    follows = Outcome()
    if opt_out is not None and key == partition_key.for_consent(
        opt_out.number, opt_out.counterpart
    ):
        follows = _record(opt_out, world)
    elif opt_out is not None:
        follows = Outcome(commands=(addressing.to_record(opt_out, world.tenant),))
    answer = {"message_id": command.message_id, "verdict": command.verdict}
    return Outcome(
        events=(*addressing.happened((reviewed,), world.tenant, key), *follows.events),
        commands=follows.commands,
        answer=answer,
    )
