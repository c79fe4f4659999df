"""ADM-2: a queue's hours, texts and overflow are judged when they are defined, not when used."""

import msgspec
import pytest

from schemas.base import QueueId
from schemas.directory import DefineQueue
from schemas.queue_options import (
    AutomaticTexts,
    BusinessHours,
    Holiday,
    OpenSpan,
    QueueOptions,
    Weekday,
)
from tests.support.router_words import SUPPORT, office
from tests.support.scenario import Scenario

SALES = QueueId("sales")
OFFICE = BusinessHours(
    time_zone="Europe/Madrid",
    week=(
        OpenSpan(day="monday", opens="09:00", closes="13:30"),
        OpenSpan(day="monday", opens="15:00", closes="24:00"),
    ),
    holidays=(Holiday(date="2026-12-24", opens="09:00", closes="12:00"),),
)


def queue(queue_id: QueueId = SUPPORT, **options: object) -> DefineQueue:
    changed = msgspec.structs.replace(QueueOptions(), **options)
    return DefineQueue(queue_id=queue_id, name="Support", agents=(), options=changed)


def hours(**changed: object) -> QueueOptions:
    return QueueOptions(hours=msgspec.structs.replace(OFFICE, **changed))


def refused(options: QueueOptions) -> str:
    wish = DefineQueue(queue_id=SUPPORT, name="Support", agents=(), options=options)
    return office().when(wish).refusal.code


def span(opens: str, closes: str, day: Weekday = "monday") -> OpenSpan:
    return OpenSpan(day=day, opens=opens, closes=closes)


def test_hours_that_can_be_kept_are_taken() -> None:
    assert office().when(queue(hours=OFFICE)).kinds == ["QueueDefined"]


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd", "/etc/localtime"])
def test_a_time_zone_is_one_of_the_database(zone: str) -> None:
    assert refused(hours(time_zone=zone)) == "bad-hours"


@pytest.mark.parametrize(
    "week",
    [
        (span("9:00", "17:00"),),
        (span("09:00", "24:01"),),
        (span("17:00", "09:00"),),
        (span("09:00", "09:00"),),
        (span("09:00", "13:00"), span("12:59", "17:00")),
        (span("12:00", "17:00"), span("09:00", "12:01")),
    ],
)
def test_spans_are_times_that_do_not_overlap(week: tuple[OpenSpan, ...]) -> None:
    assert refused(hours(week=week)) == "bad-hours"


def test_spans_of_different_days_may_look_alike() -> None:
    week = (span("09:00", "17:00"), span("09:00", "17:00", "tuesday"))

    assert office().when(queue(hours=BusinessHours(time_zone="UTC", week=week))).kinds


@pytest.mark.parametrize(
    "holidays",
    [
        (Holiday(date="2026-02-30"),),
        (Holiday(date="25.12.2026"),),
        (Holiday(date="20261225"),),
        (Holiday(date="2026-12-25", opens="09:00"),),
        (Holiday(date="2026-12-25"), Holiday(date="2026-12-25")),
    ],
)
def test_holidays_are_dates_once_each(holidays: tuple[Holiday, ...]) -> None:
    assert refused(hours(holidays=holidays)) == "bad-hours"


def test_there_are_only_so_many_spans() -> None:
    assert refused(hours(week=tuple(span("09:00", "10:00") for _ in range(71)))) == "bad-option"


@pytest.mark.parametrize("name", AutomaticTexts.__struct_fields__)
def test_an_automatic_text_is_not_longer_than_three_segments(name: str) -> None:
    assert refused(QueueOptions(texts=AutomaticTexts(**{name: "x" * 460}))) == "too-long"
    fits = queue(texts=AutomaticTexts(**{name: "x" * 459}))
    assert office().when(fits).kinds == ["QueueDefined"]


@pytest.mark.parametrize("other", [SUPPORT, SALES])
def test_overflow_goes_to_another_known_queue(other: QueueId) -> None:
    assert refused(QueueOptions(overflow_queue_id=other)) == "no-overflow"


def test_overflow_goes_to_a_queue_that_is_there() -> None:
    scenario: Scenario = office()
    scenario.when(queue(SALES))

    assert scenario.when(queue(overflow_queue_id=SALES)).kinds == ["QueueDefined"]
