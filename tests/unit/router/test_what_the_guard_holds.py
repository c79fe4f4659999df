"""Rules of held texts: they wait for an admin; and the guard's limits are exact (Hypothesis)."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from schemas.base import ExtensionId
from schemas.envelope import Envelope
from schemas.guard import (
    ApproveHeldText,
    HeldTextApproved,
    HeldTextRejected,
    RejectHeldText,
    ReturnText,
    TextHeld,
    TextPassed,
)
from services.router.domain.guard import MAX_HELD
from services.router.domain.tally import MAX_PACE, Pace, Passed, paced, unpaced
from tests.support.guard_words import GUARD, guarded, no, through
from tests.support.router_words import ANA, BERT, SAM, number, says, tenant, texts
from tests.support.scenario import START, TENANT, Scenario


def holding(**options: Any) -> tuple[Scenario, str]:  # noqa: ANN401 - GuardOptions' own
    scenario = guarded(per_user=1, per_user_seconds=3_600, hold=("user-pace",), **options)
    through(scenario, says(ANA), START)
    told = through(scenario, says(ANA, "Second"), START)
    (held,) = told.facts
    assert isinstance(held, TextHeld)
    assert told.answer == {
        "held": True,
        "wish_id": held.held.wish_id,
        "rule": "user-pace",
        "text": held.reason,
    }
    return scenario, held.held.wish_id


def approves(wish_id: str, by: ExtensionId = SAM) -> ApproveHeldText:
    return ApproveHeldText(wish_id=wish_id, by=by)


def test_a_held_text_goes_once_an_admin_approves_it() -> None:
    scenario, wish_id = holding()

    told = scenario.when(approves(wish_id), START)
    assert told.facts[0] == HeldTextApproved(wish_id=wish_id, by=SAM)
    assert isinstance(told.facts[1], TextPassed)
    assert told.facts[1].approved_by == SAM
    assert told.answer == {"wish_id": wish_id, "approved": True}

    said = scenario.when(told.commands[0])
    assert said.facts[0].text == "Second"
    assert said.answers == []  # the admin has an answer, the author was told that it waits
    assert scenario.when(approves(wish_id)).refusal.code == "not-held"


def test_a_held_text_that_is_rejected_never_goes() -> None:
    scenario, wish_id = holding()

    told = scenario.when(RejectHeldText(wish_id=wish_id, by=SAM))

    told.then(HeldTextRejected(wish_id=wish_id, by=SAM))
    assert told.commands == []
    assert scenario.when(approves(wish_id)).refusal.code == "not-held"


@pytest.mark.parametrize("by", [ANA, ExtensionId("nobody")])
def test_only_an_admin_decides_about_held_texts(by: ExtensionId) -> None:
    scenario, wish_id = holding()

    assert scenario.when(approves(wish_id, by)).refusal.code == "not-your-task"
    assert scenario.when(RejectHeldText(wish_id=wish_id, by=by)).refusal.code == "not-your-task"


def test_an_approval_outranks_neither_a_stop_nor_the_days_cap() -> None:
    scenario, wish_id = holding(daily_segments=1)
    assert scenario.when(approves(wish_id), START).refusal.code == "day-used-up"
    scenario.given(texts("STOP"))

    assert scenario.when(approves(wish_id)).refusal.code == "opted-out"


def test_an_approved_text_that_a_stop_overtakes_is_not_said() -> None:
    scenario, wish_id = holding()
    (submit,) = scenario.when(approves(wish_id)).commands
    scenario.given(texts("STOP"))

    told = scenario.when(submit)

    assert (told.kinds, told.answers) == ([], [])
    assert [type(one.data) for one in told.commands] == [ReturnText]
    assert told.answers == []  # the admin has an answer, and it stays that one


def test_a_tenant_holds_so_many_texts_and_no_more() -> None:
    scenario, _ = holding()
    tally = scenario.part(f"spend/{TENANT}")
    assert tally.held == 1
    scenario._stored[f"spend/{TENANT}"] = _with_held(scenario, MAX_HELD)

    assert no(through(scenario, says(ANA), START)) == "too-fast"


def _with_held(scenario: Scenario, held: int) -> bytes:
    raw = scenario.parts()[f"spend/{TENANT}"]
    return raw.replace(b'"held":1', f'"held":{held}'.encode())


def test_a_guard_that_was_turned_off_meanwhile_lets_pass() -> None:
    scenario = guarded(daily_segments=0)
    (weigh,) = scenario.when(says(ANA)).commands
    scenario.given(tenant())

    assert scenario.when(weigh).kinds == ["TextPassed"]


def test_a_number_that_left_the_tenant_is_refused_when_it_comes_back() -> None:
    scenario = guarded()
    (weigh,) = scenario.when(says(ANA)).commands
    (submit,) = scenario.when(weigh).commands
    scenario.given(number(texting=False))

    assert no(scenario.when(submit)) == "texting-off"


# Exact, in every story

_seconds = some.integers(0, 200)
_stories = some.lists(
    some.tuples(_seconds, some.sampled_from([ANA, BERT]), some.sampled_from([1, 200, 500])),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(_stories, some.integers(1, 4), some.integers(1, 90), some.integers(1, 8))
@example([(0, ANA, 1), (60, ANA, 1)], 1, 60, 8)
def test_no_limit_is_exceeded_and_nothing_below_it_is_refused(
    story: list[tuple[int, ExtensionId, int]], per_user: int, seconds: int, cap: int
) -> None:
    scenario = guarded(
        per_user=per_user, per_user_seconds=seconds, per_prefix=3, per_prefix_seconds=30,
        daily_segments=cap,
    )  # fmt: skip
    went: list[tuple[datetime, ExtensionId, int]] = []
    for offset, by, length in story:
        at = START + timedelta(hours=14, minutes=58, seconds=offset)  # midnight lies within
        told = through(scenario, says(by, "x" * length), at)
        clock = max([at, *(when for when, _, _ in went)])
        segments = {1: 1, 200: 2, 500: 4}[length]
        mine = sum(1 for when, who, _ in went if who == by and when > _before(clock, seconds))
        near = sum(1 for when, _, _ in went if when > _before(clock, 30))
        today = sum(cost for when, _, cost in went if when.date() == clock.date())
        fits = mine < per_user and near < 3 and today + segments <= cap
        assert (told.kinds == ["MessageSubmitted"]) == fits
        if fits:
            went.append((clock, by, segments))
    for day, spent in _by_day(went).items():
        assert spent <= cap, day


def _before(clock: datetime, seconds: int) -> datetime:
    return clock - timedelta(seconds=seconds)


def _by_day(went: list[tuple[datetime, ExtensionId, int]]) -> Counter[Any]:
    days: Counter[Any] = Counter()
    for when, _, cost in went:
        days[when.date()] += cost
    return days


@settings(max_examples=60, deadline=None)
@given(some.lists(some.tuples(some.integers(0, 200_000), some.integers(1, 9)), max_size=300))
@example([(0, 1)] * (MAX_PACE + 1))
def test_a_pace_forgets_only_what_no_limit_asks_about(told: list[tuple[int, int]]) -> None:
    kept, everything = Pace(), Pace()
    now = START
    for step, count in told:
        now = max(now, START + timedelta(seconds=step))
        kept = paced(kept, count, now)
        everything = Pace(passed=(*everything.passed, Passed(now, count)))

        assert sum(one.count for one in kept.passed) < MAX_PACE + 18
        for seconds in (1, 3_600, 86_400):
            true = everything.within(now - timedelta(seconds=seconds))
            known = kept.within(now - timedelta(seconds=seconds))
            assert min(true, MAX_PACE) == min(known, MAX_PACE)


@given(some.lists(some.tuples(some.integers(0, 9), some.integers(1, 3)), max_size=20))
def test_what_is_taken_from_a_pace_is_as_if_it_had_never_gone(told: list[tuple[int, int]]) -> None:
    moments = sorted((START + timedelta(seconds=step), count) for step, count in told)
    pace, without = Pace(), Pace()
    for index, (at, count) in enumerate(moments):
        pace = paced(pace, count, at)
        without = paced(without, count, at) if index % 2 else without
    for at, count in moments[::2]:
        pace = unpaced(pace, count, at)

    for seconds in range(11):
        since = START + timedelta(seconds=seconds) - timedelta(microseconds=1)
        assert pace.within(since) == without.within(since)


def test_the_guards_log_refolds_to_the_same_parts() -> None:
    scenario, wish_id = holding()
    told = scenario.when(approves(wish_id))
    scenario.when(told.commands[0])

    assert scenario.refolded() == scenario.parts()


def test_the_guards_stream_is_one_and_counts_on() -> None:
    scenario, wish_id = holding()
    scenario.when(approves(wish_id))
    stream: list[Envelope[Any]] = [one for one in scenario.log if one.subject == GUARD]

    assert [one.sequence for one in stream] == list(range(1, len(stream) + 1))
    assert {one.partitionkey for one in stream} == {GUARD}
