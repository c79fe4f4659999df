"""Making rows: an event that determines one has a tenant and a place in its stream."""

from schemas.envelope import Envelope
from services.gateway.domain.rows import Row


def row(envelope: Envelope[object], table: str, **values: object) -> Row:
    """Build the row that this event determines; its values are JSON's, and times with a zone."""
    if envelope.sequence is None or envelope.tenant is None:
        raise ValueError(f"{envelope.type} without sequence or tenant")
    return Row(table, envelope.tenant, envelope.sequence, values)
