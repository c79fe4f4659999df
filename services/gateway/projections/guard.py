"""What the guard held, what was decided about it, and what it refused; for admins."""

from collections.abc import Iterator
from typing import Any

from schemas.envelope import Envelope
from schemas.guard import HeldTextApproved, HeldTextRejected, TextBlocked, TextHeld
from services.gateway.domain.rows import Row
from services.gateway.projections.rows import row


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn an event of the guard into its row; what simply passed is none."""
    match envelope.data:
        case TextHeld() as event:
            yield _held(envelope, event)
            yield _words(envelope, event.held.wish_id, event.held.text)
        case HeldTextApproved() | HeldTextRejected() as event:
            yield row(
                envelope,
                "held_verdict",
                wish_id=event.wish_id,
                approved=isinstance(event, HeldTextApproved),
                decided_by=event.by,
                decided_at=envelope.time,
            )
            if isinstance(event, HeldTextApproved):
                yield _words(envelope, event.wish_id, "")  # it is a message from now on
        case TextBlocked() as event:
            yield _blocked(envelope, event)


def _words(envelope: Envelope[Any], wish_id: str, text: str) -> Row:
    return row(envelope, "held_words", wish_id=wish_id, text=text)


def _held(envelope: Envelope[Any], event: TextHeld) -> Row:
    text = event.held
    return row(
        envelope,
        "held_text",
        wish_id=text.wish_id,
        conversation_id=text.conversation_id,
        author=text.by,
        number=text.number,
        recipients=text.recipients,
        segments=text.segments,
        rule=event.rule,
        reason=event.reason,
        at=envelope.time,
    )


def _blocked(envelope: Envelope[Any], event: TextBlocked) -> Row:
    return row(
        envelope,
        "blocked_text",
        blocked_id=envelope.id,
        conversation_id=event.conversation_id,
        author=event.by,
        number=event.number,
        recipients=event.recipients,
        segments=event.segments,
        rule=event.rule,
        code=event.code,
        reason=event.reason,
        at=envelope.time,
    )
