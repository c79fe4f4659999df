"""What the index of the log holds of a record: where it is and what it follows from, no more."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from schemas.catalog import ENTRIES
from schemas.envelope import Envelope
from services.kernel.runtime import Record

#: Fields that name who did it, the surest first; `agent_id` only where nobody else did it to them.
ACTORS = ("by", "author", "actor", "started_by", "opened_by", "transferred_by", "approved_by")
_AGENTS_OWN = (
    "queue.agent-",
    "queue.conversation-claimed",
    "queue.claim-renewed",
    "queue.log-",
    "queue.mark-",
    "queue.claim-conversation",
    "queue.reply-to-customer",
    "desk.decline-offer",
)
#: Definitions of one's own and devices have no other field for whose wish it was.
_OWN = {
    "directory.settings-chosen": "extension_id",
    "directory.choose-settings": "extension_id",
    "device.": "recipient",
    "notification.push-": "recipient",
    "notification.subscribe-push": "recipient",
    "notification.unsubscribe-push": "recipient",
}
#: As `services.kernel.telemetry` masks: four digits stay.
_NUMBER = re.compile(r"\+\d{5,}(?=\d{4})")
#: A number of ours is nobody's secret.
_OURS = "number/"


@dataclass(frozen=True, slots=True)
class Fact:
    """A record as the index keeps it; `position` is given when it is written."""

    id: str
    command: bool
    topic: str
    partition: int
    offset: int
    at: datetime
    type: str
    subject: str
    tenant: str | None
    actor: str | None
    causation: str | None
    correlation: str


class _Actors(msgspec.Struct):
    """Fields of any record that may say who did it."""

    by: Any = None
    author: Any = None
    actor: Any = None
    started_by: Any = None
    opened_by: Any = None
    transferred_by: Any = None
    approved_by: Any = None
    agent_id: Any = None
    recipient: Any = None
    extension_id: Any = None


_DECODER = msgspec.json.Decoder(Envelope[_Actors])


def fact_of(record: Record) -> Fact | None:
    """Give what the index keeps of a record; None of bytes that are no envelope of ours.

    A type that this version does not know is kept like any other: only its header is read.
    """
    try:
        envelope = _DECODER.decode(record.value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return Fact(
        id=_storable(envelope.id),
        command=is_command(record.topic),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        at=envelope.time,
        type=_storable(envelope.type),
        subject=masked(_storable(envelope.subject)),
        tenant=_maybe(envelope.tenant),
        actor=_maybe(_actor(envelope)),
        causation=_maybe(envelope.causation),
        correlation=_storable(envelope.correlation),
    )


def is_command(topic: str) -> bool:
    return topic.endswith("-commands")


def masked(subject: str) -> str:
    """Hide counterparts' numbers; the same number is hidden in the same way everywhere."""
    return subject if subject.startswith(_OURS) else _NUMBER.sub("…", subject)


def types() -> tuple[str, ...]:
    """Every type of the log that the index may hold, by name."""
    return tuple(sorted(name for name, (_, topic) in ENTRIES.items() if is_kept(topic)))


def is_kept(topic: str) -> bool:
    """Tell the topics of the index: what happened, and what was wished."""
    return topic.endswith(("-events", "-commands"))


def _actor(envelope: Envelope[_Actors]) -> str | None:
    data = envelope.data
    found = next((one for name in ACTORS if (one := getattr(data, name))), None)
    if found is None and envelope.type.startswith(_AGENTS_OWN):
        found = data.agent_id
    if found is None:
        found = next(
            (getattr(data, name) for kind, name in _OWN.items() if envelope.type.startswith(kind)),
            None,
        )
    return found if isinstance(found, str) else None


def _maybe(text: str | None) -> str | None:
    return None if text is None else _storable(text)


def _storable(text: str) -> str:
    """Postgres's text holds no NUL."""
    return text.replace("\x00", "\ufffd")
