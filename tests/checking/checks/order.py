"""Order: dense sequences, dense positions, and texts on phones in the order of the conversation."""

from collections import defaultdict
from collections.abc import Iterator

from schemas.carrier import MessageArrived
from schemas.conversation import MessageReceived, MessageRetried, MessageSubmitted
from services.kernel import ids
from tests.checking.evidence import Anomaly, Evidence

_NAME = "order-break"


def streams(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect 1, 2, 3… in every stream, in the order of its partition (I4)."""
    for (topic, subject), run in evidence.streams.items():
        found = [seen.envelope.sequence for seen in run]
        if found != list(range(1, len(run) + 1)):
            yield Anomaly(_NAME, f"{topic} {subject}: {found}")
        if len({seen.at for seen in run}) > 1:
            yield Anomaly(_NAME, f"{topic} {subject} lies in several partitions")


def messages(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect dense positions, and texts in the order in which ingest put them on the log."""
    positions: dict[str, list[int]] = defaultdict(list)
    received: dict[str, list[str]] = defaultdict(list)
    for seen in evidence.events("conversation-events"):
        message = seen.envelope.data
        if isinstance(message, MessageReceived | MessageSubmitted):
            positions[message.conversation_id].append(message.position)
        if isinstance(message, MessageReceived):
            received[seen.envelope.partitionkey].append(message.message_id)
    for conversation_id, found in positions.items():
        if found != list(range(1, len(found) + 1)):
            yield Anomaly(_NAME, f"{conversation_id}: positions {found}")
    arrived = _arrived(evidence)
    for key, texts in received.items():
        if texts != arrived[key][: len(texts)]:
            yield Anomaly(_NAME, f"{key}: texts came in as {arrived[key]}, stand as {texts}")


def _arrived(evidence: Evidence) -> dict[str, list[str]]:
    """Give the texts of each partition key as ingest put them on the log."""
    found: dict[str, list[str]] = defaultdict(list)
    for seen in evidence.firsts("carrier-events"):
        if isinstance(seen.envelope.data, MessageArrived):
            found[seen.envelope.partitionkey].append(ids.derive(seen.envelope.id, "message"))
    return found


def phones(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect a phone to get a conversation's texts in its order, but for those tried again.

    A process that was frozen in the middle of a call may make it when it wakes: the text is shown
    as `unknown` by then, and those behind it have gone.
    """
    position: dict[str, int] = {}
    exempt: set[str] = set()
    where: dict[str, str] = {}
    for seen in evidence.events("conversation-events"):
        message = seen.envelope.data
        if isinstance(message, MessageSubmitted):
            position[message.message_id] = message.position
            where[message.message_id] = message.conversation_id
        elif isinstance(message, MessageRetried):
            exempt.add(message.message_id)
    exempt |= _of_the_frozen(evidence)
    last: dict[tuple[str, str], int] = {}
    for entry in evidence.history.of("text-out"):
        id_ = entry.about["message_id"]
        if id_ in exempt or id_ not in position:
            continue
        line = (where[id_], entry.about["recipient"])
        if position[id_] < last.get(line, 0):
            yield Anomaly(_NAME, f"{line}: {position[id_]} was sent after {last[line]}")
        last[line] = max(position[id_], last.get(line, 0))


def _of_the_frozen(evidence: Evidence) -> set[str]:
    """Name the texts whose call was made by a process that had just been frozen."""
    return {
        entry.about["message_id"]
        for entry in evidence.history.of("carrier-call")
        if entry.about.get("thawed", -1.0) >= 0 and 0 <= entry.at - entry.about["thawed"] < _JUST
    }


#: Seconds after it wakes in which a process may still do what it was about to do.
_JUST = 5.0
