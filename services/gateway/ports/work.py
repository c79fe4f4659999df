"""What operators let run: read models built again, compared and switched; ranges replayed."""

from dataclasses import dataclass
from typing import Literal, Protocol

from services.gateway.ports import Json

JobKind = Literal["rebuild", "replay"]


class Busy(Exception):
    """One of its kind runs already."""


class NoSuchModel(LookupError):
    """No read model has this name, or it is not in a state to do this with it."""


class NotThere(Exception):
    """It is not where it must be for this; a moment later it may be."""


class Projections(Protocol):
    """The sets of read models: one serves, others are built beside it, compared, let serve."""

    async def models(self) -> list[Json]:
        """Give every set: how far it is, and what became of building it."""
        ...

    async def rebuild(self, by: str) -> str:
        """Begin to build the next set from the log; raises Busy. Gives its name."""
        ...

    async def cancel(self, schema: str) -> bool:
        """Stop building it; tell whether it was being built."""
        ...

    async def compare(self, schema: str) -> Json:
        """Compare with what serves, at one place of the log; raises NoSuchModel, NotThere."""
        ...

    async def switch(self, schema: str, *, anyway: bool) -> None:
        """Let it serve; `anyway` although it differs. Raises NoSuchModel, NotThere."""
        ...

    async def discard(self, schema: str) -> None:
        """Drop one that does not serve; raises NoSuchModel, NotThere."""
        ...


@dataclass(frozen=True, kw_only=True)
class Range:
    """Facts of the operators' index, the first and the last, and how many a second."""

    first: int
    last: int
    pace: int


class Replays(Protocol):
    """Ranges of the log folded into projections of their own, which nobody is served."""

    async def plan(self, wanted: Range) -> Json:
        """Say what would be replayed, and that nothing leaves; starts nothing."""
        ...

    async def start(self, wanted: Range, by: str) -> str:
        """Begin; raises Busy. Gives its id."""
        ...

    async def cancel(self, id_: str) -> bool:
        """Stop it where it is; tell whether it ran."""
        ...

    async def resume(self, id_: str) -> bool:
        """Go on from there; tell whether it was stopped. Raises Busy."""
        ...

    async def replays(self, id_: str | None = None) -> list[Json]:
        """Give the latest, with what came of them."""
        ...
