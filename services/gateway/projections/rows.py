"""Making rows: text that Postgres can hold, times that JSON can."""

from datetime import datetime
from typing import Any

from schemas.envelope import Envelope
from services.gateway.domain.rows import Row


def row(envelope: Envelope[Any], table: str, **values: object) -> Row:
    """Build the row that this event determines."""
    if envelope.sequence is None or envelope.tenant is None:
        raise ValueError(f"{envelope.type} without sequence or tenant")
    plain = {name: _plain(value) for name, value in values.items()}
    return Row(table, envelope.tenant, envelope.sequence, plain)


def _plain(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")  # Postgres's text and jsonb hold no NUL
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value
