"""What follows from the queue's events outside its own stream: timers, and wishes to others."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import msgspec

from schemas import conversation, directory
from schemas.base import QueueId
from schemas.desk import (
    AutomaticTextChosen,
    ConversationOffered,
    ConversationOverflowed,
    EndOffer,
    OverflowWait,
    QueueRetired,
)
from schemas.queue import (
    AgentWentAway,
    ClaimLapsed,
    ClaimReleased,
    ClaimRenewed,
    CloseInactive,
    ConversationClaimed,
    ConversationQueued,
    ConversationReopened,
    ConversationTransferred,
    EscalateWait,
    FollowUpArrived,
    LapseClaim,
    LogOutAway,
    OptOutCustomer,
    QueueConversation,
    ReplyToCustomer,
)
from services.kernel.handling import Addressed, Timer
from services.queue.domain.hours import open_for
from services.queue.domain.state import Closed, Happened, Place, State, Wish

#: Every event after which a conversation waits.
_Waits = ConversationQueued | ClaimReleased | ClaimLapsed
#: Every event that may begin the time in which the holder must answer.
_Owes = ConversationClaimed | FollowUpArrived | ConversationReopened
#: Every event with which a conversation goes to another queue.
_Goes = ConversationTransferred | ConversationOverflowed
_PlaceTimer = LapseClaim | EscalateWait | CloseInactive | OverflowWait
_NAMES: Mapping[type[_PlaceTimer], str] = MappingProxyType(
    {
        LapseClaim: "lapse",
        EscalateWait: "escalate",
        CloseInactive: "close",
        OverflowWait: "overflow",
    }
)


def timers(event: Happened, state: State, at: datetime, tenant: str) -> Iterator[Timer]:
    """Set the timers of one event; nothing is cancelled, the decider ignores what is stale."""
    match event:
        case AgentWentAway(agent_id=agent_id, version=version, logs_out_at=due) if due is not None:
            away = LogOutAway(queue_id=state.queue_id, agent_id=agent_id, version=version)
            yield _timer("log-out-away", f"{agent_id}/{version}", due, away, tenant)
        case ConversationOffered(conversation_id=id_, offer=offer, ends_at=due):
            over = EndOffer(queue_id=state.queue_id, conversation_id=id_, offer=offer)
            yield _timer("end-offer", f"{id_}/{offer}", due, over, tenant)
        case ClaimRenewed(closes_at=due) if due is not None:
            yield _place_timer(CloseInactive, event, due, tenant)
        case ConversationClaimed() | FollowUpArrived() | ConversationReopened():
            yield from _lapse(event, state, at, tenant)
        case ConversationQueued() | ClaimReleased() | ClaimLapsed():
            yield from _wait(event, state, at, tenant)


def _lapse(event: _Owes, state: State, at: datetime, tenant: str) -> Iterator[Timer]:
    if event.lapses_at is not None:
        yield _place_timer(LapseClaim, event, event.lapses_at, tenant)
    elif isinstance(event, ConversationReopened) and event.agent_id is None:
        yield from _wait(event, state, at, tenant)


def _wait(
    event: _Waits | ConversationReopened, state: State, at: datetime, tenant: str
) -> Iterator[Timer]:
    options = state.roster.options
    for kind, seconds in (
        (EscalateWait, options.waiting_alert_seconds),
        (OverflowWait, options.overflow_after_seconds if options.overflow_queue_id else None),
    ):
        due = None if seconds is None else open_for(options.hours, at, seconds)
        if due is not None:
            yield _place_timer(kind, event, due, tenant)


def _place_timer(
    kind: type[_PlaceTimer],
    event: _Waits | _Owes | ClaimRenewed,
    due: datetime,
    tenant: str,
) -> Timer:
    command = kind(
        queue_id=event.queue_id, conversation_id=event.conversation_id, epoch=event.epoch
    )
    # one epoch may wait, or be answered, several times: when it is due tells them apart
    version = f"{event.conversation_id}/{event.epoch}/{due.isoformat()}"
    return _timer(_NAMES[kind], version, due, command, tenant)


def _timer(
    kind: str,
    version: str,
    due: datetime,
    command: _PlaceTimer | LogOutAway | EndOffer,
    tenant: str,
) -> Timer:
    return Timer(
        kind=kind, version=version, due_at=due, command=_to_queue(command.queue_id, command, tenant)
    )


def _to_queue(queue_id: str, command: Wish, tenant: str) -> Addressed:
    return Addressed(subject=queue_id, partitionkey=queue_id, tenant=tenant, data=command)


def wishes(
    command: Wish, events: Sequence[Happened], state: State, tenant: str
) -> Iterator[Addressed]:
    """Ask router to say a reply or a text, or to forget us; another queue to take what moved."""
    if isinstance(command, ReplyToCustomer) and events:
        yield _saying(command, state, tenant)
    for event in events:
        if isinstance(event, _Goes) and event.to_queue_id is not None:
            yield _move(event, event.to_queue_id, state, tenant)
        elif isinstance(event, AutomaticTextChosen):
            yield _text(event, state, tenant)
        elif isinstance(event, QueueRetired):
            yield _removal(event, tenant)
    if isinstance(command, QueueConversation | OptOutCustomer) and not events:
        yield from _forwarded(command, state, tenant)


def _removal(event: QueueRetired, tenant: str) -> Addressed:
    entity = f"queue/{event.queue_id}"
    wish = directory.RemoveQueue(
        queue_id=event.queue_id, to_queue_id=event.to_queue_id, by=event.by
    )
    return Addressed(subject=entity, partitionkey=entity, tenant=tenant, data=wish)


def _text(event: AutomaticTextChosen, state: State, tenant: str) -> Addressed:
    said = conversation.SendAutomaticText(
        conversation_id=event.conversation_id, queue_id=event.queue_id, text=event.text
    )
    return Addressed(
        subject=event.conversation_id,
        partitionkey=state.places[event.conversation_id].partition_key,
        tenant=tenant,
        data=said,
    )


def _saying(command: ReplyToCustomer, state: State, tenant: str) -> Addressed:
    said = conversation.SendMessage(
        conversation_id=command.conversation_id,
        by=command.agent_id,
        client_id=command.client_id,
        text=command.text,
        queue_id=command.queue_id,
        claim_epoch=command.epoch,
        files=command.files,
    )
    return Addressed(
        subject=command.conversation_id,
        partitionkey=state.places[command.conversation_id].partition_key,
        tenant=tenant,
        data=said,
    )


def _move(event: _Goes, to_queue_id: QueueId, state: State, tenant: str) -> Addressed:
    place = state.places[event.conversation_id]
    overflowed = isinstance(event, ConversationOverflowed)
    moved = QueueConversation(
        queue_id=to_queue_id,
        conversation_id=event.conversation_id,
        partition_key=place.partition_key,
        counterpart=place.counterpart,
        from_queue_id=event.queue_id,
        queued_at=place.queued_at,
        through=(*place.through, event.queue_id) if overflowed else (),
    )
    return _to_queue(to_queue_id, moved, tenant)


def _forwarded(
    command: QueueConversation | OptOutCustomer, state: State, tenant: str
) -> Iterator[Addressed]:
    """Send the customer's words after a conversation that moved on; router knows only the route.

    They cannot overtake the move: both go from this queue to that one, in order. Nor can they go
    round in circles, for a queue that gets a conversation back forgets where it had gone.
    """
    moved_to = state.roster.moved_to or _gone_to(state.places.get(command.conversation_id))
    if moved_to is not None:
        elsewhere = msgspec.structs.replace(command, queue_id=moved_to)
        yield _to_queue(moved_to, elsewhere, tenant)


def _gone_to(place: Place | None) -> QueueId | None:
    return place.stage.moved_to if place and isinstance(place.stage, Closed) else None
