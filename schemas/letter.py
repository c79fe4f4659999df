"""Topic `letters`: what an operator judges of records that a service has set aside. Router's.

Key and subject are the service that keeps the letter. It is told here, and does it in the same
statement that moves its position; what became of a letter it says in the letter's own topic.
"""

from typing import Literal

from schemas.base import Event, Value

#: Services that decide, and so can decide again: the readers of the topic.
KEEPERS = frozenset({"router", "queue", "dispatch", "media", "notify"})
#: Decide it again, with what its key parks; or never, and let its key go on.
Verdict = Literal["retry", "set-aside"]


class LetterPlace(Value, frozen=True, kw_only=True):
    """Where the record lies that was set aside, and which service set it aside."""

    service: str
    topic: str
    partition: int
    offset: int


class LetterJudged(Event, frozen=True, kw_only=True):
    """An operator has judged; the service that keeps the letter carries it out."""

    letter: LetterPlace
    verdict: Verdict


LetterEvent = LetterJudged
