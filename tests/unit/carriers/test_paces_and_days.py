import pytest

from services.carriers import accounts
from services.carriers.accounts import BadAccounts
from services.carriers.contract import Account

_TEXT = """
[main]
carrier = "twilio"
public_base_url = "https://texts.example.com"
account_sid = "AC1"
auth_token = "token"
"""


def _read(more: str) -> Account:
    return accounts.read(_TEXT + more, "send", lambda _: "")["main"]


def test_an_account_has_a_pace_of_its_own_and_one_for_each_number() -> None:
    account = _read("segments_per_second = 30\nnumber_segments_per_second = 0.1")

    assert (account.segments_per_second, account.number_segments_per_second) == (30.0, 0.1)


def test_without_a_word_the_day_is_utcs_and_a_text_lives_a_day_and_a_half() -> None:
    account = _read("")

    assert (account.time_zone, account.validity_seconds) == ("UTC", 129_600)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("segments_per_second = 0", "segments_per_second"),
        ("segments_per_second = true", "segments_per_second"),
        ("number_segments_per_second = 20000", "number_segments_per_second"),
        ('time_zone = "Moon/Tranquility"', "time_zone"),
        ('time_zone = "../etc"', "time_zone"),
        ("validity_seconds = 0", "validity_seconds"),
        ("validity_seconds = 604801", "validity_seconds"),
    ],
)
def test_a_pace_a_day_or_an_age_that_cannot_be_is_named(line: str, named: str) -> None:
    with pytest.raises(BadAccounts, match=named):
        _read(line)
