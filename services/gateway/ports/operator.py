"""What operators ask of the log: across all tenants, for nobody else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.gateway.ports import Json


@dataclass(frozen=True, kw_only=True)
class Sought:
    """Which facts: all, where nothing is set."""

    #: A type, or what types begin with.
    type: str | None = None
    subject: str | None = None
    #: An extension's id, or a person's name.
    actor: str | None = None
    #: From then on, and before then.
    start: datetime | None = None
    end: datetime | None = None
    #: Positions before and after.
    before: int | None = None
    after: int | None = None

    @property
    def sifted(self) -> bool:
        """Whether anything but the place is asked for."""
        return any((self.type, self.subject, self.actor, self.start, self.end))


class OperatorLog(Protocol):
    """The log by its index; what its records say is read from it when it is asked for."""

    async def facts(self, sought: Sought, most: int, *, count: bool) -> Json:
        """Give a page, newest first."""
        ...

    async def fact(self, position: int, *, personal: bool) -> Json | None:
        """Give one fact with its record; LogAway where that cannot be read."""
        ...

    async def why(self, position: int) -> Json | None:
        """Give the tree of everything that began with the same request."""
        ...

    async def ownership(self) -> Json:
        """Fold on for a moment, and say how far it came and what it found."""
        ...
