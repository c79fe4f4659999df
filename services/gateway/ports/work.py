"""What operators let run: read models built again, compared and switched; ranges replayed."""

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
