"""A story told to a service's handlers through the kernel's own pass: nothing is folded by hand.

`given` what happened, `when` a command or a foreign event comes, `then` look at what would be
published. Whatever the kernel gives (ids, sequences, repeats, refusals as answers) is the kernel's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from schemas import catalog, codec
from schemas.answer import CommandAccepted, CommandRefused
from schemas.base import JsonObject
from schemas.envelope import Envelope
from services.kernel import ids
from services.kernel.deciding import Knowledge, Pass, Plan
from services.kernel.handling import MAX_LOAD_ROUNDS, Effect, Handlers, Part, Timer

#: When every story begins.
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TENANT = "acme"
#: Passes over one record: its needs come in rounds, then its sequences and what it touches.
_MAX_PASSES = MAX_LOAD_ROUNDS + 4


@dataclass(frozen=True)
class Told:
    """What followed from one record, as it would be published and written."""

    envelope: Envelope[Any]
    events: Sequence[Envelope[Any]]
    commands: Sequence[Envelope[Any]]
    answers: Sequence[Envelope[Any]]
    timers: Sequence[Timer]
    effects: Sequence[Effect]

    @property
    def facts(self) -> list[Any]:
        """Give the data of the events, in order."""
        return [event.data for event in self.events]

    @property
    def wishes(self) -> list[Any]:
        """Give the data of the commands, in order."""
        return [command.data for command in self.commands]

    @property
    def kinds(self) -> list[str]:
        """Name the events, in order."""
        return [type(event.data).__name__ for event in self.events]

    @property
    def answer(self) -> JsonObject | None:
        """Give what whoever asked was told; AssertionError if it was a no."""
        for envelope in self.answers:
            assert isinstance(envelope.data, CommandAccepted), envelope.data
            return envelope.data.state
        return None

    @property
    def refusal(self) -> CommandRefused:
        """Give the no; AssertionError if there was none, or if something happened beside it."""
        assert self.answers, f"{self.envelope.type} was not answered: {self.kinds}"
        answered = self.answers[0].data
        assert isinstance(answered, CommandRefused), answered
        assert self.is_quiet
        assert answered.text
        return answered

    @property
    def is_quiet(self) -> bool:
        """Tell whether nothing followed, but perhaps an answer."""
        return not (self.events or self.commands or self.timers or self.effects)

    def then(self, *expected: msgspec.Struct) -> "Told":
        """Expect exactly these events."""
        assert self.facts == list(expected)
        return self


class Scenario:
    """One service, from nothing; keeps parts as JSON between records, as Postgres does."""

    def __init__(self, service: str, handlers: Handlers) -> None:
        self._service = service
        self._handlers = handlers
        self._known = Knowledge()
        self._stored: dict[str, bytes] = {}
        self._count = 0
        self.log: list[Envelope[Any]] = []

    def given(self, *history: msgspec.Struct | Envelope[Any]) -> "Scenario":
        """Let these happen, and expect no refusal."""
        for item in history:
            told = self.when(item)
            assert not any(isinstance(a.data, CommandRefused) for a in told.answers), told.answers
        return self

    def when(self, item: msgspec.Struct | Envelope[Any], at: datetime | None = None) -> Told:
        """Let one record come; a plain command or event is put into an envelope of its own."""
        self._count += 1
        envelope = item if isinstance(item, Envelope) else self.wrap(item)
        if at is not None:
            envelope = msgspec.structs.replace(envelope, time=at)
        envelope = codec.decode(codec.encode(envelope))
        plan = self._plan(envelope)
        self._commit(plan)
        return self._told(envelope, plan)

    def wrap(
        self,
        data: msgspec.Struct,
        *,
        subject: str = "",
        key: str = "",
        tenant: str | None = TENANT,
        source: str = "gateway",
        id_: str = "",
    ) -> Envelope[Any]:
        """Put data into an envelope; without an id it is one that nobody had before."""
        subject = subject or _subject(data)
        id_ = id_ or ids.derive("told", str(self._count), subject, catalog.wire_name(data))
        return Envelope(
            id=id_,
            type=catalog.wire_name(data),
            source=source,
            subject=subject,
            time=START + timedelta(seconds=self._count),
            partitionkey=key or subject,
            tenant=tenant,
            correlation=id_,
            data=data,
        )

    def part(self, key: str) -> Any:  # noqa: ANN401 - the test knows which part it asks for
        """Give a part as it is stored, or None."""
        stored = self._stored.get(key)
        if stored is None:
            return None
        return msgspec.json.decode(stored, type=self._handlers.part_type(key))

    def parts(self) -> dict[str, bytes]:
        """Give all parts, to compare."""
        return dict(self._stored)

    def refolded(self) -> dict[str, bytes]:
        """Fold the whole log again from nothing, as `tandem refold` does."""
        again: dict[str, bytes] = {}
        for event in self.log:
            keys = tuple(self._handlers.touches(event))
            view = {key: self._read(key, again[key]) for key in keys if key in again}
            changed = self._handlers.evolve(event, view)
            assert set(changed) <= set(keys), f"{event.type} changed what it does not touch"
            again.update({key: msgspec.json.encode(part) for key, part in changed.items()})
        return again

    def _read(self, key: str, stored: bytes) -> Part:
        return msgspec.json.decode(stored, type=self._handlers.part_type(key))

    def _plan(self, envelope: Envelope[Any]) -> Plan:
        for _ in range(_MAX_PASSES):
            pass_ = Pass(self._service, self._handlers, self._known)
            pass_.decide(envelope)
            if not pass_.misses:
                return pass_.plan
            for key in pass_.misses.parts:
                self._known.parts[key] = self.part(key)
            for stream in pass_.misses.sequences:
                self._known.sequences[stream] = 0
        raise AssertionError(f"{envelope.type} is never satisfied")

    def _commit(self, plan: Plan) -> None:
        self._stored.update({key: msgspec.json.encode(part) for key, part in plan.parts.items()})
        self._known.parts.clear()
        self._known.sequences.update(plan.sequences)
        self._known.outcomes.update(plan.outcomes)
        self._known.seen.update(plan.outcomes)

    def _told(self, envelope: Envelope[Any], plan: Plan) -> Told:
        published = [(out.topic, codec.decode(out.value)) for out in plan.outgoing]
        events = [data for topic, data in published if topic.endswith("-events")]
        if catalog.ENTRIES[envelope.type][1].endswith("-events") and plan.outcomes:
            self.log.append(envelope)
        self.log.extend(events)
        return Told(
            envelope=envelope,
            events=events,
            commands=[
                data for topic, data in published if topic.endswith(("-commands", "letters"))
            ],
            answers=[data for topic, data in published if topic == "answers"],
            timers=[row.timer for row in plan.timers],
            effects=[row.effect for row in plan.effects],
        )


def _subject(data: msgspec.Struct) -> str:
    for name in ("queue_id", "conversation_id", "recipient", "extension_id", "number", "tenant_id"):
        value = getattr(data, name, None)
        if isinstance(value, str):
            return value
    return "anything"
