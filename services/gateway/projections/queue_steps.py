"""What a queue's statistics count: one row a step of a conversation's way through the queue."""

from collections.abc import Iterator
from typing import Any

from schemas.desk import ConversationOverflowed, OfferEnded
from schemas.envelope import Envelope
from schemas.queue import (
    ClaimLapsed,
    ClaimReleased,
    ClaimRenewed,
    ConversationClaimed,
    ConversationClosed,
    ConversationQueued,
    ConversationReopened,
    ConversationTransferred,
)
from services.gateway.domain.rows import Row
from services.gateway.projections.rows import row


def project(envelope: Envelope[Any]) -> Iterator[Row]:  # noqa: C901 - one case a step
    """Turn one event of a queue into the step that it is, if it is one."""
    event = envelope.data
    match event:
        case ConversationQueued(queued_at=since, from_queue_id=None) if since != envelope.time:
            return  # it waits already, and keeps its place
        case ConversationQueued() | ConversationReopened():
            yield _step(envelope, "queued", None, event.queued_at)
        case ConversationClaimed(transferred_by=None):
            yield _step(envelope, "claimed", event.agent_id, event.queued_at)
        case ConversationClaimed():
            yield _step(envelope, "received", event.agent_id, event.queued_at)
        case ClaimRenewed(queued_at=since):
            kind = "replied" if since is None else "answered"
            yield _step(envelope, kind, event.agent_id, since)
        case ClaimLapsed():
            yield _step(envelope, "lapsed", event.agent_id, event.queued_at)
        case ClaimReleased():
            yield _step(envelope, "released", event.agent_id, event.queued_at)
        case ConversationTransferred():
            yield _step(envelope, "transferred", event.from_agent_id, event.queued_at)
        case ConversationOverflowed():
            yield _step(envelope, "overflowed", None, event.queued_at)
        case OfferEnded():
            yield _step(envelope, "passed", event.agent_id, None)
        case ConversationClosed() if event.reason != "transferred":
            yield _step(envelope, "closed", event.agent_id, None)


def _step(envelope: Envelope[Any], kind: str, agent: str | None, queued_at: object) -> Row:
    event = envelope.data
    return row(
        envelope,
        "queue_step",
        step_id=envelope.id,
        queue_id=event.queue_id,
        conversation_id=event.conversation_id,
        at=envelope.time,
        kind=kind,
        agent=agent,
        queued_at=queued_at,
    )
