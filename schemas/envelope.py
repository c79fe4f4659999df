"""The wrapper of every record value: CloudEvents 1.0, structured JSON (house.md §4)."""

from datetime import datetime
from typing import Generic, TypeVar

import msgspec

DataT = TypeVar("DataT")


class Envelope(
    msgspec.Struct,
    Generic[DataT],
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="specversion",  # a tag is always written, a default would be omitted
    tag="1.0",
):
    """One event, command or answer with all that is known of it.

    `sequence` is 1, 2, 3… within the stream (topic and subject), given by its decider; commands,
    answers, signals and `carrier-events` have none, there the derived `id` is compared.
    """

    id: str
    #: `<stem>.<name in kebab-case>.v<N>`; schemas.catalog turns it into a class.
    type: str
    source: str
    subject: str
    #: When it happened, aware UTC, by Postgres's clock; a consequence carries its cause's time.
    time: datetime
    partitionkey: str
    #: None only on `carrier-events`: ingest knows no tenants.
    tenant: str | None = None
    sequence: int | None = None
    #: The request that began it all; equals `id` on a client's own command.
    correlation: str
    #: The event or command that directly caused it; None where a request began.
    causation: str | None = None
    #: W3C Trace Context.
    traceparent: str | None = None
    data: DataT
