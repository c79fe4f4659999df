"""Business hours: what a clock on the wall says, through every change to and from summer time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from schemas.queue_options import BusinessHours

#: How far ahead an opening is looked for; a queue that opens later opens never.
MAX_DAYS_AHEAD = 400
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: Whatever its zone, a local day lies between these, seen from its midnight in UTC.
_BEFORE, _AFTER = timedelta(hours=15), timedelta(hours=37)
_PRECISION = timedelta(seconds=1)

#: From when (included) until when (excluded), in UTC.
Span = tuple[datetime, datetime]


def is_open(hours: BusinessHours | None, at: datetime) -> bool:
    """Tell whether a queue is open; one without hours always is."""
    if hours is None:
        return True
    today = at.astimezone(ZoneInfo(hours.time_zone)).date()
    return any(opens <= at < closes for opens, closes in _spans(hours, today))


def open_for(hours: BusinessHours | None, since: datetime, seconds: int) -> datetime | None:
    """Name the moment at which it has been open for so long since then; None if it never is."""
    wanted = timedelta(seconds=seconds)
    if hours is None:
        return since + wanted
    for opens, closes in _ahead(hours, since):
        begins = max(opens, since)
        if closes - begins >= wanted:
            return begins + wanted
        wanted -= closes - begins
    return None


def _ahead(hours: BusinessHours, since: datetime) -> Iterator[Span]:
    first = since.astimezone(ZoneInfo(hours.time_zone)).date()
    for days in range(MAX_DAYS_AHEAD):
        for opens, closes in _spans(hours, first + timedelta(days=days)):
            if closes > since:
                yield opens, closes


@lru_cache(maxsize=4096)
def _spans(hours: BusinessHours, day: date) -> tuple[Span, ...]:
    """Give when it is open while the wall shows this date: an hour shown twice counts twice."""
    midnight = datetime.combine(day, time(), UTC)
    found = (
        (max(begins, midnight + opens - offset), min(ends, midnight + closes - offset))
        for begins, ends, offset in _clocks(hours.time_zone, midnight)
        for opens, closes in _written(hours, day)
    )
    return tuple(sorted((opens, closes) for opens, closes in found if opens < closes))


def _clocks(zone: str, midnight: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Give the stretches around a day in which the clock runs evenly: two where it is changed."""
    begins, ends = midnight - _BEFORE, midnight + _AFTER
    before, after = _offset(zone, begins), _offset(zone, ends)
    if before == after:
        yield begins, ends, before
        return
    early, late = begins, ends
    while late - early > _PRECISION:
        middle = early + (late - early) // 2
        early, late = (middle, late) if _offset(zone, middle) == before else (early, middle)
    changed = late.replace(microsecond=0)
    yield begins, changed, before
    yield changed, ends, after


def _offset(zone: str, at: datetime) -> timedelta:
    return at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()


def _written(hours: BusinessHours, day: date) -> Iterator[tuple[timedelta, timedelta]]:
    named = day.isoformat()
    for holiday in hours.holidays:
        if holiday.date == named:
            if holiday.opens is not None and holiday.closes is not None:
                yield _time(holiday.opens), _time(holiday.closes)
            return
    for span in hours.week:
        if span.day == _DAYS[day.weekday()]:
            yield _time(span.opens), _time(span.closes)


def _time(written: str) -> timedelta:
    return timedelta(hours=int(written[:2]), minutes=int(written[3:]))
