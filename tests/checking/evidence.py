"""What a run leaves behind, as the checker looks at it: log, history, stores, read model, screens.

The simulator and the rig on real processes both gather this, and are judged by the same checks.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from schemas import codec
from schemas.envelope import Envelope
from services.gateway.domain.rows import Row
from services.kernel.handling import Handlers
from services.kernel.runtime import Record, TopicPartition
from tests.checking.history import History

Key = tuple[object, ...]


class Anomaly(NamedTuple):
    """What went wrong, by its name, and where to look."""

    name: str
    text: str


class Seen(NamedTuple):
    """A record, decoded."""

    at: TopicPartition
    offset: int
    #: True time at which it was appended, milliseconds.
    stamp: int
    envelope: Envelope[Any]
    value: bytes


@dataclass
class Rung:
    """A timer: when it was due, and whether it is marked as fired."""

    service: str
    id: str
    due_at: datetime
    fired: bool


@dataclass
class Tables:
    """A read model: rows by table and key, and what became of commands."""

    rows: Mapping[str, Mapping[Key, Row]]
    outcomes: Mapping[str, object] = field(default_factory=dict)


@dataclass
class Visit:
    """One socket of a screen: where it wished to go on, and what it was told."""

    after: int
    sequences: list[int] = field(default_factory=list)


@dataclass
class Trace:
    """What one screen was told of one feed, over all its sockets."""

    viewer: str
    tenant: str
    feed_id: str
    visits: list[Visit] = field(default_factory=list)
    #: Every conversation that a frame was about.
    conversations: set[str] = field(default_factory=set)
    #: Where the feed ended when all was settled; None where nobody looked, or it was another feed.
    head: int | None = None


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How exactly time can be told, seconds: what a check allows for the world it looks at."""

    #: Postgres's clock steps by so much in a run; it is the clock, so this is no fault of a timer.
    step: float
    #: A timer that came due in peace rings within this.
    late: float
    #: What is on its way to a carrier may be held up so long, and cannot be called back.
    way: float = 0.0


@dataclass
class Evidence:
    """Everything that is judged."""

    records: Mapping[TopicPartition, Sequence[Record]]
    history: History
    handlers: Mapping[str, Handlers]
    #: By service: parts as JSON, ids of what is decided, open outbox rows, open effects, timers.
    parts: Mapping[str, Mapping[str, str]]
    decided: Mapping[str, Mapping[str, str | None]]
    outbox: Mapping[str, int]
    effects: Mapping[str, int]
    timers: Sequence[Rung]
    dead: Sequence[str]
    broken: Sequence[str]
    model: Tables
    rebuilt: Tables
    #: Ids of the events that carriers were told yes about, and whether each is a text.
    accepted: Mapping[str, bool]
    #: Which organisation each person, queue and number of ours belongs to.
    owners: Mapping[str, str]
    bounds: Bounds
    #: The date of second zero of history and of the two moments below.
    began: datetime
    #: The moment of judging, and by when all had to be settled, seconds; None amid faults.
    ended_at: float
    settled_at: float | None = None
    traces: Sequence[Trace] = ()
    #: What a replay beside the serving read model found to differ.
    differs: Sequence[str] = ()
    #: Pass marks of the fault table that were not met.
    missed: Sequence[str] = ()
    #: Messages whose carrier gave up reporting: no end of theirs will ever be known.
    unreported: AbstractSet[str] = frozenset()
    #: Conversations in which a call to a carrier is set for later: what is said there may wait.
    postponed: AbstractSet[str] = frozenset()
    #: Texts (message, recipient) after which a carrier will be asked.
    to_look_up: AbstractSet[tuple[str, str]] = frozenset()
    _topics: dict[str, list[Seen]] = field(default_factory=dict)

    def seconds(self, stamp: int) -> float:
        """Give the moment of a record as history tells it."""
        return stamp / 1000 - self.began.timestamp()

    def all(self, topic: str) -> list[Seen]:
        """Give the records of a topic, partition by partition, in order."""
        if topic not in self._topics:
            self._topics[topic] = [
                Seen(at, record.offset, record.timestamp, codec.decode(record.value), record.value)
                for at, run in self.records.items()
                if at.topic == topic
                for record in run
                if record.value is not None
            ]
        return self._topics[topic]

    def firsts(self, topic: str) -> Iterator[Seen]:
        """Give first occurrences only: what a consumer makes of repeats."""
        ids: set[str] = set()
        for seen in self.all(topic):
            if seen.envelope.id not in ids:
                ids.add(seen.envelope.id)
                yield seen

    @cached_property
    def topics(self) -> list[str]:
        return sorted({at.topic for at in self.records})

    @cached_property
    def event_topics(self) -> list[str]:
        """Name the deciders' own; ingest's have no sequence."""
        ends = "-events"
        return [name for name in self.topics if name.endswith(ends) and name != "carrier-events"]

    @cached_property
    def command_topics(self) -> list[str]:
        return [name for name in self.topics if name.endswith("-commands")]

    def events(self, *topics: str) -> Iterator[Seen]:
        for topic in topics:
            yield from self.firsts(topic)

    @cached_property
    def streams(self) -> dict[tuple[str, str], list[Seen]]:
        """Give each stream's events in the order of their partition."""
        found: dict[tuple[str, str], list[Seen]] = defaultdict(list)
        for topic in self.event_topics:
            for seen in self.firsts(topic):
                found[topic, seen.envelope.subject].append(seen)
        return found
