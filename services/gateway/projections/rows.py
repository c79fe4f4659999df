"""Making rows: an event that determines one has a tenant and a place in its stream."""

from typing import Any

from schemas.envelope import Envelope
from services.gateway.domain.rows import Row


def row(envelope: Envelope[object], table: str, **values: object) -> Row:
    """Build the row that this event determines; its values are JSON's, and times with a zone."""
    if envelope.sequence is None or envelope.tenant is None:
        raise ValueError(f"{envelope.type} without sequence or tenant")
    return Row(table, envelope.tenant, envelope.sequence, values)


def pill(
    envelope: Envelope[Any], kind: str, about: dict[str, object], note: str | None = None
) -> Row:
    """Build the line that people read about what happened to a queue's conversation."""
    event = envelope.data
    return row(
        envelope,
        "pill",
        pill_id=envelope.id,
        conversation_id=event.conversation_id,
        queue_id=event.queue_id,
        at=envelope.time,
        kind=kind,
        about=about,
        note=note,
    )
