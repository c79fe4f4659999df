from itertools import pairwise, permutations, product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.base import DeliveryStatus
from schemas.delivery import ShownStatus
from services.dispatch.domain.lattice import Report, has_failed, is_end, join
from tests.support.dispatch_words import (
    CARL,
    FIRST,
    answer,
    outbox,
    receipt,
    report,
    reports,
    submitted,
    tell,
)

STATES: tuple[DeliveryStatus, ...] = get_args(DeliveryStatus)
ANY = [
    *(Report(status) for status in ("pending", "unknown", "accepted", "queued", "sent")),
    *(Report(status, code, f"words {code}") for status in ("failed", "undelivered")
      for code in ("30003", "30005")),
    Report("delivered"),
]  # fmt: skip
any_report = st.sampled_from(ANY)


def test_the_states_rise_from_pending_to_delivered() -> None:
    expected: list[ShownStatus] = [
        "pending", "unknown", "accepted", "queued", "sent", "failed", "undelivered", "delivered",
    ]  # fmt: skip
    for low, high in pairwise(expected):
        assert join(Report(high), Report(low)).status == high
        assert join(Report(low), Report(high)).status == high


def test_joining_is_commutative_associative_and_idempotent() -> None:
    for one, two, three in product(ANY, repeat=3):
        assert join(one, two) == join(two, one)
        assert join(join(one, two), three) == join(one, join(two, three))
    assert all(join(one, one) == one for one in ANY)


def test_every_order_of_all_reports_ends_the_same() -> None:
    pool = [Report("unknown"), *(Report(status) for status in STATES)]

    assert {join(*order) for order in permutations(pool)} == {Report("delivered")}


@given(st.lists(any_report, min_size=1), st.randoms())
def test_any_number_of_reports_in_any_order_ends_the_same(
    pool: list[Report], random: object
) -> None:
    shuffled = list(pool)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' random

    assert join(*shuffled) == join(*pool) == join(*pool, *shuffled)


def test_no_report_says_pending() -> None:
    assert join() == Report("pending")


@pytest.mark.parametrize("status", ["failed", "undelivered", "delivered"])
def test_these_are_ends(status: ShownStatus) -> None:
    assert is_end(status)
    assert has_failed(status) == (status != "delivered")


@pytest.mark.parametrize("order", list(permutations(("sent", "failed", "delivered", "answer"))))
def test_the_end_is_the_same_through_dispatch_whatever_comes_first(order: tuple[str, ...]) -> None:
    """The carrier's answer to the call is one of the reports; receipts may come before it."""
    stage = outbox()
    tell(stage, submitted())
    for item in order:
        if item == "answer":
            tell(stage, answer("accepted"))
        else:
            state: DeliveryStatus = next(known for known in STATES if known == item)
            reports(stage, receipt(state, message_id=FIRST))

    assert report(stage) == Report("delivered")


@pytest.mark.parametrize("order", list(permutations(("queued", "undelivered", "answer"))))
def test_receipts_without_our_id_wait_for_the_answer_that_names_theirs(
    order: tuple[str, ...],
) -> None:
    stage = outbox()
    tell(stage, submitted())
    for item in order:
        if item == "answer":
            tell(stage, answer("accepted"))
        else:
            state: DeliveryStatus = next(known for known in STATES if known == item)
            reports(stage, receipt(state, code="30003" if item == "undelivered" else None))

    assert report(stage, who=CARL).status == "undelivered"
    assert report(stage).code == "30003"
