"""Turning a run of records into what follows from them, in memory; pure, so it may be repeated.

One pass decides all records in order over what is loaded. What a pass lacks it names, the batch
loads it at once, and the pass is made again from the start: handlers are pure, so nothing is lost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from schemas import catalog, codec
from schemas.answer import CommandAccepted, CommandRefused
from schemas.envelope import Envelope
from schemas.letter import LetterJudged
from services.kernel import ids
from services.kernel.decider import Refused
from services.kernel.handling import (
    MAX_LOAD_ROUNDS,
    Addressed,
    Effect,
    Handlers,
    Outcome,
    Part,
    Timer,
)
from services.kernel.runtime import Record
from services.kernel.traceparent import follow

Stream = tuple[str, str]


class Outgoing(NamedTuple):
    """A record to publish."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


class TimerRow(NamedTuple):
    """A timer to set."""

    id: str
    timer: Timer
    command: bytes


class EffectRow(NamedTuple):
    """An effect to perform, and the cause that its results will name."""

    id: str
    effect: Effect
    payload: bytes
    cause: str


class Cause(msgspec.Struct, frozen=True):
    """What the commands that report an effect's result inherit."""

    correlation: str
    causation: str
    traceparent: str | None = None


class Dead(NamedTuple):
    """A record set aside, and why."""

    record: Record
    reason: str
    error: str
    stack: str


@dataclass(slots=True)
class Knowledge:
    """What is loaded: a key that is present with None is known to be absent."""

    parts: dict[str, Part | None] = field(default_factory=dict)
    sequences: dict[Stream, int] = field(default_factory=dict)
    outcomes: dict[str, bytes | None] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Misses:
    """What a pass found lacking."""

    parts: set[str] = field(default_factory=set)
    sequences: set[Stream] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.parts or self.sequences)


@dataclass(slots=True)
class Plan:
    """Everything that one statement will write, and what is published after it."""

    parts: dict[str, Part] = field(default_factory=dict)
    sequences: dict[Stream, int] = field(default_factory=dict)
    outcomes: dict[str, bytes | None] = field(default_factory=dict)
    timers: list[TimerRow] = field(default_factory=list)
    effects: list[EffectRow] = field(default_factory=list)
    outgoing: list[Outgoing] = field(default_factory=list)
    dead: list[Dead] = field(default_factory=list)
    parked: dict[bytes, str] = field(default_factory=dict)
    #: What an operator says of dead letters of ours.
    judged: list[LetterJudged] = field(default_factory=list)


class _Missing(Exception):
    """The record cannot be decided yet: something is not loaded."""


class Bug(Exception):
    """A handler raised what is not a refusal; the cause is its own error."""


@dataclass(slots=True)
class _Change:
    """What one record changes, applied only when the whole record has succeeded."""

    parts: dict[str, Part] = field(default_factory=dict)
    sequences: dict[Stream, int] = field(default_factory=dict)
    timers: list[TimerRow] = field(default_factory=list)
    effects: list[EffectRow] = field(default_factory=list)
    outgoing: list[Outgoing] = field(default_factory=list)
    judged: list[LetterJudged] = field(default_factory=list)
    outcome: bytes | None = None


class Pass:
    """One pass over a batch: decides record after record, and keeps the plan and the misses."""

    def __init__(self, service: str, handlers: Handlers, known: Knowledge) -> None:
        self._service = service
        self._handlers = handlers
        self._known = known
        self.plan = Plan()
        self.misses = Misses()

    def decide(self, envelope: Envelope[Any]) -> None:
        """Decide one record; Bug if a handler breaks and nothing before it was missing."""
        seen = self._seen(envelope)
        if seen is not None:
            self._repeat(envelope, seen[0])
            return
        change = _Change()
        try:
            self._decide(envelope, change)
        except _Missing:
            return
        except Exception as error:
            if self.misses:
                return  # decided over holes; the next pass will tell
            raise Bug(type(error).__name__) from error
        self._apply(envelope, change)

    def _seen(self, envelope: Envelope[Any]) -> tuple[bytes | None] | None:
        id_ = ids.canonical(envelope.id)
        if id_ in self.plan.outcomes:
            return (self.plan.outcomes[id_],)
        if id_ in self._known.seen:
            return (self._known.outcomes.get(id_),)
        return None

    def _repeat(self, envelope: Envelope[Any], outcome: bytes | None) -> None:
        """Give a command that is seen again its first answer; an event again changes nothing."""
        if outcome is not None:
            stored = msgspec.json.decode(outcome, type=StoredOutcome)
            data = stored.accepted or stored.refused
            if data is not None:
                self.plan.outgoing.append(self._answer(envelope, data))

    def _decide(self, envelope: Envelope[Any], change: _Change) -> None:
        if isinstance(envelope.data, LetterJudged):  # no handler's matter: the letters are ours
            change.judged.append(envelope.data)
            return
        view = self._view_for(envelope)
        try:
            outcome = self._handlers.decide(envelope, view)
        except Refused as refused:
            outcome = Outcome()
            self._refuse(envelope, refused, change)
        if not is_command(envelope):
            self._fold(envelope, change)
        self._follow(envelope, outcome.events, "event", change)
        self._follow(envelope, outcome.commands, "command", change)
        for timer in outcome.timers:
            change.timers.append(self._timer(envelope, timer))
        for index, effect in enumerate(outcome.effects):
            change.effects.append(self._effect(envelope, effect, index))
        if outcome.refusal is not None:
            self._answered(envelope, _no(outcome.refusal), change)
        elif outcome.answer is not None:
            self._answered(envelope, CommandAccepted(state=outcome.answer), change)

    def _refuse(self, cause: Envelope[Any], refused: Refused, change: _Change) -> None:
        if _asked_by_another(cause, self._service):
            self._answered(cause, _no(refused), change)

    def _view_for(self, envelope: Envelope[Any]) -> Mapping[str, Part]:
        """Load what the handlers need; they are asked again with what is loaded, until stable."""
        view: dict[str, Part] = {}
        asked: set[str] = set()
        for _ in range(MAX_LOAD_ROUNDS + 1):
            keys = set(self._handlers.needs(envelope, view))
            if keys <= asked:
                return view
            asked |= keys
            view = self._parts(asked, _Change())
        raise RuntimeError(f"{envelope.type} needs more than {MAX_LOAD_ROUNDS} rounds")

    def _parts(self, keys: Iterable[str], change: _Change) -> dict[str, Part]:
        view: dict[str, Part] = {}
        missing = False
        for key in keys:
            part = change.parts.get(key) or self.plan.parts.get(key)
            if part is None:
                if key not in self._known.parts:
                    self.misses.parts.add(key)
                    missing = True
                    continue
                part = self._known.parts[key]
            if part is not None:
                view[key] = part
        if missing:
            raise _Missing
        return view

    def _fold(self, event: Envelope[Any], change: _Change) -> None:
        keys = tuple(self._handlers.touches(event))
        if keys:
            view = self._parts(keys, change)
            change.parts.update(self._handlers.evolve(event, view))

    def _follow(
        self, cause: Envelope[Any], addressed: Iterable[Addressed], kind: str, change: _Change
    ) -> None:
        for index, what in enumerate(addressed):
            id_ = ids.derive(cause.id, self._service, kind, str(index))
            sequence = self._next(what, change) if kind == "event" else None
            envelope = wrap(self._service, cause, what, id_, sequence)
            change.outgoing.append(outgoing(catalog.topic_of(what.data), envelope))
            if kind == "event":
                self._fold(envelope, change)

    def _next(self, what: Addressed, change: _Change) -> int:
        stream = (catalog.topic_of(what.data), what.subject)
        last = change.sequences.get(stream, self.plan.sequences.get(stream))
        if last is None:
            last = self._known.sequences.get(stream)
        if last is None:
            self.misses.sequences.add(stream)
            last = 0  # a hole: this pass will be made again
        change.sequences[stream] = last + 1
        return last + 1

    def _timer(self, cause: Envelope[Any], timer: Timer) -> TimerRow:
        id_ = ids.derive(self._service, timer.command.subject, timer.kind, timer.version)
        envelope = wrap(self._service, cause, timer.command, id_, None)
        return TimerRow(id_, timer, codec.encode(envelope))

    def _effect(self, cause: Envelope[Any], effect: Effect, index: int) -> EffectRow:
        id_ = ids.derive(cause.id, self._service, "effect", str(index))
        trace = follow(cause.traceparent, cause.id, self._service)
        inherited = Cause(cause.correlation, cause.id, trace)
        payload = msgspec.json.encode(effect.payload)
        return EffectRow(id_, effect, payload, msgspec.json.encode(inherited).decode())

    def _answered(
        self, cause: Envelope[Any], data: CommandAccepted | CommandRefused, change: _Change
    ) -> None:
        kind = "accepted" if isinstance(data, CommandAccepted) else "refused"
        change.outcome = msgspec.json.encode({kind: data})
        change.outgoing.append(self._answer(cause, data))

    def _answer(self, cause: Envelope[Any], data: CommandAccepted | CommandRefused) -> Outgoing:
        what = Addressed(
            subject=cause.correlation,
            partitionkey=cause.correlation,
            tenant=cause.tenant or "",
            data=data,
        )
        id_ = ids.derive(cause.id, self._service, "answer")
        return outgoing("answers", wrap(self._service, cause, what, id_, None))

    def _apply(self, envelope: Envelope[Any], change: _Change) -> None:
        plan = self.plan
        plan.parts.update(change.parts)
        plan.sequences.update(change.sequences)
        plan.timers.extend(change.timers)
        plan.effects.extend(change.effects)
        plan.outgoing.extend(change.outgoing)
        plan.judged.extend(change.judged)
        plan.outcomes[ids.canonical(envelope.id)] = change.outcome


class StoredOutcome(msgspec.Struct, frozen=True):
    """What `command_result` remembers of an answer."""

    accepted: CommandAccepted | None = None
    refused: CommandRefused | None = None


def _no(refused: Refused) -> CommandRefused:
    return CommandRefused(code=refused.code, text=refused.sentence, detail=refused.detail)


def is_command(envelope: Envelope[Any]) -> bool:
    return catalog.ENTRIES[envelope.type][1].endswith("-commands")


def _asked_by_another(envelope: Envelope[Any], service: str) -> bool:
    """A refusal answers whoever asked; our own timers and effects ask on nobody's behalf."""
    return is_command(envelope) and envelope.source != service


def wrap(
    service: str, cause: Envelope[Any], what: Addressed, id_: str, sequence: int | None
) -> Envelope[Any]:
    """Give a consequence its envelope: time, correlation and trace follow from its cause's."""
    return Envelope(
        id=id_,
        type=catalog.wire_name(what.data),
        source=service,
        subject=what.subject,
        time=cause.time,
        partitionkey=what.partitionkey,
        tenant=what.tenant or None,
        sequence=sequence,
        correlation=cause.correlation,
        causation=cause.id,
        traceparent=follow(cause.traceparent, cause.id, service),
        data=what.data,
    )


def outgoing(topic: str, envelope: Envelope[Any]) -> Outgoing:
    """Spell an envelope as a record."""
    value = codec.encode(envelope)
    return Outgoing(topic, envelope.partitionkey.encode(), value, codec.headers(envelope))
