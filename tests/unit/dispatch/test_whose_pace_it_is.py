"""A number's pace is what is said of it, of its kind, its account, or all; else the carrier's."""

from dataclasses import replace

import pytest

from services.carriers.contract import Account
from services.carriers.limits import Limits
from services.dispatch.app import planned_by
from services.dispatch.settings import DEFAULT_SEGMENTS_PER_SECOND, Settings

OURS, FREE, SHORT = "+12025550100", "+18005550100", "51515"


def _account(carrier: str = "twilio", **limits: object) -> Account:
    return Account(
        name="main",
        carrier=carrier,
        public_base_url="https://texts.example.com",
        api_base_url="https://api.example.com",
        values=dict.fromkeys(("account_sid", "auth_token", "auth_id"), ("x",)),
        limits=Limits(**limits),  # type: ignore[arg-type]  # the test's own words
    )


def _settings(account: Account, **more: object) -> Settings:
    made = {"segments_per_second": None, "rates": {}, "networks": ()} | more
    return Settings(accounts={"main": account}, **made)  # type: ignore[arg-type]  # likewise


@pytest.mark.parametrize(("number", "pace"), [(OURS, 1.0), (FREE, 3.0), (SHORT, 100.0)])
def test_nobody_says_anything_so_the_carrier_does_by_kind(number: str, pace: float) -> None:
    assert _settings(_account()).pace("main", number) == pace


def test_a_carrier_that_says_nothing_leaves_the_usual() -> None:
    chosen = _settings(_account("plivo"))

    assert chosen.pace("main", OURS) == DEFAULT_SEGMENTS_PER_SECOND
    assert planned_by(chosen)["main"].account_segments_per_second == 5.0


def test_the_nearer_word_holds() -> None:
    account = _account(paces={OURS: 0.5, "toll-free": 7.0})
    chosen = _settings(account, segments_per_second=20.0)
    of_all_its_numbers = _settings(replace(account, number_segments_per_second=9.0))

    assert chosen.pace("main", OURS) == 0.5
    assert chosen.pace("main", FREE) == 7.0
    assert chosen.pace("main", SHORT) == 20.0
    assert of_all_its_numbers.pace("main", SHORT) == 9.0
    assert _settings(account, rates={"main": 2.0}).pace("main", OURS) == 2.0


def test_an_accounts_own_limits_are_planned_by() -> None:
    planned = planned_by(
        _settings(
            _account(max_characters=918, max_files=3, max_file_bytes=1_000, max_message_bytes=2_000)
        )
    )["main"]

    assert (planned.max_characters, planned.max_files) == (918, 3)
    assert (planned.mms.file_bytes, planned.mms.total_bytes) == (1_000, 2_000)
