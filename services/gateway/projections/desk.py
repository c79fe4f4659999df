"""Offers, overflow, notes and whom they call in; automatic texts are messages like any other."""

from collections.abc import Iterator
from typing import Any

from schemas.desk import ConversationOffered, ConversationOverflowed, NoteWritten, OfferEnded
from schemas.envelope import Envelope
from schemas.queue import ConversationClosed
from services.gateway.domain.rows import Row
from services.gateway.projections.rows import pill, row


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn one event at a queue's desk into the rows that it determines."""
    event = envelope.data
    match event:
        case ConversationOffered():
            yield _offer(envelope, agent=event.agent_id, ends_at=event.ends_at)
        case OfferEnded() | ConversationClosed():
            yield _offer(envelope, agent=None, ends_at=None)
        case ConversationOverflowed():
            about = {"to_queue": event.to_queue_id, "seconds": event.waited_seconds}
            yield pill(envelope, "overflowed", about)
        case NoteWritten():
            yield pill(envelope, "note", {"by": event.by}, event.text)
            yield from (_mention(envelope, one) for one in event.mentions)


def _offer(envelope: Envelope[Any], **values: object) -> Row:
    event = envelope.data
    return row(
        envelope,
        "queue_offer",
        queue_id=event.queue_id,
        conversation_id=event.conversation_id,
        epoch=event.epoch,
        **values,
    )


def _mention(envelope: Envelope[Any], extension_id: str) -> Row:
    event = envelope.data
    return row(
        envelope,
        "mention",
        queue_id=event.queue_id,
        conversation_id=event.conversation_id,
        extension_id=extension_id,
        at=envelope.time,
    )
