"""The bodies of the operators' page of replays, on the ground of `shapes`."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.gateway.http.projection_shapes import ComparedTable
from services.gateway.http.shapes import _Input, _Output

#: The largest whole number that JSON's readers all read alike.
_FURTHEST = 2**53 - 1
MOST_PACE = 10_000


class ReplayRange(_Input):
    """Which facts, by their positions in the index, and how many a second."""

    first: Annotated[int, Field(ge=1, le=_FURTHEST)]
    last: Annotated[int, Field(ge=1, le=_FURTHEST)]
    pace: Annotated[int, Field(ge=1, le=MOST_PACE)] = 1_000


class TopicFacts(_Output):
    topic: str
    facts: int


class Outgoings(_Output):
    """What leaves the system: a replay folds, and nothing else."""

    texts: int
    pushes: int
    calls: int


class ReplayPlan(Outgoings):
    """What a replay would read, and how long it would take at least."""

    facts: int
    topics: list[TopicFacts]
    seconds: int


class Replay(Outgoings):
    """A range folded into projections of its own; `tables` compares them with what serves."""

    id: str
    #: `lost` with its process; that too can be resumed.
    state: Literal["running", "done", "failed", "cancelled", "lost"]
    first: int
    last: int
    pace: int
    done: int
    total: int
    started_at: datetime
    error: str | None
    #: Empty until it is done.
    tables: list[ComparedTable]


class Replays(_Output):
    """The newest first."""

    items: list[Replay]
