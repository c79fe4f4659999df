from datetime import timedelta

import pytest

from services.dispatch.domain.ladder import (
    MAX_WAIT_SECONDS,
    RUNGS,
    SPREAD,
    TRIES_PER_ACCOUNT,
    account_index,
    next_try,
)
from tests.support.stage import START


@pytest.mark.parametrize("tries", range(1, len(RUNGS) + 1))
def test_every_rung_waits_its_time_and_at_most_its_spread_more(tries: int) -> None:
    due = next_try("message", "+1", tries, START, None)

    assert due is not None
    wait = (due - START).total_seconds()
    assert RUNGS[tries - 1] <= wait <= RUNGS[tries - 1] * (1 + SPREAD)


def test_after_the_last_rung_there_is_no_next_try() -> None:
    assert next_try("message", "+1", len(RUNGS) + 1, START, None) is None


def test_the_same_text_waits_the_same_on_any_replica() -> None:
    assert next_try("message", "+1", 2, START, None) == next_try("message", "+1", 2, START, None)


def test_texts_that_failed_together_do_not_return_together() -> None:
    dues = {next_try(f"message-{index}", "+1", 3, START, None) for index in range(50)}

    assert len(dues) == 50


def test_a_carriers_wish_for_more_patience_is_granted() -> None:
    assert next_try("message", "+1", 1, START, 600) == START + timedelta(seconds=600)


def test_a_carriers_wish_for_less_patience_is_not() -> None:
    assert next_try("message", "+1", 3, START, 1) == next_try("message", "+1", 3, START, None)


def test_no_wish_is_granted_for_ever() -> None:
    due = next_try("message", "+1", 1, START, 10**9)

    assert due == START + timedelta(seconds=MAX_WAIT_SECONDS)


def test_the_next_account_comes_after_a_few_tries_and_then_the_first_again() -> None:
    chosen = [account_index(tries, 2) for tries in range(1, 3 * TRIES_PER_ACCOUNT + 1)]

    assert chosen == [0, 0, 1, 1, 0, 0]
