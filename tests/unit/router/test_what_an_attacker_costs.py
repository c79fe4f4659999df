"""Whoever has a valid token for an hour costs no more than the guard's defaults say."""

from datetime import timedelta

from schemas.limits import GuardOptions
from services.router.domain.guard import country_of
from tests.support.guard_words import through
from tests.support.router_words import ANA, conversation_with, office, says, starts_sms, tenant
from tests.support.scenario import START, Scenario

GUARD = GuardOptions(enabled=True)
MINUTES, WISHES_A_MINUTE = 60, 32
SEGMENTS = 2
TEXT = "x" * 300
DEAR = ("+18765550123", "+19005550100", "+51999999999")


def _texted(scenario: Scenario, counterparts: list[str]) -> dict[str, int]:
    """Text everybody in turn for an hour, as fast as a program can; gives who got how many."""
    got: dict[str, int] = {}
    wishes = 0
    for minute in range(MINUTES):
        for _ in range(WISHES_A_MINUTE):
            to = counterparts[wishes % len(counterparts)]
            wishes += 1
            at = START + timedelta(minutes=minute, seconds=1)
            told = through(scenario, says(ANA, TEXT, conversation_with(to)), at)
            if told.kinds == ["MessageSubmitted"]:
                got[to] = got.get(to, 0) + 1
    return got


def test_an_hour_with_a_valid_token_costs_what_the_defaults_allow_and_nothing_abroad() -> None:
    near = [f"+1415555{index:04}" for index in range(3)]
    far = [f"+1{area}5550150" for area in (202, 303, 404, 505, 606, 707, 808, 909)]
    everybody = [*near, *far, *DEAR]
    scenario = office().given(
        tenant(guard=GUARD), *(starts_sms(ANA, counterpart) for counterpart in everybody)
    )

    got = _texted(scenario, everybody)

    assert GUARD.per_user is not None
    assert GUARD.per_prefix is not None
    assert GUARD.daily_segments is not None
    assert sum(got.values()) <= GUARD.per_user * MINUTES
    assert sum(got.get(one, 0) for one in near) == GUARD.per_prefix
    assert all(count <= GUARD.per_prefix for count in got.values())
    assert sum(got.values()) * SEGMENTS <= GUARD.daily_segments
    assert not set(DEAR) & got.keys()
    assert {country_of(one) for one in got} == {"US"}
