"""Rules of a wait that grows long: supervisors are told, and then another queue takes over.

Only the time in which the queue is open counts: nobody is alarmed at night.
"""

from datetime import datetime

from schemas.base import QueueId
from schemas.desk import ConversationOverflowed, OverflowWait
from schemas.queue import ConversationClosed, EscalateWait, QueueEvent, WaitEscalated
from services.queue.domain.hours import open_for
from services.queue.domain.state import Place, Roster, State, Waiting


def has_waited(place: Place, roster: Roster, seconds: int | None, at: datetime) -> bool:
    """Tell whether this wait has lasted for so long; never where that is off."""
    if seconds is None or not isinstance(place.stage, Waiting):
        return False
    due = open_for(roster.options.hours, place.stage.since, seconds)
    return due is not None and at >= due


def escalate(command: EscalateWait, state: State, place: Place, at: datetime) -> list[QueueEvent]:
    """Tell the supervisors once per wait, when it has lasted for `waiting_alert`."""
    alert = state.roster.options.waiting_alert_seconds
    if not has_waited(place, state.roster, alert, at) or _is_escalated(place):
        return []
    return [
        WaitEscalated(
            queue_id=state.queue_id,
            conversation_id=command.conversation_id,
            epoch=place.epoch,
            queued_at=place.queued_at,
            supervisors=state.roster.supervisors,
            waited_seconds=_waited(place, at),
        )
    ]


def _is_escalated(place: Place) -> bool:
    return isinstance(place.stage, Waiting) and place.stage.escalated


def overflow(
    command: OverflowWait, state: State, place: Place, at: datetime
) -> list[ConversationOverflowed | ConversationClosed]:
    """Move it to the overflow queue, when it has waited for `overflow_after`."""
    to_queue_id = _way_out(state, place)
    after = state.roster.options.overflow_after_seconds
    if to_queue_id is None or not has_waited(place, state.roster, after, at):
        return []
    moved = ConversationOverflowed(
        queue_id=state.queue_id,
        conversation_id=command.conversation_id,
        to_queue_id=to_queue_id,
        epoch=place.epoch,
        queued_at=place.queued_at,
        waited_seconds=_waited(place, at),
    )
    closed = ConversationClosed(
        queue_id=state.queue_id,
        conversation_id=command.conversation_id,
        epoch=place.epoch,
        agent_id=None,
        by=None,
        reason="transferred",
    )
    return [moved, closed]


def _way_out(state: State, place: Place) -> QueueId | None:
    """Name the overflow queue, unless it has been there in this wait: it never goes in circles."""
    to_queue_id, other = state.roster.options.overflow_queue_id, state.other
    if to_queue_id is None or to_queue_id in (state.queue_id, *place.through):
        return None
    if other is None or not other.configured or other.tenant != state.roster.tenant:
        return None
    return to_queue_id


def _waited(place: Place, at: datetime) -> int:
    return int((at - place.queued_at).total_seconds())
