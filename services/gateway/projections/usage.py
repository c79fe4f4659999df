"""What usage counts: every text by its number and person, each sending of it, and its end.

It outlives what was said: a deleted message has been paid for.
"""

from collections.abc import Iterator
from typing import Any

from schemas.conversation import MessageReceived, MessageSubmitted
from schemas.delivery import DeliveryChanged, SendPlanned, SendRefused
from schemas.envelope import Envelope
from services.carriers import encoding
from services.gateway.domain.rows import Row
from services.gateway.projections.rows import row

#: What a text may be in the end; between them it is on its way.
_ENDS = {"delivered": False, "failed": True, "undelivered": True}


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn a text, its sending or its end into the row that is counted."""
    match envelope.data:
        case MessageReceived() as event:
            yield _text(
                envelope,
                direction="in",
                extension_id=event.members[0] if len(event.members) == 1 else None,
                segments=encoding.measure(event.text).segments,
            )
        case MessageSubmitted(number=str()) as event:
            yield _text(envelope, direction="out", extension_id=event.author, segments=0)
        case SendPlanned(segments=segments):
            yield _sending(envelope, at=envelope.time, sent=True, segments=segments)
        case SendRefused():
            yield _sending(envelope, at=envelope.time, sent=False, segments=0)
        case DeliveryChanged(status=status) if status in _ENDS:
            yield row(envelope, "usage_end", **_leg(envelope), failed=_ENDS[status])


def _text(envelope: Envelope[Any], **values: object) -> Row:
    event: MessageReceived | MessageSubmitted = envelope.data
    return row(
        envelope,
        "usage_text",
        message_id=event.message_id,
        at=envelope.time,
        number=event.number,
        mms=bool(event.files),
        **values,
    )


def _sending(envelope: Envelope[Any], **values: object) -> Row:
    return row(envelope, "usage_sending", **_leg(envelope), **values)


def _leg(envelope: Envelope[Any]) -> dict[str, object]:
    event = envelope.data
    return {
        "message_id": event.message_id,
        "recipient": event.recipient,
        "attempt": event.attempt,
    }
