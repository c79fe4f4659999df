"""The operator's page of time: how anything stood, at any length of the log; only to look."""

from typing import Annotated

from fastapi import Path, Query

from services.gateway.http.bases import Moment
from services.gateway.http.entry import PartsDep
from services.gateway.http.operating import operators_router
from services.gateway.http.operator_time_shapes import (
    AnyQueues,
    Comparison,
    LogPosition,
    Past,
    Seen,
)
from services.gateway.http.problems import Trouble, not_found
from services.gateway.ports import Json
from services.gateway.ports.past import TooMuch

#: The largest whole number that JSON's readers all read alike.
_FURTHEST = 2**53 - 1

router = operators_router()
Position = Annotated[int, Query(ge=0, le=_FURTHEST)]
Id = Annotated[str | None, Query(max_length=100, pattern="^[!-~]+$")]


@router.get("/past", response_model=Past, operation_id="past")
async def past(
    *,
    parts: PartsDep,
    position: Annotated[int | None, Query(ge=0, le=_FURTHEST)] = None,
    queue: Id = None,
    conversation: Id = None,
) -> Json:
    """A queue and a conversation as they were; without a position, as they are."""
    try:
        return await parts.past.look(position, queue, conversation)
    except TooMuch as error:
        raise _too_much(error) from error


@router.get("/positions", response_model=LogPosition, operation_id="position_at")
async def position_at(parts: PartsDep, at: Annotated[Moment, Query()]) -> Json:
    """How long the log was at a time."""
    return await parts.past.position_at(at)


@router.get("/queues", response_model=AnyQueues, operation_id="every_queue")
async def every_queue(parts: PartsDep) -> Json:
    """Every queue of every organization, retired ones too."""
    return {"items": await parts.past.queues()}


@router.get("/messages/{message_id}/seen", response_model=Seen, operation_id="seen_by_author")
async def seen_by_author(
    parts: PartsDep,
    message_id: Annotated[str, Path(max_length=100, pattern="^[!-~]+$")],
) -> Json:
    """What the author of a message had before them when they wrote it."""
    try:
        found = await parts.past.saw(message_id)
    except TooMuch as error:
        raise _too_much(error) from error
    if found is None:
        raise not_found()
    return found


@router.get("/comparison", response_model=Comparison, operation_id="comparison")
async def comparison(
    *,
    parts: PartsDep,
    before: Position,
    after: Position,
    queue: Id = None,
    conversation: Id = None,
) -> Json:
    """What differs between two positions: of what is named, or of whatever was told of."""
    if after < before:
        raise Trouble(422, "invalid", "`after` is before `before`.")
    try:
        return await parts.past.compare(before, after, queue, conversation)
    except TooMuch as error:
        raise _too_much(error) from error


def _too_much(error: TooMuch) -> Trouble:
    text = f"That takes more than {error} events to show."
    return Trouble(422, "too-many-events", text)
