"""What carriers.toml says of an account's limits, and of which kind a number is."""

import pytest

from services.carriers import accounts
from services.carriers.accounts import BadAccounts
from services.carriers.contract import pace_of_account, paces_of
from services.carriers.limits import Limits, kind_of
from services.carriers.registry import CARRIERS

_TEXT = """
[main]
carrier = "twilio"
public_base_url = "https://texts.example.com"
account_sid = "AC1"
auth_token = "token"
"""


def _read(more: str) -> Limits:
    return accounts.read(_TEXT + more, "send", lambda _: "")["main"].limits


def test_an_account_that_says_nothing_has_its_carriers_limits() -> None:
    assert _read("") == Limits()


def test_an_account_may_know_its_limits_better() -> None:
    found = _read(
        "max_characters = 918\nmax_files = 3\nmax_file_bytes = 600_000\n"
        'max_message_bytes = 1_000_000\npaces = { local = 1, "+12025550100" = 0.5 }'
    )

    assert (found.max_characters, found.max_files) == (918, 3)
    assert (found.max_file_bytes, found.max_message_bytes) == (600_000, 1_000_000)
    assert found.paces == {"local": 1.0, "+12025550100": 0.5}


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("max_characters = -1", "max_characters"),
        ("max_files = 11", "max_files"),
        ("max_file_bytes = true", "max_file_bytes"),
        ('max_message_bytes = "1 MB"', "max_message_bytes"),
        ("paces = 3", "paces"),
        ("paces = { landline = 3 }", "landline"),
        ("paces = { local = 0 }", "local"),
        ("paces = { local = true }", "local"),
        ("paces = { toll-free = 20_000 }", "toll-free"),
    ],
)
def test_a_limit_that_cannot_be_is_named(line: str, named: str) -> None:
    with pytest.raises(BadAccounts, match=named):
        _read(line)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("+12025550100", "local"),
        ("+18005550100", "toll-free"),
        ("+448001234567", "toll-free"),
        ("51515", "short-code"),
        ("ACME", "local"),
        ("+999", "local"),
    ],
)
def test_a_number_is_of_a_kind(number: str, kind: str) -> None:
    assert kind_of(number) == kind


@pytest.mark.parametrize("carrier", sorted(CARRIERS))
def test_a_carriers_own_paces_are_above_zero(carrier: str) -> None:
    paces = [*paces_of(CARRIERS[carrier]).values(), pace_of_account(CARRIERS[carrier])]

    assert all(pace > 0 for pace in paces if pace is not None)
