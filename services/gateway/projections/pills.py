"""What happened to a queue's conversation, as facts; `domain/pills.py` has the words."""

from collections.abc import Iterator
from typing import Any

from schemas.envelope import Envelope
from schemas.queue import (
    ClaimLapsed,
    ClaimReleased,
    ConversationClaimed,
    ConversationClosed,
    ConversationQueued,
    ConversationReopened,
    ConversationTransferred,
    WaitEscalated,
)
from services.gateway.domain.rows import Row
from services.gateway.projections.rows import pill


def project(envelope: Envelope[Any]) -> Iterator[Row]:  # noqa: C901 - one case a pill
    """Turn what people should read about into a row; one happening is one pill."""
    event = envelope.data
    match event:
        case ConversationQueued(from_queue_id=None):
            yield _pill(envelope, "waiting")
        case ConversationClaimed(transferred_by=None):
            yield _pill(envelope, "claimed", agent=event.agent_id)
        case ClaimReleased():
            yield _pill(envelope, "released", agent=event.agent_id, by=event.by)
        case ClaimLapsed():
            yield _pill(envelope, "lapsed", agent=event.agent_id, seconds=event.idle_seconds)
        case ConversationTransferred():
            yield _transferred(envelope, event)
        case WaitEscalated():
            yield _pill(envelope, "escalated", seconds=event.waited_seconds)
        case ConversationClosed() if event.reason != "transferred":
            yield _closed(envelope, event)
        case ConversationReopened():
            yield _pill(envelope, "reopened", agent=event.agent_id)


def _transferred(envelope: Envelope[Any], event: ConversationTransferred) -> Row:
    return _pill(
        envelope,
        "transferred",
        event.note,
        agent=event.from_agent_id,
        by=event.by,
        to_agent=event.to_agent_id,
        to_queue=event.to_queue_id,
    )


def _closed(envelope: Envelope[Any], event: ConversationClosed) -> Row:
    return _pill(
        envelope,
        f"closed-{event.reason}",
        agent=event.agent_id,
        by=event.by,
        seconds=event.silent_seconds,
    )


def _pill(envelope: Envelope[Any], kind: str, note: str | None = None, **about: object) -> Row:
    known = {name: value for name, value in about.items() if value is not None}
    return pill(envelope, kind, known, note)
