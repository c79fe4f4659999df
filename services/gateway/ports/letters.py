"""What operators ask about dead letters: what was set aside, why, and what became of it."""

from dataclasses import dataclass
from typing import Protocol

from schemas.letter import LetterPlace
from services.gateway.domain.dead_letters import Letter
from services.gateway.ports import Json


@dataclass(frozen=True)
class RawLetter:
    """A letter's record as it was written, and where its handler broke."""

    text: str
    #: Its bytes, of which `text` may be the beginning.
    size: int
    stack: str


class Letters(Protocol):
    """The letters of all services, read from their topics; LogAway where the log is away."""

    async def letters(self, *, is_open: bool, most: int) -> tuple[list[Letter], int]:
        """Give the latest, and how many are open in all."""
        ...

    async def letter(self, place: LetterPlace) -> Letter | None: ...

    async def raw(self, letter: Letter) -> RawLetter | None:
        """Give what was set aside; None where it is not kept any more."""
        ...

    async def deeds(self, letter: Letter) -> list[Json]:
        """Say what operators did to it, oldest first."""
        ...

    async def give_up(self, letter: Letter) -> None:
        """Say in its topic that it is set aside, where no service could be told to."""
        ...

    async def after(self, letter: Letter) -> Letter:
        """Give it once something has become of it, or as it is after a few seconds."""
        ...
