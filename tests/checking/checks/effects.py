"""One effect for one cause, and every table the fold of the log (I2, I7, I9)."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from schemas.conversation import MessageReceived, MessageSubmitted
from schemas.media import FileRefused, FileStored
from schemas.notification import NotificationDecided
from services.kernel.kafka.topics import described
from services.kernel.refold import Fold
from tests.checking.evidence import Anomaly, Evidence

_TWICE = "duplicate-effect"
_DIFFERS = "projection-divergence"
_DEFINITE = frozenset({"delivered", "undelivered", "failed", "unknown"})


def one_effect(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect a repeat to be the same bytes, and a cause to have one event of its kind."""
    for topic in evidence.event_topics:
        yield from _same_bytes(evidence, topic)
    causes: dict[tuple[object, ...], str] = {}
    for seen in evidence.events(*evidence.event_topics):
        cause = _cause(seen.envelope.data)
        if cause is None:
            continue
        first = causes.setdefault(cause, seen.envelope.id)
        if first != seen.envelope.id:
            yield Anomaly(_TWICE, f"{cause}: {first} and {seen.envelope.id}")
    yield from _one_answer(evidence)


def _same_bytes(evidence: Evidence, topic: str) -> Iterator[Anomaly]:
    values: dict[str, bytes] = {}
    places: dict[tuple[str, int | None], str] = {}
    for seen in evidence.all(topic):
        event = seen.envelope
        if values.setdefault(event.id, seen.value) != seen.value:
            yield Anomaly(_TWICE, f"{topic}: {event.id} is two different events")
        place = (event.subject, event.sequence)
        if places.setdefault(place, event.id) != event.id:
            yield Anomaly(_TWICE, f"{topic}: {place} is {places[place]} and {event.id}")


def _cause(data: object) -> tuple[object, ...] | None:
    """Name what may have one event of this kind only."""
    match data:
        case MessageReceived():
            return ("received", data.message_id)
        case MessageSubmitted(client_id=str()):
            return ("submitted", data.conversation_id, data.client_id)
        case MessageSubmitted():
            return ("submitted", data.message_id)
        case FileStored() | FileRefused():
            return ("file", data.message_id, data.index)
        case NotificationDecided():
            return ("told", data.recipient, data.cause_id, data.occasion, data.channel)
        case _:
            return None


def _one_answer(evidence: Evidence) -> Iterator[Anomaly]:
    said: dict[str, Any] = {}
    for seen in evidence.all("answers"):
        answer = seen.envelope
        if said.setdefault(answer.correlation, answer.data) != answer.data:
            yield Anomaly(_TWICE, f"wish {answer.correlation} was answered in two ways")


def read_model_is_its_fold(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect the read model to be what the log gives up to its watermark."""
    kept, fresh = evidence.model, evidence.rebuilt
    for name, table in fresh.rows.items():
        yield from _differences(f"read model {name}", kept.rows[name], table)
    yield from _differences("outcomes", kept.outcomes, fresh.outcomes)
    for text in evidence.differs:
        yield Anomaly(_DIFFERS, text)


def state_is_the_fold(evidence: Evidence) -> Iterator[Anomaly]:
    """Fold the log again from nothing, as `tandem refold` does."""
    for service, handlers in evidence.handlers.items():
        fold = Fold(handlers)
        mine = [
            name
            for name, topic in described().items()
            if name.endswith("-events") and service in (*topic.readers, *topic.writers)
        ]
        try:
            for at, run in evidence.records.items():
                for record in run if at.topic in mine else ():
                    fold.add(record)
        except (TypeError, LookupError) as error:  # a history that makes no sense to `evolve`
            yield Anomaly(_DIFFERS, f"{service} cannot be folded: {error!r}")
            continue
        stored = {
            key: msgspec.json.decode(text, type=handlers.part_type(key))
            for key, text in evidence.parts[service].items()
        }
        yield from _differences(service, stored, fold.parts)


def _differences(
    where: str, kept: Mapping[Any, Any], fresh: Mapping[Any, Any]
) -> Iterator[Anomaly]:
    for key in kept.keys() | fresh.keys():
        if kept.get(key) != fresh.get(key):
            yield Anomaly(_DIFFERS, f"{where} {key}: {kept.get(key)} is kept, not {fresh.get(key)}")


def everything_settled(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect nothing unpublished, nothing unperformed, and no text without an end."""
    for service in evidence.outbox:
        if evidence.outbox[service]:
            yield Anomaly("stuck", f"{service} has {evidence.outbox[service]} outbox rows")
        if evidence.effects[service]:
            yield Anomaly("stuck", f"{service} has {evidence.effects[service]} open effects")
    for seen in evidence.events("conversation-events"):
        message = seen.envelope.data
        is_text = isinstance(message, MessageSubmitted) and message.via == "sms"
        if is_text and _may_end(evidence, message):
            yield from _without_end(evidence, message)


def _may_end(evidence: Evidence, message: MessageSubmitted) -> bool:
    """Tell whether all is over that this text could wait for."""
    told = message.message_id not in evidence.unreported
    return told and message.conversation_id not in evidence.postponed


def _without_end(evidence: Evidence, message: MessageSubmitted) -> Iterator[Anomaly]:
    shown = evidence.model.rows["delivery"]
    for recipient in message.recipients:
        row = shown.get((message.message_id, recipient))
        status = row.values["status"] if row else "nothing"
        if status not in _DEFINITE:
            yield Anomaly("stuck", f"{message.message_id} to {recipient} is {status}")
