"""A scenario with a clock: told at a moment, with timers that ring when the story says so."""

from datetime import datetime, timedelta

import msgspec

from schemas.answer import CommandRefused
from services.kernel.handling import Handlers, Timer
from tests.support.scenario import START, TENANT, Scenario, Told

__all__ = ["START", "TENANT", "Stage", "after"]


class Stage(Scenario):
    """Remembers the timers that a service has set, beside what a scenario remembers."""

    def __init__(self, service: str, handlers: Handlers) -> None:
        super().__init__(service, handlers)
        self.timers: dict[tuple[str, str, str], Timer] = {}

    def tell(
        self,
        data: msgspec.Struct,
        at: datetime = START,
        *,
        tenant: str | None = TENANT,
        key: str = "",
    ) -> Told:
        """Let one command or foreign event come at a moment."""
        told = self.when(self.wrap(data, tenant=tenant, key=key), at)
        for timer in told.timers:
            self.timers.setdefault((timer.command.subject, timer.kind, timer.version), timer)
        return told

    def refusal(
        self, data: msgspec.Struct, at: datetime = START, *, tenant: str = TENANT
    ) -> CommandRefused:
        """Expect a no that has a sentence, and that it changed nothing."""
        before = self.parts()
        refused = self.tell(data, at, tenant=tenant).refusal
        assert self.parts() == before
        return refused

    def ring(self, until: datetime) -> list[Told]:
        """Send the commands of all timers that are due by then, each at its due time."""
        rung: list[Told] = []
        while due := [key for key, timer in self.timers.items() if timer.due_at <= until]:
            first = min(due, key=lambda key: self.timers[key].due_at)
            timer = self.timers.pop(first)
            key = timer.command.partitionkey
            rung.append(self.tell(timer.command.data, timer.due_at, key=key))
        return rung


def after(**units: float) -> datetime:
    """Name a moment of the story."""
    return START + timedelta(**units)
