"""The log for operators: facts, what they say, why they are, and whether anyone owned twice."""

from typing import Annotated

from fastapi import Path, Query

from services.gateway.domain.log_facts import types
from services.gateway.http.bases import Moment
from services.gateway.http.entry import CallerDep, PartsDep
from services.gateway.http.operating import REFUSES, Deed, operators_router, tell_deed
from services.gateway.http.operator_shapes import (
    CauseTree,
    FactDetail,
    FactPage,
    FactTypes,
    Ownership,
)
from services.gateway.http.problems import Trouble, not_found
from services.gateway.ports import Json
from services.gateway.ports.operator import Sought
from services.kernel import ids

MOST_FACTS = 200
#: Postgres's bigint.
LAST_POSITION = (1 << 63) - 1
MOST_CHARACTERS = 200


router = operators_router()

PositionPath = Annotated[int, Path(ge=1, le=LAST_POSITION)]
_Place = Annotated[int | None, Query(ge=0, le=LAST_POSITION)]
_Word = Annotated[str | None, Query(min_length=1, max_length=MOST_CHARACTERS)]


@router.get("/facts", response_model=FactPage, operation_id="facts")
async def facts(
    *,
    parts: PartsDep,
    type_: Annotated[_Word, Query(alias="type")] = None,
    subject: _Word = None,
    actor: _Word = None,
    start: Annotated[Moment | None, Query(alias="from")] = None,
    end: Annotated[Moment | None, Query(alias="to")] = None,
    before: _Place = None,
    after: _Place = None,
    limit: Annotated[int, Query(ge=1, le=MOST_FACTS)] = 100,
    count: bool = False,
) -> Json:
    """Every event and command of the log, newest first; `type` may be what types begin with.

    `actor` is an extension, or a person's name. `count` says how many match, up to 10,000.
    """
    sought = Sought(
        type=_plain(type_),
        subject=_plain(subject),
        actor=_plain(actor),
        start=start,
        end=end,
        before=before,
        after=after,
    )
    return await parts.operator_log.facts(sought, limit, count=count)


@router.get("/fact-types", response_model=FactTypes, operation_id="fact_types")
async def fact_types() -> Json:
    """Every type that this version knows, by name."""
    return {"items": types()}


@router.get("/facts/{position}", response_model=FactDetail, operation_id="fact", responses=REFUSES)
async def fact(
    *, caller: CallerDep, parts: PartsDep, position: PositionPath, personal: bool = False
) -> Json:
    """One fact with its record, as it was stored and as this version reads it.

    `personal` shows what people wrote, once it is on record who looks (409 and 503 otherwise);
    what was deleted since stays away.
    """
    found = await parts.operator_log.fact(position, personal=False)
    if found is not None and personal:
        await tell_deed(parts, caller, ids.new(), Deed(action="event-opened", about=str(position)))
        found = await parts.operator_log.fact(position, personal=True)
    if found is None:
        raise not_found()
    return found


@router.get("/facts/{position}/why", response_model=CauseTree, operation_id="why")
async def why(*, parts: PartsDep, position: PositionPath) -> Json:
    """Everything that began with the same request; in a queue also the wait that a claim ended."""
    found = await parts.operator_log.why(position)
    if found is None:
        raise not_found()
    return found


@router.get("/ownership", response_model=Ownership, operation_id="ownership")
async def ownership(*, parts: PartsDep) -> Json:
    """Fold the queues' events for a moment and say what was found; ask again until it is done."""
    return await parts.operator_log.ownership()


def _plain(text: str | None) -> str | None:
    """Postgres's text holds no NUL, so nothing matches it."""
    if text is not None and "\x00" in text:
        raise Trouble(422, "invalid", "There is no NUL in anything that is sought.")
    return text
