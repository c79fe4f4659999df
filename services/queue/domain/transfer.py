"""Rules of handing on: to an agent of this queue, who holds it from then on, or to another queue.

An agent who gets a conversation must be logged in and below capacity, as for a claim: a transfer is
no way around the limit that protects whoever receives it.
"""

from datetime import datetime

import msgspec

from schemas.base import QueueId
from schemas.queue import (
    ConversationClosed,
    ConversationTransferred,
    QueueEvent,
    TransferConversation,
)
from services.queue.domain.conversations import check_available, check_may_steer, claimed
from services.queue.domain.refusals import (
    AlreadyClosed,
    NoSingleTarget,
    NotTheHolder,
    UnknownQueue,
)
from services.queue.domain.state import Closed, Place, State, holder_of


def transfer(
    command: TransferConversation, state: State, place: Place, at: datetime
) -> list[QueueEvent]:
    """Hand it on, by the holder or by a supervisor."""
    check_may_steer(command.by, state, place)
    if isinstance(place.stage, Closed):
        raise AlreadyClosed
    if holder_of(place) is None and command.by not in state.roster.supervisors:
        raise NotTheHolder(holder=None)
    match (command.to_agent_id, command.to_queue_id):
        case (None, to_queue) if to_queue is not None and to_queue != state.queue_id:
            return _to_queue(command, state, place, to_queue)
        case (to_agent, None) if to_agent is not None:
            return _to_agent(command, state, place, at)
        case _:
            raise NoSingleTarget


def _to_queue(
    command: TransferConversation, state: State, place: Place, to_queue: QueueId
) -> list[QueueEvent]:
    other = state.other
    if other is None or not other.configured or other.tenant != state.roster.tenant:
        raise UnknownQueue(queue=to_queue)
    closed = ConversationClosed(
        queue_id=state.queue_id,
        conversation_id=command.conversation_id,
        epoch=place.epoch,
        agent_id=holder_of(place),
        by=command.by,
        reason="transferred",
    )
    return [_transferred(command, state, place), closed]


def _to_agent(
    command: TransferConversation, state: State, place: Place, at: datetime
) -> list[QueueEvent]:
    to_agent = command.to_agent_id
    if to_agent is None or to_agent == holder_of(place):
        return []  # as wished already
    check_available(to_agent, state)
    fresh = claimed(state, command.conversation_id, place, to_agent, at)
    theirs = msgspec.structs.replace(fresh, transferred_by=command.by, note=command.note)
    return [_transferred(command, state, place), theirs]


def _transferred(
    command: TransferConversation, state: State, place: Place
) -> ConversationTransferred:
    return ConversationTransferred(
        queue_id=state.queue_id,
        conversation_id=command.conversation_id,
        by=command.by,
        from_agent_id=holder_of(place),
        to_agent_id=command.to_agent_id,
        to_queue_id=command.to_queue_id,
        epoch=place.epoch,
        queued_at=place.queued_at,
        note=command.note,
    )
