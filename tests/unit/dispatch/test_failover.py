"""What one account cannot send another may: after a limit of the day, or a fault of its own."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from schemas.delivery import RecordAnswer
from services.dispatch.domain.ladder import RUNGS, SPREAD
from services.dispatch.handlers import DispatchHandlers
from tests.support.dispatch_words import (
    ACCOUNTS,
    CARL,
    DORA,
    KEYED,
    MAIN,
    SPARE,
    answer,
    calls,
    outbox,
    report,
    shown,
    submitted,
    tell,
)
from tests.support.scenario import Told
from tests.support.stage import START, Stage

SOON = timedelta(seconds=RUNGS[0] * (1 + SPREAD))
TWO = (MAIN, SPARE)


def capped(account: str, tries: int = 1) -> RecordAnswer:
    told = answer("retry", tries=tries, account=account, code="30023")
    return msgspec.structs.replace(told, daily_cap=True)


def faulty(account: str, tries: int = 1) -> RecordAnswer:
    told = answer("permanent", tries=tries, account=account, code="20003")
    return msgspec.structs.replace(told, account_fault=True)


def ring(stage: Stage) -> Told:
    """Let the next timer ring, when it is due."""
    return stage.ring(min(timer.due_at for timer in stage.timers.values()))[0]


def due(told: Told) -> timedelta:
    """Give how long the one next call is made to wait."""
    [timer] = told.timers
    return timer.due_at - told.envelope.time


def test_a_daily_cap_of_one_account_does_not_hold_a_text_that_another_may_send() -> None:
    stage = outbox()

    told = tell(stage, submitted(accounts=TWO), capped(MAIN))

    assert (shown(told), told.facts[0].capped_accounts) == ([], (MAIN,))
    assert due(told) <= SOON
    assert calls(ring(stage))[0].account == SPARE


def test_when_all_are_capped_the_text_waits_for_the_first_ones_next_day() -> None:
    stage = outbox()
    tell(stage, submitted(accounts=TWO), capped(MAIN))
    ring(stage)

    told = tell(stage, capped(SPARE, tries=2))

    assert due(told) > timedelta(hours=1)
    assert told.facts[0].capped_accounts == ()
    assert calls(ring(stage))


def test_an_account_that_is_not_in_order_hands_its_text_to_the_next() -> None:
    stage = outbox()

    told = tell(stage, submitted(accounts=TWO), faulty(MAIN))

    assert (shown(told), told.facts[0].faulty_accounts) == ([], (MAIN,))
    assert due(told) <= SOON
    assert calls(ring(stage))[0].account == SPARE


def test_when_no_account_is_in_order_the_text_has_failed_at_once() -> None:
    stage = outbox()
    tell(stage, submitted(accounts=TWO), faulty(MAIN))
    ring(stage)

    told = tell(stage, faulty(SPARE, tries=2))

    assert (shown(told), told.timers) == (["failed"], [])
    assert report(stage).code == "20003"


def test_a_faulty_account_is_not_called_on_the_day_after_a_cap_either() -> None:
    stage = outbox()
    tell(stage, submitted(accounts=TWO), faulty(MAIN))
    ring(stage)
    told = tell(stage, capped(SPARE, tries=2))

    assert told.facts[0].faulty_accounts == (MAIN,)
    assert calls(ring(stage))[0].account == SPARE


def test_a_not_now_keeps_clear_of_whom_the_day_has_capped() -> None:
    stage = outbox()
    tell(stage, submitted(accounts=TWO), capped(MAIN))
    used = [calls(ring(stage))[0].account]
    for tries in (2, 3, 4):
        tell(stage, answer("retry", tries=tries, account=SPARE))
        used.append(calls(ring(stage))[0].account)

    assert set(used) == {SPARE}


def test_an_account_that_could_not_take_it_anyway_is_no_other_account() -> None:
    stage = outbox()
    long = "x" * (ACCOUNTS[MAIN].max_characters + 1)
    tell(stage, submitted(text=long, accounts=(SPARE, MAIN)))

    assert due(tell(stage, capped(SPARE))) > timedelta(hours=1)


def test_a_carrier_with_keys_that_refuses_the_first_call_has_nothing_so_another_may() -> None:
    stage = outbox()
    tell(stage, submitted(accounts=(KEYED, SPARE)), capped(KEYED))

    assert calls(ring(stage))[0].account == SPARE


def test_a_carrier_with_keys_that_may_have_taken_it_before_keeps_it() -> None:
    stage = outbox()
    tell(stage, submitted(accounts=(KEYED, SPARE)), answer("retry", account=KEYED))
    ring(stage)

    told = tell(stage, capped(KEYED, tries=2))

    assert due(told) > timedelta(hours=1)
    assert calls(ring(stage))[0].account == KEYED


@pytest.mark.parametrize("seconds", [4, 3600])
def test_no_failover_outlives_the_texts_use(seconds: int) -> None:
    short = {name: replace(ACCOUNTS[name], validity_seconds=seconds) for name in TWO}
    stage = Stage("dispatch", DispatchHandlers(short))

    told = tell(stage, submitted(accounts=TWO), capped(MAIN))

    assert shown(told) == (["failed"] if seconds == 4 else [])


def test_a_group_goes_on_together_by_the_other_account() -> None:
    stage = outbox()
    tell(stage, submitted(accounts=TWO, recipients=(CARL, DORA)), key="group")
    both = msgspec.structs.replace(capped(MAIN), group=(CARL, DORA))
    tell(stage, both, key="group")

    again = stage.ring(START + SOON)

    assert {call.account for told in again for call in calls(told)} == {SPARE}
    assert stage.refolded() == stage.parts()
