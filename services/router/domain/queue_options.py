"""What a queue's values may be: ranges, hours that can be kept, texts that fit, a way out."""

import re
from datetime import date
from itertools import groupby, pairwise
from operator import attrgetter

from schemas.directory import DefineQueue
from schemas.queue_options import AutomaticTexts, BusinessHours, Holiday, OpenSpan, QueueOptions
from services.kernel.zones import is_zone
from services.router.domain.refusals import BadHours, BadOption, NoOverflow, TooLong
from services.router.domain.state import World

#: A queue's values, in seconds (DESIGN.md §7: from 1 s to 30 days, or off).
MIN_SECONDS, MAX_SECONDS = 1, 30 * 86_400
MIN_CAPACITY, MAX_CAPACITY = 1, 1_000
#: Spans in a week, and dates with hours of their own.
MAX_SPANS, MAX_HOLIDAYS = 70, 400
#: An automatic text: three segments of it at most.
MAX_TEXT = 459

_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")


def check_options(command: DefineQueue, world: World) -> None:
    """Refuse what no queue could keep to."""
    options = command.options
    _check_range("capacity_per_agent", options.capacity_per_agent, MIN_CAPACITY, MAX_CAPACITY)
    for name in QueueOptions.__struct_fields__:
        if name.endswith("_seconds"):
            _check_range(name, getattr(options, name), MIN_SECONDS, MAX_SECONDS)
    other = options.overflow_queue_id
    if other is not None and (other == command.queue_id or world.queue(other) is None):
        raise NoOverflow
    for name in AutomaticTexts.__struct_fields__:
        text = getattr(options.texts, name) or ""
        if len(text) > MAX_TEXT:
            raise TooLong(most=MAX_TEXT, length=len(text))
    if options.hours is not None:
        _check_hours(options.hours)


def _check_range(name: str, value: int | None, least: int, most: int) -> None:
    if value is not None and not least <= value <= most:
        raise BadOption(option=name, least=least, most=most)


def _check_hours(hours: BusinessHours) -> None:
    if not is_zone(hours.time_zone):
        raise BadHours(what=f"there is no time zone {hours.time_zone}")
    _check_range("week", len(hours.week), 0, MAX_SPANS)
    _check_range("holidays", len(hours.holidays), 0, MAX_HOLIDAYS)
    for _, spans in groupby(sorted(hours.week, key=attrgetter("day", "opens")), attrgetter("day")):
        _check_day(list(spans))
    for holiday in hours.holidays:
        _check_holiday(holiday)
    dates = [holiday.date for holiday in hours.holidays]
    if len(set(dates)) < len(dates):
        raise BadHours(what="a holiday is named twice")


def _check_day(spans: list[OpenSpan]) -> None:
    for span in spans:
        _check_span(span.opens, span.closes)
    for earlier, later in pairwise(spans):
        if later.opens < earlier.closes:
            raise BadHours(what=f"{later.day} opens at {later.opens} before it has closed")


def _check_span(opens: str, closes: str) -> None:
    for written in (opens, closes):
        if not _TIME.fullmatch(written):
            raise BadHours(what=f"{written} is no time of day")
    if opens >= closes:
        raise BadHours(what=f"it closes at {closes}, before it opens at {opens}")


def _check_holiday(holiday: Holiday) -> None:
    try:
        known = date.fromisoformat(holiday.date).isoformat() == holiday.date
    except ValueError:
        known = False
    if not known:
        raise BadHours(what=f"{holiday.date} is no date")
    if holiday.opens is None and holiday.closes is None:
        return
    _check_span(holiday.opens or "", holiday.closes or "")
