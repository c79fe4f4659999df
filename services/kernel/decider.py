"""The shape of every rule: decide is the rules, evolve is the memory; both are pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

CommandT = TypeVar("CommandT")
StateT = TypeVar("StateT")
EventT = TypeVar("EventT")


class Refused(Exception):
    """A rule's no: an answer, not an error. Subclasses are statements, named for what is so.

    `code` is stable and kebab-case; the class's docstring is not shown, `text` is.
    """

    code: ClassVar[str]
    text: ClassVar[str]

    def __init__(self, **detail: Any) -> None:  # noqa: ANN401 - JSON values, as the API shows them
        super().__init__(self.code)
        #: What the text speaks of, for the client: `{"holder": "ana"}`.
        self.detail = detail

    @property
    def sentence(self) -> str:
        """The text with its details filled in."""
        return self.text.format(**self.detail)


@dataclass(frozen=True)
class Decider(Generic[CommandT, StateT, EventT]):
    """`decide` may raise Refused and reads no clock; `evolve` never refuses (house.md §7)."""

    initial: StateT
    decide: Callable[[CommandT, StateT], Sequence[EventT]]
    evolve: Callable[[StateT, EventT], StateT]

    def fold(self, events: Iterable[EventT]) -> StateT:
        """Remember a whole history from the start."""
        state = self.initial
        for event in events:
            state = self.evolve(state, event)
        return state
