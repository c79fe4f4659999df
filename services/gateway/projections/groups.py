"""What changes a named group: its shape, who sees it, and a line in the thread that says so."""

from collections.abc import Iterator
from typing import Any

from schemas.envelope import Envelope
from schemas.group import GroupRenamed, ParticipantLeft, ParticipantRemoved, ParticipantsAdded
from services.gateway.domain.rows import Row
from services.gateway.projections.rows import row
from services.kernel import ids


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn a change of a group into its rows; which texts reach it is nobody's to see."""
    match envelope.data:
        case GroupRenamed() as event:
            yield from _shape(envelope)
            yield _pill(envelope, "renamed", name=event.group.name or "")
        case ParticipantsAdded() as event:
            yield from _shape(envelope)
            for who in (*event.members, *event.counterparts):
                yield _pill(envelope, "added", who=who)
        case ParticipantRemoved() as event:
            yield from _shape(envelope)
            yield _pill(envelope, "removed", who=event.member or event.counterpart or "")
        case ParticipantLeft():
            yield from _shape(envelope)
            yield _pill(envelope, "left")


def _shape(envelope: Envelope[Any]) -> Iterator[Row]:
    event = envelope.data
    yield row(
        envelope,
        "conversation",
        conversation_id=event.conversation_id,
        kind="group",
        number=event.group.number,
        counterparts=event.group.counterparts,
        name=event.group.name,
        partition_key=envelope.partitionkey,
        at=envelope.time,
    )
    yield row(
        envelope,
        "audience",
        conversation_id=event.conversation_id,
        members=event.group.members,
        queue_id=None,
    )


def _pill(envelope: Envelope[Any], kind: str, **about: str) -> Row:
    """Say one thing about one person; it stands beside no queue."""
    event = envelope.data
    return row(
        envelope,
        "pill",
        pill_id=ids.derive(envelope.id, "pill", about.get("who", "")),
        conversation_id=event.conversation_id,
        queue_id="",
        at=envelope.time,
        kind=kind,
        about={"by": event.by, **about},
        note=None,
    )
