"""Q-11, ADM-04: hours are what the clock on the wall says, on the days it is changed too."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.queue_options import BusinessHours, Holiday, OpenSpan, Weekday
from services.queue.domain.hours import MAX_DAYS_AHEAD, is_open, open_for

DAYS: tuple[Weekday, ...] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
#: By an hour, half an hour, at midnight, to the other side of the date line, never.
ZONES = (
    "Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Beirut",
    "Pacific/Apia", "Asia/Kathmandu", "UTC",
)  # fmt: skip
#: Around the changes of clocks of these zones, and Samoa's missing day.
CHANGES = (
    datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC), datetime(2011, 12, 30, 10, tzinfo=UTC),
)  # fmt: skip


def spell(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def spans_of_a_day(draw: st.DrawFn, day: Weekday) -> list[OpenSpan]:
    marks = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    pairs = zip(marks[::2], marks[1::2], strict=False)
    return [OpenSpan(day=day, opens=spell(a), closes=spell(b)) for a, b in pairs]


@st.composite
def hours(draw: st.DrawFn) -> BusinessHours:
    week = [span for day in DAYS for span in draw(spans_of_a_day(day))]
    return BusinessHours(time_zone=draw(st.sampled_from(ZONES)), week=tuple(week))


moments = st.one_of(
    st.builds(
        lambda change, minutes: change + timedelta(minutes=minutes),
        st.sampled_from(CHANGES),
        st.integers(-2880, 2880),
    ),
    st.datetimes(datetime(2011, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the bounds are naive, the zone comes with them
)
MADRID = BusinessHours(
    time_zone="Europe/Madrid",
    week=tuple(OpenSpan(day=day, opens="02:00", closes="03:30") for day in DAYS),
)


def by_the_wall(at: datetime, kept: BusinessHours) -> bool:
    """Say it as a person would who looks at the clock and at the sign on the door."""
    local = at.astimezone(ZoneInfo(kept.time_zone))
    shown = f"{local:%H:%M}"
    today = DAYS[local.weekday()]
    return any(one.day == today and one.opens <= shown < one.closes for one in kept.week)


@given(at=moments, kept=hours())
@example(at=datetime(2026, 3, 29, 1, 15, tzinfo=UTC), kept=MADRID)
@example(at=datetime(2026, 10, 25, 1, 15, tzinfo=UTC), kept=MADRID)
def test_it_is_open_exactly_while_the_wall_says_so(at: datetime, kept: BusinessHours) -> None:
    assert is_open(kept, at) == by_the_wall(at, kept)


@settings(max_examples=60, deadline=None)
@given(
    since=moments.map(lambda at: at.replace(second=0, microsecond=0)),
    kept=hours(),
    minutes=st.integers(1, 900),
)
def test_only_the_minutes_in_which_it_is_open_count(
    since: datetime, kept: BusinessHours, minutes: int
) -> None:
    due = open_for(kept, since, minutes * 60)

    at, counted, limit = since, 0, since + timedelta(days=3)
    while counted < minutes and at < limit:
        counted += by_the_wall(at, kept)
        at += timedelta(minutes=1)
    if counted == minutes:
        assert due == at
    else:
        assert due is None or due > limit


def test_on_the_day_that_summer_begins_a_night_shift_is_an_hour_shorter() -> None:
    shift = BusinessHours(
        time_zone="Europe/Madrid", week=(OpenSpan(day="sunday", opens="00:00", closes="06:00"),)
    )
    midnight = datetime(2026, 3, 28, 23, tzinfo=UTC)

    assert open_for(shift, midnight, 5 * 3600) == midnight + timedelta(hours=5)
    assert open_for(shift, midnight, 5 * 3600 + 1) == datetime(2026, 4, 4, 22, 0, 1, tzinfo=UTC)


def test_on_the_day_that_summer_ends_it_is_an_hour_longer() -> None:
    shift = BusinessHours(
        time_zone="Europe/Madrid", week=(OpenSpan(day="sunday", opens="00:00", closes="06:00"),)
    )
    midnight = datetime(2026, 10, 24, 22, tzinfo=UTC)

    assert open_for(shift, midnight, 7 * 3600) == midnight + timedelta(hours=7)


def test_nine_stays_nine_through_the_change() -> None:
    office = BusinessHours(
        time_zone="America/New_York",
        week=tuple(OpenSpan(day=day, opens="09:00", closes="17:00") for day in DAYS),
    )

    assert not is_open(office, datetime(2026, 3, 7, 13, 59, tzinfo=UTC))
    assert is_open(office, datetime(2026, 3, 7, 14, 0, tzinfo=UTC))
    assert is_open(office, datetime(2026, 3, 8, 13, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        (datetime(2026, 12, 25, 10, tzinfo=UTC), False),
        (datetime(2026, 12, 24, 10, tzinfo=UTC), True),
        (datetime(2026, 12, 24, 11, tzinfo=UTC), False),
        (datetime(2026, 12, 23, 11, tzinfo=UTC), True),
    ],
)
def test_a_holiday_has_hours_of_its_own_or_none(at: datetime, open_: bool) -> None:  # noqa: FBT001 - a case of the table
    office = BusinessHours(
        time_zone="Europe/Madrid",
        week=tuple(OpenSpan(day=day, opens="09:00", closes="18:00") for day in DAYS),
        holidays=(
            Holiday(date="2026-12-25", name="Christmas"),
            Holiday(date="2026-12-24", opens="09:00", closes="12:00"),
        ),
    )

    assert is_open(office, at) == open_


def test_without_hours_it_is_open_always() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)

    assert is_open(None, now)
    assert open_for(None, now, 60) == now + timedelta(seconds=60)


def test_what_never_opens_is_not_looked_for_without_end() -> None:
    never = BusinessHours(time_zone="UTC", holidays=(Holiday(date="2026-01-02"),))

    assert open_for(never, datetime(2026, 1, 1, tzinfo=UTC), 1) is None
    assert date(2026, 1, 1) + timedelta(days=MAX_DAYS_AHEAD) > date(2027, 1, 1)
