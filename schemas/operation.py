"""What an operator did on the operator's pages; router's, on `directory`'s topics.

Subject and key are `operator/<extension>`: what one operator did is one stream. The fact comes
first and the deed follows: what nobody may do, and what cannot be told, is not done.
"""

from typing import Literal

from schemas.base import Command, Event, ExtensionId, PersonalText
from schemas.letter import LetterPlace

OperatorAction = Literal[
    "projections-rebuilt",
    "projections-switched",
    "projections-rolled-back",
    "projections-discarded",
    "replay-started",
    "replay-cancelled",
    "replay-resumed",
    "letter-retried",
    "letter-set-aside",
    "ownership-checked",
    "event-opened",
    "past-opened",
    "sight-opened",
]


class OperatorActed(Event, frozen=True, kw_only=True):
    """An operator may do it, and does it."""

    by: ExtensionId
    action: OperatorAction
    #: What it concerns: a read model, a replay, a record's place on the log.
    about: str
    #: Why, in the operator's words.
    note: PersonalText | None = None
    letter: LetterPlace | None = None


class ActAsOperator(Command, frozen=True, kw_only=True):
    """An operator is about to do it."""

    by: ExtensionId
    action: OperatorAction
    about: str
    note: PersonalText | None = None
    letter: LetterPlace | None = None


OperationEvent = OperatorActed
OperationCommand = ActAsOperator
