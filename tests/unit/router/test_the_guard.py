"""Rules of the guard: it acts, it refuses, it holds; and its limits are exact (Hypothesis)."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from schemas.base import ExtensionId, MessageId
from schemas.envelope import Envelope
from schemas.guard import (
    ApproveHeldText,
    HeldTextApproved,
    HeldTextRejected,
    RejectHeldText,
    SubmitText,
    TextHeld,
    TextPassed,
    WeighText,
)
from schemas.limits import GuardOptions
from services.router.domain.guard import MAX_HELD, country_of
from services.router.domain.tally import MAX_PACE, Pace, Passed, guard_key, paced, prefix_of
from tests.support.router_words import (
    ANA,
    BERT,
    CARO,
    CHAT,
    CUSTOMER,
    DIRECT_LINE,
    FRIEND,
    QUEUE_LINE,
    QUEUED,
    SAM,
    conversation_with,
    ended,
    extension,
    number,
    office,
    replies,
    retry,
    says,
    starts_direct,
    starts_sms,
    tenant,
    texts,
)
from tests.support.scenario import START, TENANT, Scenario, Told

GUARD = guard_key(TENANT)
#: Everything off but what a test turns on.
OPEN = {"per_user": None, "per_prefix": None, "daily_segments": None, "countries": ("US",)}


def guarded(**options: Any) -> Scenario:  # noqa: ANN401 - GuardOptions' own
    """Open the office with a guard, and one conversation in it."""
    limits = GuardOptions(enabled=True, **{**OPEN, **options})
    return office().given(extension(SAM, roles=("admin",)), tenant(guard=limits), texts())


def through(scenario: Scenario, wish: Any, at: datetime | None = None) -> Told:  # noqa: ANN401 - a command or its envelope
    """Follow a wish to the guard, and back if it passes; gives the last decision."""
    told = scenario.when(wish, at)
    while own := [one for one in told.commands if isinstance(one.data, WeighText | SubmitText)]:
        (command,) = own
        told = scenario.when(command)
    return told


def no(told: Told) -> str:
    """Give the code of a refusal that has consequences."""
    (answer,) = told.answers
    return str(answer.data.code)


def test_a_guarded_text_is_weighed_in_the_tenants_own_partition_and_comes_back() -> None:
    scenario = guarded()

    asked = scenario.when(says(ANA, "Hello"))
    assert asked.events == asked.answers == []
    (weigh,) = asked.commands
    assert (weigh.subject, weigh.partitionkey) == (GUARD, GUARD)

    passed = scenario.when(weigh)
    assert passed.kinds == ["TextPassed"]
    assert passed.answers == []
    (submit,) = passed.commands
    assert submit.subject == CHAT

    said = scenario.when(submit)
    assert said.kinds == ["MessageSubmitted"]
    assert said.events[0].partitionkey == f"{DIRECT_LINE}|{CUSTOMER}"
    assert said.answer is not None
    assert said.answers[0].correlation == asked.envelope.id
    assert said.answer["client_id"] == "client-ana"


def test_a_guarded_message_has_the_id_that_it_had_without_a_guard() -> None:
    plain, scenario = office().given(texts()), guarded()
    wish = plain.wrap(says(ANA), id_="3f0c5a52-6f3c-5f0e-9a77-0d5b0f6f1a01")

    (without,) = plain.when(wish).facts
    (under_guard,) = through(scenario, wish).facts

    assert under_guard == without


def test_without_a_guard_nothing_is_asked_of_it() -> None:
    assert office().given(texts()).when(says(ANA)).kinds == ["MessageSubmitted"]


def test_chats_and_confirmations_do_not_pass_through_the_guard() -> None:
    scenario = guarded(daily_segments=0)
    chat = scenario.when(starts_direct(ANA, BERT)).facts[0].conversation_id

    assert scenario.when(says(ANA, "Hi", chat)).kinds == ["MessageSubmitted"]
    assert scenario.when(texts("STOP")).facts[-1].purpose == "opt-out-confirmation"


def test_a_queues_reply_passes_through_the_guard_and_stays_the_queues() -> None:
    scenario = guarded().given(texts(number=QUEUE_LINE))

    (said,) = through(scenario, replies(scenario, ANA)).facts

    assert said.conversation_id == QUEUED
    assert said.queue_id is not None


def test_sending_again_is_weighed_too() -> None:
    scenario = guarded(daily_segments=1)
    message_id = MessageId(through(scenario, says(ANA)).facts[0].message_id)
    scenario.given(ended(message_id))

    assert no(through(scenario, retry(ANA, message_id))) == "day-used-up"
    scenario.given(tenant(guard=GuardOptions(enabled=True)))
    assert through(scenario, retry(ANA, message_id)).kinds == ["MessageRetried"]


def test_a_stop_between_the_wish_and_its_return_is_heard() -> None:
    scenario = guarded()
    (weigh,) = scenario.when(says(ANA)).commands
    (submit,) = scenario.when(weigh).commands
    scenario.given(texts("STOP"))

    told = scenario.when(submit)

    assert told.events == []
    assert no(told) == "opted-out"


# Where


@pytest.mark.parametrize(
    ("number_", "country"),
    [
        ("+14155550150", "US"),
        ("+18765550123", "JM"),
        ("+447700900123", "GB"),
        ("+51999999999", "PE"),
        ("+19005550100", None),
        ("51515", None),
    ],
)
def test_a_number_has_a_country_unless_it_costs_extra(number_: str, country: str | None) -> None:
    assert country_of(number_) == country


@pytest.mark.parametrize(
    ("countries", "counterpart", "passes"),
    [
        (("US",), CUSTOMER, True),
        ((), CUSTOMER, True),
        ((), "+18765550123", False),
        (("GB",), CUSTOMER, False),
        (("US", "JM"), "+18765550123", True),
        (("US",), "+19005550100", False),
        (("US",), "51515", False),
    ],
)
def test_only_allowed_countries_are_texted(
    *, countries: tuple[str, ...], counterpart: str, passes: bool
) -> None:
    scenario = guarded(countries=countries).given(starts_sms(ANA, counterpart))

    told = through(scenario, says(ANA, "Hi", conversation_with(counterpart)))

    if passes:
        assert told.kinds == ["MessageSubmitted"]
    else:
        assert told.kinds == ["TextBlocked"]
        assert no(told) == "country-not-allowed"
        assert told.facts[0].reason == told.answers[0].data.text


def test_one_recipient_abroad_blocks_the_whole_group() -> None:
    scenario = guarded().given(starts_sms(ANA, CUSTOMER, "+447700900123"))

    told = through(scenario, says(ANA, "Hi", conversation_with(CUSTOMER, "+447700900123")))

    assert no(told) == "country-not-allowed"


# How fast


def test_a_person_is_slowed_down_and_others_are_not() -> None:
    scenario = guarded(per_user=2, per_user_seconds=60)
    for _ in range(2):
        assert through(scenario, says(ANA), START).kinds == ["MessageSubmitted"]

    assert no(through(scenario, says(ANA), START)) == "too-fast"
    assert through(scenario, says(BERT), START).kinds == ["MessageSubmitted"]
    later = START + timedelta(seconds=60)
    assert through(scenario, says(ANA), later).kinds == ["MessageSubmitted"]


def test_neighbouring_numbers_share_a_pace_whoever_texts_them() -> None:
    scenario = guarded(per_prefix=2, per_prefix_seconds=60)
    other = "+14155569999"
    scenario.given(starts_sms(ANA, FRIEND), starts_sms(ANA, other))
    for by in (ANA, BERT):
        assert through(scenario, says(by), START).kinds == ["MessageSubmitted"]

    told = through(scenario, says(ANA, "Hi", conversation_with(FRIEND)), START)
    assert no(told) == "too-fast-to-prefix"
    assert prefix_of(CUSTOMER) in told.facts[0].reason
    elsewhere = through(scenario, says(ANA, "Hi", conversation_with(other)), START)
    assert elsewhere.kinds == ["MessageSubmitted"]


def test_every_recipient_counts() -> None:
    scenario = guarded(per_user=3).given(starts_sms(ANA, CUSTOMER, FRIEND))
    group = conversation_with(CUSTOMER, FRIEND)

    assert through(scenario, says(ANA, "Hi", group), START).facts[0].recipients
    assert no(through(scenario, says(ANA, "Hi", group), START)) == "too-fast"
    assert through(scenario, says(ANA), START).kinds == ["MessageSubmitted"]


# How much


def test_the_day_has_so_many_segments_and_the_next_day_begins_anew() -> None:
    scenario = guarded(daily_segments=2)
    long = "x" * 200

    assert through(scenario, says(ANA, long), START).kinds == ["MessageSubmitted"]
    told = through(scenario, says(ANA, "x"), START)
    assert no(told) == "day-used-up"
    assert told.facts[0].segments == 1
    midnight = START.replace(hour=0) + timedelta(days=1)
    assert no(through(scenario, says(ANA), midnight - timedelta(seconds=1))) == "day-used-up"
    assert through(scenario, says(ANA), midnight).kinds == ["MessageSubmitted"]


def test_a_clock_that_steps_back_gives_nothing_back() -> None:
    scenario = guarded(per_user=1, per_user_seconds=60, daily_segments=2)
    midnight = START.replace(hour=0) + timedelta(days=1)
    through(scenario, says(ANA), midnight)

    assert no(through(scenario, says(ANA), midnight - timedelta(seconds=100))) == "too-fast"
    assert through(scenario, says(BERT), midnight - timedelta(seconds=100)).facts
    scenario.given(starts_sms(CARO, CUSTOMER))
    assert no(through(scenario, says(CARO), midnight + timedelta(seconds=1))) == "day-used-up"


def test_what_is_refused_costs_nothing() -> None:
    scenario = guarded(daily_segments=1, per_user=1)

    assert no(through(scenario, says(ANA, "x" * 200), START)) == "day-used-up"
    assert through(scenario, says(ANA), START).kinds == ["MessageSubmitted"]


@pytest.mark.parametrize(
    "options",
    [
        {"per_user": 0},
        {"per_user": MAX_PACE + 1},
        {"per_user_seconds": 0},
        {"per_prefix_seconds": 86_401},
        {"daily_segments": -1},
        {"countries": ("US",) * 251},
    ],
)
def test_limits_that_cannot_be_kept_are_refused(options: dict[str, Any]) -> None:
    limits = GuardOptions(enabled=True, **options)

    assert office().when(tenant(guard=limits)).refusal.code == "bad-option"


# Held


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

    assert scenario.when(submit).is_quiet


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


@given(some.lists(some.tuples(some.integers(0, 200_000), some.integers(1, 9)), max_size=300))
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
