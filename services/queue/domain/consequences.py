"""What follows from the queue's events outside its own stream: timers, and wishes to others."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from schemas import conversation
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
    QueueCommand,
    QueueConversation,
    QueueEvent,
    ReplyToCustomer,
)
from services.kernel.handling import Addressed, Timer
from services.queue.domain.state import Closed, State

#: Every event after which a conversation waits.
_Waits = ConversationQueued | ClaimReleased | ClaimLapsed
#: Every event that may begin the time in which the holder must answer.
_Owes = ConversationClaimed | FollowUpArrived | ConversationReopened


def timers(event: QueueEvent, state: State, at: datetime, tenant: str) -> Iterator[Timer]:
    """Set the timers of one event; nothing is cancelled, the decider ignores what is stale."""
    match event:
        case AgentWentAway(agent_id=agent_id, version=version, logs_out_at=due) if due is not None:
            away = LogOutAway(queue_id=state.queue_id, agent_id=agent_id, version=version)
            yield _timer("log-out-away", f"{agent_id}/{version}", due, away, tenant)
        case ClaimRenewed(closes_at=due) if due is not None:
            yield _place_timer(CloseInactive, event, due, tenant)
        case ConversationClaimed() | FollowUpArrived() | ConversationReopened():
            yield from _lapse(event, state, at, tenant)
        case ConversationQueued() | ClaimReleased() | ClaimLapsed():
            yield from _escalation(event, state, at, tenant)


def _lapse(event: _Owes, state: State, at: datetime, tenant: str) -> Iterator[Timer]:
    if event.lapses_at is not None:
        yield _place_timer(LapseClaim, event, event.lapses_at, tenant)
    elif isinstance(event, ConversationReopened) and event.agent_id is None:
        yield from _escalation(event, state, at, tenant)


def _escalation(
    event: _Waits | ConversationReopened, state: State, at: datetime, tenant: str
) -> Iterator[Timer]:
    alert = state.roster.options.waiting_alert_seconds
    if alert is not None:
        yield _place_timer(EscalateWait, event, at + timedelta(seconds=alert), tenant)


def _place_timer(
    kind: type[LapseClaim | EscalateWait | CloseInactive],
    event: _Waits | _Owes | ClaimRenewed,
    due: datetime,
    tenant: str,
) -> Timer:
    command = kind(
        queue_id=event.queue_id, conversation_id=event.conversation_id, epoch=event.epoch
    )
    # one epoch may wait, or be answered, several times: when it is due tells them apart
    version = f"{event.conversation_id}/{event.epoch}/{due.isoformat()}"
    name = {LapseClaim: "lapse", EscalateWait: "escalate", CloseInactive: "close"}[kind]
    return _timer(name, version, due, command, tenant)


def _timer(
    kind: str,
    version: str,
    due: datetime,
    command: LapseClaim | EscalateWait | CloseInactive | LogOutAway,
    tenant: str,
) -> Timer:
    return Timer(
        kind=kind, version=version, due_at=due, command=_to_queue(command.queue_id, command, tenant)
    )


def _to_queue(queue_id: str, command: QueueCommand, tenant: str) -> Addressed:
    return Addressed(subject=queue_id, partitionkey=queue_id, tenant=tenant, data=command)


def wishes(
    command: QueueCommand, events: list[QueueEvent], state: State, tenant: str
) -> Iterator[Addressed]:
    """Ask the others: router to say the reply, another queue to take what was moved to it."""
    if isinstance(command, ReplyToCustomer) and events:
        yield _saying(command, state, tenant)
    for event in events:
        if isinstance(event, ConversationTransferred) and event.to_queue_id is not None:
            yield _move(event, state, tenant)
    if isinstance(command, QueueConversation | OptOutCustomer) and not events:
        yield from _forwarded(command, state, tenant)


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


def _move(event: ConversationTransferred, state: State, tenant: str) -> Addressed:
    if event.to_queue_id is None:
        raise AssertionError("only what goes to a queue is moved")
    place = state.places[event.conversation_id]
    moved = QueueConversation(
        queue_id=event.to_queue_id,
        conversation_id=event.conversation_id,
        partition_key=place.partition_key,
        counterpart=place.counterpart,
        from_queue_id=event.queue_id,
        queued_at=place.queued_at,
    )
    return _to_queue(event.to_queue_id, moved, tenant)


def _forwarded(
    command: QueueConversation | OptOutCustomer, state: State, tenant: str
) -> Iterator[Addressed]:
    """Send the customer's words after a conversation that moved on; router knows only the route.

    They cannot overtake the move: both go from this queue to that one, in order. Nor can they go
    round in circles, for a queue that gets a conversation back forgets where it had gone.
    """
    place = state.places.get(command.conversation_id)
    if place is None or not isinstance(place.stage, Closed) or place.stage.moved_to is None:
        return
    elsewhere = msgspec.structs.replace(command, queue_id=place.stage.moved_to)
    yield _to_queue(place.stage.moved_to, elsewhere, tenant)
