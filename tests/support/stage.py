"""A stage for a service's handlers: feeds them one record at a time and folds as the kernel does.

Parts go through JSON after every record, as they do in Postgres, so nothing lives by identity.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from schemas import catalog, codec
from schemas.envelope import Envelope
from services.kernel import ids
from services.kernel.decider import Refused
from services.kernel.handling import MAX_LOAD_ROUNDS, Addressed, Handlers, Outcome, Part, Timer

#: When every story begins.
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TENANT = "acme"
#: Where a contract says what it is about, first match first.
_SUBJECT_FIELDS = ("queue_id", "conversation_id", "number", "recipient", "extension_id")


class Stage:
    """Remembers what a service decided: its events in order, its timers, commands and answers."""

    def __init__(self, service: str, handlers: Handlers) -> None:
        self._service = service
        self._handlers = handlers
        self._seen: set[str] = set()
        self._told = 0
        self.parts: dict[str, Part] = {}
        self.events: list[Envelope[Any]] = []
        self.commands: list[Addressed] = []
        self.timers: dict[tuple[str, str, str], Timer] = {}

    def tell(
        self,
        data: msgspec.Struct,
        at: datetime = START,
        *,
        id_: str | None = None,
        tenant: str | None = TENANT,
    ) -> Outcome:
        """Let one command or foreign event happen; may raise Refused. A repeat does nothing."""
        self._told += 1
        envelope = _envelope(data, at, id_ or ids.derive("told", str(self._told)), tenant)
        if envelope.id in self._seen:
            return Outcome()
        view = self._view(lambda parts: self._handlers.needs(envelope, parts))
        self._seen.add(envelope.id)
        outcome = self._handlers.decide(envelope, view)
        if catalog.topic_of(data).endswith("-events"):
            self._fold(envelope)
        for index, event in enumerate(outcome.events):
            self._happened(envelope, event, index)
        self.commands.extend(outcome.commands)
        for timer in outcome.timers:
            self.timers.setdefault((timer.command.subject, timer.kind, timer.version), timer)
        return outcome

    def refusal(
        self, data: msgspec.Struct, at: datetime = START, *, tenant: str = TENANT
    ) -> Refused:
        """Expect a no that has a sentence, and that it changed nothing."""
        before = dict(self.parts)
        with pytest.raises(Refused) as raised:
            self.tell(data, at, tenant=tenant)
        assert self.parts == before
        assert raised.value.sentence
        return raised.value

    def ring(self, until: datetime) -> list[Outcome]:
        """Send the commands of all timers that are due by then, each at its due time."""
        rung: list[Outcome] = []
        while due := [key for key, timer in self.timers.items() if timer.due_at <= until]:
            first = min(due, key=lambda key: self.timers[key].due_at)
            timer = self.timers.pop(first)
            rung.append(self.tell(timer.command.data, timer.due_at))
        return rung

    def refolded(self) -> dict[str, Part]:
        """Fold the service's own events again from nothing, as `tandem refold` does."""
        again = Stage(self._service, self._handlers)
        for event in self.events:
            again._fold(event)
        return again.parts

    def _happened(self, cause: Envelope[Any], what: Addressed, index: int) -> None:
        event = Envelope(
            id=ids.derive(cause.id, self._service, "event", str(index)),
            type=catalog.wire_name(what.data),
            source=self._service,
            subject=what.subject,
            time=cause.time,
            partitionkey=what.partitionkey,
            tenant=what.tenant or None,
            correlation=cause.correlation,
            causation=cause.id,
            data=what.data,
        )
        self.events.append(codec.decode(codec.encode(event)))
        self._fold(event)

    def _fold(self, event: Envelope[Any]) -> None:
        touched = tuple(self._handlers.touches(event))
        view = {key: self.parts[key] for key in touched if key in self.parts}
        changed = self._handlers.evolve(event, view)
        assert set(changed) <= set(touched), f"{event.type} changed what it does not touch"
        for key, part in changed.items():
            plain = msgspec.json.encode(part)
            self.parts[key] = msgspec.json.decode(plain, type=self._handlers.part_type(key))

    def _view(self, needs: Callable[[dict[str, Part]], Iterable[str]]) -> dict[str, Part]:
        view: dict[str, Part] = {}
        asked: set[str] = set()
        for _ in range(MAX_LOAD_ROUNDS + 1):
            keys = set(needs(view))
            if keys <= asked:
                return view
            asked |= keys
            view = {key: self.parts[key] for key in asked if key in self.parts}
        raise AssertionError("needs are never stable")


def _envelope(data: msgspec.Struct, at: datetime, id_: str, tenant: str | None) -> Envelope[Any]:
    subject = next(
        (str(getattr(data, name)) for name in _SUBJECT_FIELDS if getattr(data, name, None)),
        "somebody",
    )
    return Envelope(
        id=id_,
        type=catalog.wire_name(data),
        source="test",
        subject=subject,
        time=at,
        partitionkey=subject,
        tenant=tenant,
        correlation=id_,
        data=data,
    )


def happened(outcome: Outcome) -> list[Any]:
    """Give the events of an outcome, whatever their classes."""
    return [event.data for event in outcome.events]


def after(**units: float) -> datetime:
    """Name a moment of the story."""
    return START + timedelta(**units)
