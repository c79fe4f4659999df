"""Contacts and callers' names, as they were last kept; of a deleted one only that it was there."""

from collections.abc import Iterator
from typing import Any

import msgspec

from schemas.contact import CallerNameNoted, ContactDefined, ContactRemoved
from schemas.envelope import Envelope
from services.gateway.domain.contacts import fold
from services.gateway.domain.naming import called
from services.gateway.domain.rows import TABLES, Row
from services.gateway.projections.rows import row


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn an event of the phonebook into its one row."""
    match envelope.data:
        case ContactDefined() as event:
            said = msgspec.to_builtins(event)
            said |= {"sorted_by": fold(called(said)), "removed": False, "at": envelope.time}
            yield row(envelope, "contact", **said)
        case ContactRemoved() as event:
            gone = dict.fromkeys(TABLES["contact"].columns)
            gone |= {"contact_id": event.contact_id, "removed": True}
            gone |= {"by": event.by, "at": envelope.time}
            yield row(envelope, "contact", **gone)
        case CallerNameNoted() as event:
            yield row(
                envelope,
                "caller_name",
                caller_id=envelope.subject,
                number=event.number,
                name=event.name,
                source=event.source,
                at=envelope.time,
            )
