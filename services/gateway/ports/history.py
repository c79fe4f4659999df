"""What the pages of history and of usage ask of the read models."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.gateway.domain.scope import Scope
from services.gateway.domain.statistics import Days
from services.gateway.domain.views import Json
from services.gateway.domain.wording import Wanted
from services.gateway.ports import Place


@dataclass(frozen=True, kw_only=True)
class Sifted:
    """What is sought among: all that the viewer may read, where nothing is set."""

    kind: str | None = None
    #: Ours, or somebody's outside.
    number: str | None = None
    queue_id: str | None = None
    #: Who wrote; of a conversation also who is in it.
    person: str | None = None
    #: From then on, and before then.
    start: datetime | None = None
    end: datetime | None = None


class History(Protocol):
    """Everything that a viewer may read, from the newest to the oldest."""

    async def conversations(
        self, scope: Scope, sifted: Sifted, before: Place | None, most: int
    ) -> Json:
        """Give conversations by their last message: `items`, `next`."""
        ...

    async def named(self, scope: Scope, text: str, most: int) -> list[Json]:
        """Give conversations with whoever has this name, part of a name or of a number."""
        ...

    async def messages(
        self,
        scope: Scope,
        wanted: tuple[Wanted, ...],
        sifted: Sifted,
        before: Place | None,
        most: int,
    ) -> Json:
        """Give messages that have all these words: `items`, `conversations`, `next`, `partial`."""
        ...


class Usage(Protocol):
    """How much a tenant texts."""

    async def zone(self, scope: Scope) -> str | None:
        """Name the time zone in which the tenant counts its days, if it has one."""
        ...

    async def figures(self, scope: Scope, days: Days) -> Json: ...
