"""Which automatic text a customer gets: one at most in five minutes, by what just happened."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from schemas.base import ConversationId
from schemas.desk import AutomaticTextChosen, DeskEvent, TextKind
from schemas.queue import (
    ConversationClosed,
    ConversationQueued,
    ConversationReopened,
    QueueEvent,
)
from services.queue.domain.hours import is_open
from services.queue.domain.state import State, is_available

#: At most one automatic text per conversation in this time (DESIGN.md §7).
PAUSE = timedelta(minutes=5)
_SAYS_GOODBYE = ("agent", "supervisor")


def chosen(
    events: Sequence[QueueEvent | DeskEvent], state: State, at: datetime
) -> Iterator[AutomaticTextChosen]:
    """Say what the queue says to what has happened; `state` is after it."""
    for event in events:
        match event:
            case ConversationQueued(from_queue_id=None, queued_at=since) if since == at:
                yield from _said(event.conversation_id, _welcome(state, at), state, at)
            case ConversationReopened(agent_id=None):
                yield from _said(event.conversation_id, _welcome(state, at), state, at)
            case ConversationClosed(reason=reason) if reason in _SAYS_GOODBYE:
                yield from _said(event.conversation_id, ("goodbye",), state, at)


def _welcome(state: State, at: datetime) -> tuple[TextKind, ...]:
    """Name what fits, best first."""
    roster = state.roster
    if not is_open(roster.options.hours, at):
        return ("closed-hours",)
    if any(is_available(agent, roster) for agent in roster.logged_in):
        return ("greeting",)
    return ("nobody-available", "greeting")


def _said(
    conversation_id: ConversationId, kinds: Sequence[TextKind], state: State, at: datetime
) -> Iterator[AutomaticTextChosen]:
    last = state.places[conversation_id].texted_at
    if last is not None and at < last + PAUSE:
        return
    texts = state.roster.options.texts
    for kind in kinds:
        text = getattr(texts, kind.replace("-", "_"))
        if text:
            yield AutomaticTextChosen(
                queue_id=state.queue_id,
                conversation_id=conversation_id,
                kind=kind,
                text=text.replace("{queue}", state.roster.name),
            )
            return
