"""Too late, tomorrow, and who goes first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.conversation import Urgency
from schemas.delivery import SendRefused
from services.dispatch.domain.accounts import Account
from services.dispatch.domain.ladder import MORNING_SECONDS, RUNGS, next_day
from services.dispatch.domain.sending import TOO_OLD
from services.dispatch.domain.state import Memory
from services.dispatch.handlers import DispatchHandlers
from tests.support.dispatch_words import (
    ACCOUNTS,
    KEY,
    MAIN,
    answer,
    calls,
    outbox,
    report,
    shown,
    submitted,
    tell,
    tried_again,
)
from tests.support.stage import START, Stage

_ZONES = ("UTC", "America/Chicago", "Asia/Kolkata", "Pacific/Auckland", "Europe/Madrid")


@given(
    at=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive, the zone is given beside them
    zone=st.sampled_from(_ZONES),
    tries=st.integers(1, len(RUNGS)),
)
def test_a_limit_of_the_day_waits_for_the_accounts_own_next_day(
    at: datetime, zone: str, tries: int
) -> None:
    due = next_day("message", "+1", tries, at, zone)

    assert due is not None
    here = ZoneInfo(zone)
    early = (due - timedelta(seconds=MORNING_SECONDS)).astimezone(here).date()
    assert early <= at.astimezone(here).date() < due.astimezone(here).date()


def test_no_day_comes_after_the_last_rung() -> None:
    assert next_day("message", "+1", len(RUNGS) + 1, START, "UTC") is None


def test_a_daily_cap_is_asked_again_tomorrow_by_the_accounts_clock() -> None:
    zone = "America/Chicago"
    accounts = {MAIN: _with(time_zone=zone)}
    stage = Stage("dispatch", DispatchHandlers(accounts))
    capped = msgspec.structs.replace(answer("retry", code="30023"), daily_cap=True)

    told = tell(stage, submitted(), capped)

    [timer] = told.timers
    assert timer.due_at == next_day("message-1", "+15550199", 1, START, zone)


def test_a_text_that_could_go_only_when_it_is_too_old_fails_at_once() -> None:
    stage = Stage("dispatch", DispatchHandlers({MAIN: _with(validity_seconds=4)}))

    told = tell(stage, submitted(), answer("retry", code="20429"))

    assert (shown(told), told.timers) == (["failed"], [])
    assert report(stage).code == "20429"


def test_a_call_knows_when_it_is_too_late_for_it() -> None:
    stage = Stage("dispatch", DispatchHandlers({MAIN: _with(validity_seconds=60)}))

    [call] = calls(tell(stage, submitted()))

    assert call.expires_at == START + timedelta(seconds=60)


def test_a_text_that_grew_too_old_in_line_was_not_sent_and_says_so() -> None:
    told = tell(outbox(), submitted(), answer("permanent", code=TOO_OLD))

    [refused] = [fact for fact in told.facts if isinstance(fact, SendRefused)]
    assert (refused.code, shown(told)) == ("too-old", ["failed"])


def test_trying_again_makes_it_young_again() -> None:
    stage = outbox()
    tell(stage, submitted(), answer("permanent", code=TOO_OLD))
    stage.tell(tried_again(), START + timedelta(hours=50), key=KEY)

    message = Memory({"message/message-1": stage.part("message/message-1")}).message("message-1")
    assert message is not None
    assert message.since == START + timedelta(hours=50)


@pytest.mark.parametrize(("urgency", "priority"), [("reply", 0), ("bulk", 1)])
def test_replies_go_before_bulk(urgency: Urgency, priority: int) -> None:
    [effect] = tell(outbox(), msgspec.structs.replace(submitted(), urgency=urgency)).effects

    assert effect.priority == priority


def _with(*, time_zone: str = "UTC", validity_seconds: int = 129_600) -> Account:
    return replace(ACCOUNTS[MAIN], time_zone=time_zone, validity_seconds=validity_seconds)
