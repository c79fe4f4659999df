"""Usage: how much the organization texts, by day, number and person, for who answers for it."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from services.gateway.domain import usage as figures
from services.gateway.domain.scope import Caller
from services.gateway.http.days import First, Last, Zone, days_of
from services.gateway.http.downloads import CSV, csv_file
from services.gateway.http.entry import CallerDep, Parts, PartsDep
from services.gateway.http.history_shapes import Usage
from services.gateway.http.roles import check_role
from services.gateway.ports import Json

router = APIRouter(tags=["usage"])


@router.get("/usage", response_model=Usage, operation_id="usage")
async def usage(
    *,
    caller: CallerDep,
    parts: PartsDep,
    first: First = None,
    last: Last = None,
    zone: Zone = "UTC",
) -> Json:
    """Texts by the days of the organization's time zone; `zone` is used where it has none.

    Without dates, the last seven days.
    """
    return await _counted(parts, caller, first, last, zone)


@router.get(
    "/usage.csv",
    response_class=Response,
    operation_id="usage_csv",
    responses=CSV,
)
async def usage_csv(
    *,
    caller: CallerDep,
    parts: PartsDep,
    first: First = None,
    last: Last = None,
    zone: Zone = "UTC",
    by: Annotated[Literal["day", "number", "person"], Query()] = "day",
) -> Response:
    """The same as CSV; safe to open in a spreadsheet."""
    found = await _counted(parts, caller, first, last, zone)
    name = f"usage-{by}-{found['first']}-{found['last']}.csv"
    return csv_file(figures.as_csv(found, by), name)


async def _counted(
    parts: Parts, caller: Caller, first: date | None, last: date | None, zone: str
) -> Json:
    await check_role(parts, caller, figures.READERS)
    own = await parts.usage.zone(caller.scope)
    return await parts.usage.figures(caller.scope, days_of(first, last, own or zone))
