"""The checker of reliability.md §4 for a run of all carriers: the log against what passed outside.

What passed outside is the carriers' own journal; the log is read once, whole, when all is quiet.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.carrier import MessageArrived
from schemas.conversation import MessageReceived, MessageSubmitted
from schemas.delivery import DeliveryChanged
from schemas.envelope import Envelope
from services.ops import refold
from services.ops.log import envelopes, events_topics
from tests.support.lines import LINES

_NUMBERS = {line.number: line for line in LINES}
#: Ingest knows no tenants.
_BEFORE_TENANTS = "carrier-events"
_ENDS = ("accepted", "queued", "sent", "failed", "undelivered", "delivered")

Entry = Mapping[str, Any]


@dataclass
class Seen:
    """What the log says of our lines."""

    #: Event ids by the carrier's id of a customer's text, and what the text says.
    arrived: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    texts: dict[str, str] = field(default_factory=dict)
    #: Of each conversation: positions and texts, in the order of the log.
    said: dict[str, list[tuple[int, str, str]]] = field(default_factory=lambda: defaultdict(list))
    tenants: dict[str, set[str | None]] = field(default_factory=lambda: defaultdict(set))
    sequences: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    #: A service that was killed may publish again what it had published: the same events.
    ids: set[str] = field(default_factory=set)
    #: By our message id: its text, and how far it came at last.
    submitted: dict[str, MessageSubmitted] = field(default_factory=dict)
    #: Events of ours that name no cause, or not what began it all.
    uncaused: list[str] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)

    def add(self, topic: str, envelope: Envelope[Any]) -> None:
        """Take in one event; the first of its repeats counts, as it does for every consumer."""
        if envelope.id in self.ids:
            return
        self.ids.add(envelope.id)
        self._place(topic, envelope)
        event = envelope.data
        match event:
            case MessageArrived() if event.number in _NUMBERS:
                self.arrived[event.provider_message_id].add(envelope.id)
                self.texts[event.provider_message_id] = event.text
            case MessageReceived() if event.number in _NUMBERS:
                self._say(event, "in")
            case MessageSubmitted() if event.number in _NUMBERS:
                self.submitted[event.message_id] = event
                self._say(event, "out")
            case DeliveryChanged() if event.message_id in self.submitted:
                self.states[event.message_id] = event.status

    def _place(self, topic: str, envelope: Envelope[Any]) -> None:
        """Note where it stands: in its stream, in its tenant, and after what."""
        if envelope.sequence is not None:
            self.sequences[topic, envelope.subject].append(envelope.sequence)
        if topic == _BEFORE_TENANTS:
            return
        if not (envelope.causation and envelope.correlation):
            self.uncaused.append(f"{envelope.type} {envelope.id}")
        number = getattr(envelope.data, "number", None)
        if number in _NUMBERS:
            self.tenants[number].add(envelope.tenant)

    def _say(self, event: MessageReceived | MessageSubmitted, way: str) -> None:
        self.said[event.conversation_id].append((event.position, way, event.text))


async def read(servers: str) -> Seen:
    """Read the whole log once, deliveries after what they deliver."""
    seen = Seen()
    topics = events_topics()
    for names in ([one for one in topics if one != "delivery-events"], ["delivery-events"]):
        async for record, envelope in envelopes(servers, names):
            seen.add(record.topic, envelope)
    return seen


def check_nothing_is_lost_or_invented(seen: Seen, journal: Iterable[Entry]) -> None:
    """I1, I2, I3: what was answered by 2xx is there, once, as it was said; and nothing else is."""
    entries = list(journal)
    written = {one["id"]: one["text"] for one in _texts(entries, "in")}
    taken = {one["id"] for one in entries if one["kind"] == "message" and _is_taken(one)}
    assert set(written) <= taken, "a customer's text was never taken"
    assert {id_: seen.texts.get(id_) for id_ in written} == written
    assert set(seen.texts) == set(written), "a text that nobody wrote"
    assert {len(found) for found in seen.arrived.values()} == {1}
    received = Counter(text for one in seen.said.values() for _, way, text in one if way == "in")
    assert received == Counter(written.values())


def check_order(seen: Seen) -> None:
    """I4: positions and sequences are dense, and grow in the order of the log."""
    for conversation, said in seen.said.items():
        assert [position for position, *_ in said] == list(range(1, len(said) + 1)), conversation
    for stream, found in seen.sequences.items():
        assert found == list(range(found[0], found[0] + len(found))), (stream, found)


def check_causes(seen: Seen) -> None:
    """I14: every change has one event, which names its cause and what began it all."""
    assert seen.uncaused == []


async def check_folds(servers: str, dsns: Mapping[str, str]) -> None:
    """I7: what the deciders of texts keep is the fold of the log, to the last part."""
    for service, dsn in dsns.items():
        found = await refold.fold(service, servers, dsn)
        assert found.different == (), service
        assert found.parts


def check_tenants(seen: Seen) -> None:
    """Nothing about a number is ever said under another tenant."""
    assert seen.tenants == {number: {line.tenant} for number, line in _NUMBERS.items()}


def check_sent_once(seen: Seen, journal: Iterable[Entry]) -> None:
    """I9, I3: a text of ours reached the carrier at most once, and only if it was said."""
    handed = Counter(one["text"] for one in _texts(journal, "out"))
    assert set(handed) <= {event.text for event in seen.submitted.values()}
    own = {event.text for event in seen.submitted.values() if event.author is not None}
    assert {text: count for text, count in handed.items() if text in own and count > 1} == {}


def check_receipts(seen: Seen, journal: Iterable[Entry]) -> None:
    """The end is the join of all reports that were taken, whatever their order and number."""
    entries = list(journal)
    texts = {one["id"]: one["text"] for one in _texts(entries, "out")}
    reported: dict[str, set[str]] = defaultdict(set)
    for one in entries:
        if one["kind"] == "receipt" and one["id"] in texts and _is_taken(one):
            reported[texts[one["id"]]].add(one["state"])
    ended = {
        event.text: seen.states.get(message_id)
        for message_id, event in seen.submitted.items()
        if event.author is not None and event.text in reported
    }
    wanted = {text: max(states, key=_ENDS.index) for text, states in reported.items()}
    assert ended == {text: state for text, state in wanted.items() if text in ended}
    assert len(ended) == len([text for text in wanted if text.startswith("out ")])


def _texts(journal: Iterable[Entry], direction: str) -> list[Entry]:
    """Give what was written on our lines, one way."""
    return [
        one
        for one in journal
        if one["kind"] == "text" and one["direction"] == direction and one["number"] in _NUMBERS
    ]


def _is_taken(entry: Entry) -> bool:
    return entry["result"] == "answered" and entry["status"] in range(200, 300)
