"""Pure functions from an envelope to rows: each row is whole, and fed by one stream."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from schemas.envelope import Envelope
from services.gateway.domain.rows import Row
from services.gateway.projections import (
    audit,
    consents,
    contacts,
    conversations,
    deletions,
    deliveries,
    delivery_log,
    desk,
    devices,
    directory,
    groups,
    guard,
    labels,
    pills,
    queue_steps,
    queues,
    scheduled,
    usage,
)

#: Stem of an event's type → what projects it.
_BY_STEM: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "conversation": (conversations, consents, scheduled, audit, usage),
        "consent": (consents, audit),
        "guard": (guard, audit),
        "group": (groups,),
        "deletion": (deletions,),
        "muting": (conversations,),
        "directory": (directory, audit),
        "contact": (contacts,),
        "canned": (labels,),
        "device": (devices,),
        "operation": (audit,),
        "tag": (labels,),
        "queue": (queues, pills, desk, queue_steps),
        "desk": (queues, desk, queue_steps),
        "delivery": (deliveries, delivery_log, usage),
        "media": (deliveries,),
    }
)


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn one event into the rows that it determines; none for what no viewer sees."""
    for projection in _BY_STEM.get(envelope.type.partition(".")[0], ()):
        yield from projection.project(envelope)
