"""Looking back: every conversation that one may read, by name or number, and what was said."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query

from services.gateway.domain import wording
from services.gateway.domain.places import place
from services.gateway.http.days import First, Last
from services.gateway.http.entry import CallerDep, PartsDep
from services.gateway.http.history_shapes import FoundMessages, HistoryPage, NamedConversations
from services.gateway.http.problems import Trouble
from services.gateway.ports import Json, Place
from services.gateway.ports.history import Sifted
from services.kernel.zones import is_zone

#: One page; and conversations that one name may mean.
MOST_LISTED, MOST_FOUND, MOST_NAMED = 100, 50, 20

router = APIRouter(tags=["history"])
Id = Annotated[str | None, Query(max_length=100)]
Typed = Annotated[str, Query(min_length=1, max_length=200)]
Cursor = Annotated[str | None, Query(max_length=200)]


def sifted(
    *,
    kind: Annotated[Literal["direct", "group", "sms"] | None, Query()] = None,
    number: Annotated[str | None, Query(max_length=20)] = None,
    queue: Id = None,
    person: Id = None,
    first: First = None,
    last: Last = None,
    zone: Annotated[str, Query(max_length=60)] = "UTC",
) -> Sifted:
    """Read what a list is narrowed to; `from` and `to` are whole days of `zone`."""
    if not is_zone(zone):
        raise Trouble(422, "invalid", "`zone` is no name of the time zone database.")
    if first and last and last < first:
        raise Trouble(422, "invalid", "`to` is before `from`.")
    end = None if last is None or last == date.max else last + timedelta(days=1)
    return Sifted(
        kind=kind,
        number=number,
        queue_id=queue,
        person=person,
        start=_midnight(first, zone),
        end=_midnight(end, zone),
    )


def _midnight(day: date | None, zone: str) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), ZoneInfo(zone))


SiftedDep = Annotated[Sifted, Depends(sifted)]


@router.get("/history", response_model=HistoryPage, operation_id="history")
async def history(
    *,
    caller: CallerDep,
    parts: PartsDep,
    sifted: SiftedDep,
    before: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
) -> Json:
    """Every conversation that one may read, closed ones too, by its last message."""
    return await parts.history.conversations(caller.scope, sifted, _place(before), limit)


@router.get(
    "/search/conversations", response_model=NamedConversations, operation_id="search_conversations"
)
async def search_conversations(caller: CallerDep, parts: PartsDep, q: Typed) -> Json:
    """Conversations with whoever has this name, part of a name or of a number."""
    return {"items": await parts.history.named(caller.scope, q, MOST_NAMED)}


@router.get("/search/messages", response_model=FoundMessages, operation_id="search_messages")
async def search_messages(
    *,
    caller: CallerDep,
    parts: PartsDep,
    sifted: SiftedDep,
    q: Typed,
    before: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=MOST_FOUND)] = 20,
) -> Json:
    """Messages that have every word of `q`; the last one may be the beginning of a word."""
    wanted = wording.wanted(q)
    if not wanted:
        raise Trouble(422, "no-words", "There is no word or number in this to look for.")
    return await parts.history.messages(caller.scope, wanted, sifted, _place(before), limit)


def _place(before: str | None) -> Place | None:
    found = None if before is None else place(before)
    if before is not None and found is None:
        raise Trouble(422, "invalid", "`before` is not a place that this API has named.")
    return found
