"""Lost writes: what was accepted is on the log, decided, answered and shown (I1, I2, I10)."""

from collections.abc import Iterator

from schemas.conversation import MessageReceived, MessageSubmitted
from schemas.queue import MarkAway, MarkPresent
from services.kernel import ids
from tests.checking.evidence import Anomaly, Evidence

_NAME = "lost-write"
#: Wishes that nobody waits for an answer to.
_UNANSWERED = (MarkAway, MarkPresent)
_READERS = {
    "conversation-commands": "router",
    "directory-commands": "router",
    "queue-commands": "queue",
    "delivery-commands": "dispatch",
    "media-commands": "media",
    "notification-commands": "notify",
}


def on_the_log(evidence: Evidence) -> Iterator[Anomaly]:
    """Once all is settled: what was answered 2xx is on the log. Always: nothing else is (I3)."""
    present = {seen.envelope.id for seen in evidence.all("carrier-events")}
    if evidence.settled_at is not None:
        for id_ in evidence.accepted.keys() - present:
            yield Anomaly(_NAME, f"a webhook was accepted, its event {id_} is not on the log")
    sent = {entry.about["id"] for entry in evidence.history.of("text-in", "text-out")}
    for seen in evidence.all("carrier-events"):
        if seen.envelope.data.provider_message_id not in sent:
            yield Anomaly("aborted-read", f"{seen.envelope.id}: nobody sent this")


def everything_decided(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect every command decided, and every wish answered."""
    for topic in evidence.command_topics:
        decided = evidence.decided[_READERS[topic]]
        for seen in evidence.firsts(topic):
            if ids.canonical(seen.envelope.id) not in decided:
                yield Anomaly(_NAME, f"{seen.envelope.type} {seen.envelope.id} was never decided")
    answered = {seen.envelope.correlation for seen in evidence.all("answers")}
    for topic in evidence.command_topics:
        for seen in evidence.firsts(topic):
            asked = seen.envelope.source == "gateway"
            if not asked or isinstance(seen.envelope.data, _UNANSWERED):
                continue
            if seen.envelope.id not in answered:
                yield Anomaly(_NAME, f"{seen.envelope.type} {seen.envelope.id} was never answered")


def everything_shown(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect each text in its conversation, and each message in the read model."""
    said = {
        seen.envelope.data.message_id
        for seen in evidence.all("conversation-events")
        if isinstance(seen.envelope.data, MessageReceived | MessageSubmitted)
    }
    for id_, is_text in evidence.accepted.items():
        if is_text and ids.derive(id_, "message") not in said:
            yield Anomaly(_NAME, f"the text of {id_} is in no conversation")
    shown = evidence.model.rows["message"]
    for message_id in sorted(said):
        if (message_id,) not in shown:
            yield Anomaly(_NAME, f"message {message_id} is not in the read model")


def nothing_broke(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect no process to end by a bug, and no record to be set aside: all of them are sound."""
    for text in (*evidence.broken, *evidence.dead):
        yield Anomaly("broken", text)


def marks_met(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect every pass mark of the fault table that a run could measure."""
    for text in evidence.missed:
        yield Anomaly("missed-mark", text)
