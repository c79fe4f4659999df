"""Bodies of what supervisors and colleagues do at a queue's desk."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.gateway.http.shapes import Conversation, Person, _Input, _Output


class QueueBoard(_Output):
    """A queue's conversations, as one who watches over it sees them; the newest change first."""

    items: list[Conversation]
    next: str | None


class Figures(_Output):
    """What happened; spans in seconds, null where nothing was measured."""

    #: Customers who began to wait.
    queued: int
    claimed: int
    #: Handed over to an agent by somebody else.
    received: int
    #: First answers; `replies` counts them all.
    answered: int
    replies: int
    lapsed: int
    released: int
    transferred: int
    overflowed: int
    #: Offers that an agent let pass.
    passed: int
    closed: int
    #: From the beginning of a wait to its first claim.
    wait_median: int | None
    wait_p90: int | None
    #: From the beginning of a wait to its first answer.
    answer_median: int | None
    answer_p90: int | None


class DayFigures(Figures):
    day: str


class AgentFigures(Figures):
    agent: Person
    logged_in: bool
    holds: int


class QueueNow(_Output):
    waiting: int
    oldest_at: datetime | None
    claimed: int
    logged_in: int


class QueueStatistics(_Output):
    """By the days of a time zone, both ends included; a day on which nothing happened is absent."""

    queue_id: str
    name: str
    first: str
    last: str
    zone: str
    now: QueueNow
    total: Figures
    days: list[DayFigures]
    agents: list[AgentFigures]


class NoteBody(_Input):
    """Words among colleagues; who is mentioned is told, and may read the conversation."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]
    mentions: Annotated[list[str], Field(default_factory=list, max_length=10)]
