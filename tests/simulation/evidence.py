"""What a run leaves behind, as the checker looks at it: log, history, stores, read model."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from schemas import codec
from schemas.envelope import Envelope
from services.kernel.handling import Handlers
from services.kernel.runtime import Record, TopicPartition
from tests.simulation.history import History
from tests.simulation.read_model import ReadModel, copied, rebuilt
from tests.simulation.store import Schema
from tests.simulation.world import World


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
    model: ReadModel
    rebuilt: ReadModel
    #: The moment of judging, and by when all had to be settled, loop seconds; None amid faults.
    ended_at: float
    settled_at: float | None = None
    _topics: dict[str, list[Seen]] = field(default_factory=dict)

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


def gather(world: World, settled_at: float | None = None) -> Evidence:
    """Take down how a world stands now; later work does not change it."""
    records = {at: tuple(run) for at, run in world.log.partitions().items()}
    return Evidence(
        records=records,
        history=world.history,
        handlers=world.handlers,
        parts={name: dict(schema.parts) for name, schema in world.schemas.items()},
        decided={name: dict(schema.results) for name, schema in world.schemas.items()},
        outbox={name: len(schema.outbox) for name, schema in world.schemas.items()},
        effects={name: len(schema.effects) for name, schema in world.schemas.items()},
        timers=[rung for name, schema in world.schemas.items() for rung in _rungs(name, schema)],
        dead=[
            f"{name} set aside {letter.topic}/{letter.partition}/{letter.offset}: {letter.error}"
            for name, schema in world.schemas.items()
            for letter in schema.dead.values()
        ],
        broken=[f"{one.process}: {one.error}" for one in world.broken],
        model=copied(world.model),
        rebuilt=rebuilt(world.log, world.model.watermark),
        ended_at=world.now,
        settled_at=settled_at,
    )


def _rungs(service: str, schema: Schema) -> Iterator[Rung]:
    for row in (*schema.timers.values(), *schema.fired.values()):
        yield Rung(service, row.id, row.due_at, fired=row.fired_at is not None)
