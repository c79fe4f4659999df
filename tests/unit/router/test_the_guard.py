"""Rules of the guard: it acts and it refuses, by country, by pace, by the day."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.base import MessageId
from schemas.guard import ReturnText
from schemas.limits import GuardOptions
from services.router.domain.guard import country_of
from services.router.domain.tally import MAX_PACE, prefix_of
from tests.support.guard_words import GUARD, guarded, no, through
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
    conversation_with,
    ended,
    office,
    replies,
    retry,
    says,
    starts_direct,
    starts_sms,
    tenant,
    texts,
)
from tests.support.scenario import START


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


def test_what_a_stop_overtook_counts_no_longer() -> None:
    scenario = guarded(daily_segments=1).given(starts_sms(ANA, FRIEND))
    (weigh,) = scenario.when(says(ANA)).commands
    (submit,) = scenario.when(weigh).commands
    scenario.given(texts("STOP"))
    (back,) = scenario.when(submit).commands
    assert no(through(scenario, says(ANA, "Hi", conversation_with(FRIEND)))) == "day-used-up"

    assert scenario.when(back).kinds == ["TextReturned"]

    told = through(scenario, says(ANA, "Hi", conversation_with(FRIEND)))
    assert told.kinds == ["MessageSubmitted"]
    assert scenario.refolded() == scenario.parts()


def test_what_comes_back_on_another_day_gives_that_day_nothing() -> None:
    scenario = guarded(daily_segments=1).given(starts_sms(ANA, FRIEND))
    (weigh,) = scenario.when(says(ANA)).commands
    (submit,) = scenario.when(weigh).commands
    scenario.given(texts("STOP"))
    (back,) = scenario.when(submit).commands
    friend, tomorrow = conversation_with(FRIEND), START + timedelta(days=1)
    assert through(scenario, says(ANA, "Hi", friend), tomorrow).kinds == ["MessageSubmitted"]

    scenario.when(back)

    assert no(through(scenario, says(ANA, "Hi", friend), tomorrow)) == "day-used-up"


def test_what_was_said_is_not_given_back() -> None:
    scenario = guarded()
    (weigh,) = scenario.when(says(ANA)).commands
    (submit,) = scenario.when(weigh).commands

    assert not any(isinstance(one.data, ReturnText) for one in scenario.when(submit).commands)


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
