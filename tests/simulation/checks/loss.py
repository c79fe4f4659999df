"""Lost writes: what was accepted is on the log, decided, answered and shown (I1, I2, I10)."""

from collections.abc import Iterator

from schemas.carrier import MessageArrived
from schemas.conversation import MessageReceived, MessageSubmitted
from schemas.queue import MarkAway, MarkPresent
from services.carriers.contract import Request
from services.carriers.registry import CARRIERS
from services.ingest.domain import identity
from services.kernel import ids
from tests.simulation.carriers import accounts
from tests.simulation.evidence import Anomaly, Evidence
from tests.simulation.history import Entry

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


def _events(entry: Entry) -> dict[str, object]:
    """Say what an accepted webhook tells, by the ids that its events must have."""
    name = entry.about["carrier"]
    request = Request(
        method="POST",
        query=entry.about["query"],
        headers=(),
        body=entry.about["body"].encode(),
    )
    parsed = CARRIERS[name].parse(request, accounts()[name])
    return {ids.derive(*identity(event)): event for event in parsed}


def _accepted(evidence: Evidence) -> Iterator[tuple[str, object]]:
    for entry in evidence.history.of("webhook"):
        if 200 <= entry.about["status"] < 300:
            yield from _events(entry).items()


def on_the_log(evidence: Evidence) -> Iterator[Anomaly]:
    """Once all is settled: what was answered 2xx is on the log. Always: nothing else is (I3)."""
    present = {seen.envelope.id for seen in evidence.all("carrier-events")}
    accepted = dict(_accepted(evidence))
    if evidence.settled_at is not None:
        for id_ in accepted.keys() - present:
            yield Anomaly(_NAME, f"a webhook was accepted, its event {id_} is not on the log")
    sent = {entry.about["id"] for entry in evidence.history.of("text-in", "text-out")}
    for seen in evidence.all("carrier-events"):
        if seen.envelope.data.provider_message_id not in sent:
            yield Anomaly("duplicate-effect", f"{seen.envelope.id}: nobody sent this")


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
    for id_, event in _accepted(evidence):
        if isinstance(event, MessageArrived) and ids.derive(id_, "message") not in said:
            yield Anomaly(_NAME, f"the text of {id_} is in no conversation")
    shown = evidence.model.rows["message"]
    for message_id in sorted(said):
        if (message_id,) not in shown:
            yield Anomaly(_NAME, f"message {message_id} is not in the read model")


def nothing_broke(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect no process to end by a bug, and no record to be set aside: all of them are sound."""
    for text in (*evidence.broken, *evidence.dead):
        yield Anomaly("broken", text)
