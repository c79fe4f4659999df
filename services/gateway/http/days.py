"""The days that a question is about: both ends included, by the clocks of a place."""

from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Query

from services.gateway.domain.statistics import Days
from services.gateway.http.bases import Day
from services.gateway.http.problems import Trouble
from services.kernel.clock import Clock
from services.kernel.zones import is_zone

#: Of one question.
MOST_DAYS = 92
_WEEK = timedelta(days=6)

First = Annotated[Day | None, Query(alias="from")]
Last = Annotated[Day | None, Query(alias="to")]
Zone = Annotated[str, Query(max_length=60)]


def days_of(first: date | None, last: date | None, zone: str) -> Days:
    """Read them; without any, the last seven."""
    if not is_zone(zone):
        raise Trouble(422, "invalid", "`zone` is no name of the time zone database.")
    last = last or Clock().now().astimezone(ZoneInfo(zone)).date()
    first = first or max(last, date.min + _WEEK) - _WEEK
    if not timedelta() <= last - first < timedelta(days=MOST_DAYS):
        raise Trouble(422, "invalid", f"Ask for 1 to {MOST_DAYS} days, in their order.")
    return Days(first, last, zone)
