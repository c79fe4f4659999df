"""What people planned to say, and how each plan ended."""

from collections.abc import Iterator
from typing import Any

from schemas.conversation import (
    MessageScheduled,
    ScheduledCancelled,
    ScheduledRefused,
    ScheduledReleased,
)
from schemas.envelope import Envelope
from services.gateway.domain.rows import Row
from services.gateway.projections.rows import row

_NOTHING: dict[str, object] = {"message_id": None, "code": None, "reason": None, "ended_by": None}


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn a plan, or its end, into its row."""
    match envelope.data:
        case MessageScheduled() as event:
            yield row(
                envelope,
                "scheduled_text",
                scheduled_id=event.scheduled_id,
                conversation_id=event.conversation_id,
                client_id=event.client_id,
                author=event.author,
                send_at=event.send_at,
                at=envelope.time,
            )
            yield _words(envelope, event.scheduled_id, event.text)
        case ScheduledReleased(scheduled_id=id_, message_id=message_id):
            yield _end(envelope, id_, "sent", message_id=message_id)
            yield _words(envelope, id_, None)
        case ScheduledCancelled(scheduled_id=id_, by=by):
            yield _end(envelope, id_, "cancelled", ended_by=by)
        case ScheduledRefused(scheduled_id=id_, code=code, reason=reason):
            yield _end(envelope, id_, "refused", code=code, reason=reason)


def _words(envelope: Envelope[Any], scheduled_id: str, text: str | None) -> Row:
    return row(envelope, "scheduled_words", scheduled_id=scheduled_id, text=text)


def _end(envelope: Envelope[Any], scheduled_id: str, state: str, **values: object) -> Row:
    return row(
        envelope,
        "scheduled_end",
        scheduled_id=scheduled_id,
        state=state,
        ended_at=envelope.time,
        **{**_NOTHING, **values},
    )
