"""Rules of a queue's end: all that is open goes to another queue, and nothing is left behind.

Refused where somebody would be lost: the admin names every conversation that they were shown, and
the queue knows how many there are, so what came meanwhile is never overlooked.
"""

from collections.abc import Iterator

from schemas.base import ConversationId, QueueId
from schemas.desk import QueueRetired, RetireQueue
from schemas.queue import AgentLoggedOut, ConversationClosed, ConversationTransferred, QueueEvent
from services.queue.domain.refusals import NoSingleTarget, QueueInUse, UnknownQueue
from services.queue.domain.state import Happened, Place, State, holder_of, is_open


def retire(command: RetireQueue, state: State) -> list[Happened]:
    """Hand everything on, log everybody out, and be no more."""
    places = {
        id_: place
        for id_ in command.conversations
        if (place := state.places.get(id_)) is not None and is_open(place)
    }
    if len(places) != state.roster.open or (places and command.to_queue_id is None):
        raise QueueInUse(open=state.roster.open)
    _check_target(command.to_queue_id, state)
    events: list[Happened] = []
    for id_, place in places.items():
        events.extend(_handed_on(command, id_, place))
    events.extend(
        AgentLoggedOut(queue_id=state.queue_id, agent_id=agent_id, reason="removed")
        for agent_id in state.roster.logged_in
    )
    end = QueueRetired(
        queue_id=state.queue_id,
        name=state.roster.name,
        by=command.by,
        to_queue_id=command.to_queue_id,
    )
    return [*events, end]


def _check_target(to_queue_id: QueueId | None, state: State) -> None:
    if to_queue_id is None:
        return
    if to_queue_id == state.queue_id:
        raise NoSingleTarget
    other = state.other
    if other is None or not other.configured or other.tenant != state.roster.tenant:
        raise UnknownQueue(queue=to_queue_id)


def _handed_on(command: RetireQueue, id_: ConversationId, place: Place) -> Iterator[QueueEvent]:
    yield ConversationTransferred(
        queue_id=command.queue_id,
        conversation_id=id_,
        by=command.by,
        from_agent_id=holder_of(place),
        to_agent_id=None,
        to_queue_id=command.to_queue_id,
        epoch=place.epoch,
        queued_at=place.queued_at,
        note=None,
    )
    yield ConversationClosed(
        queue_id=command.queue_id,
        conversation_id=id_,
        epoch=place.epoch,
        agent_id=holder_of(place),
        by=command.by,
        reason="transferred",
    )
