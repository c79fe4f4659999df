import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from services.carriers.accounts import BadAccounts, Purpose, read
from services.carriers.contract import Carrier
from services.carriers.registry import CARRIERS
from tests.support.webhooks import MESSAGE
from tools.carriers import put_together

EXAMPLE = Path(__file__).parents[3] / "deploy" / "carriers.example.toml"
TELNYX = '[main]\ncarrier = "telnyx"\npublic_base_url = "https://t.example"\n'


class Resolver:
    """Gives every reference a value, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __call__(self, reference: Mapping[str, str]) -> str:
        (name,) = reference.values()
        self.asked.add(name)
        if name == "MISSING":
            raise KeyError(name)
        return f"value of {name}"


def _mistakes(text: str, purpose: Purpose = "verify") -> str:
    with pytest.raises(BadAccounts) as bad:
        read(text, purpose, Resolver())
    return str(bad.value)


@pytest.mark.parametrize("purpose", ["verify", "send"])
def test_the_example_shows_an_account_of_every_carrier(purpose: Purpose) -> None:
    accounts = read(EXAMPLE.read_text(), purpose, Resolver())

    assert {account.carrier for account in accounts.values()} == set(CARRIERS)
    assert {account.public_base_url for account in accounts.values()} == {
        "https://texts.example.com"
    }


def test_the_example_explains_every_field() -> None:
    text = EXAMPLE.read_text()
    for carrier in CARRIERS.values():
        for fields in (carrier.TO_VERIFY, carrier.TO_SEND):
            for name in fields.every:
                assert f"{name} = " in text


def test_ingest_never_resolves_what_only_sends() -> None:
    resolver, text = Resolver(), EXAMPLE.read_text()
    accounts = read(text, "verify", resolver)

    assert resolver.asked == {
        name for entry in _entries(text) for name in _references(entry, CARRIERS[entry["carrier"]])
    }
    for account in accounts.values():
        fields = CARRIERS[account.carrier].TO_VERIFY
        assert account.values.keys() <= {*fields.every}


def _entries(text: str) -> list[dict[str, Any]]:
    return [entry for entry in tomllib.loads(text).values() if isinstance(entry, dict)]


def _references(entry: dict[str, Any], carrier: Carrier) -> Iterator[str]:
    """Name the secrets that verifying needs."""
    for field in carrier.TO_VERIFY.every:
        given = entry.get(field, ())
        for one in given if isinstance(given, list) else [given]:
            yield from one.values() if isinstance(one, dict) else ()


def test_the_example_is_put_together_from_every_carriers_own() -> None:
    text = EXAMPLE.read_text()

    assert text == put_together(text), "run `python -m tools.carriers`"


def test_several_secrets_are_good_at_once() -> None:
    text = TELNYX + 'public_key = ["new", { env = "OLD" }, { file = "/run/x" }]\n'

    values = read(text, "verify", Resolver())["main"].every("public_key")

    assert values == ("new", "value of OLD", "value of /run/x")


def test_an_account_that_could_not_send_is_a_mistake_at_the_start() -> None:
    """Either of two ways to prove who calls will do; neither ends a sender in the middle."""
    bare = TELNYX.replace("telnyx", "twilio") + 'account_sid = "AC1"\n'
    keys = 'api_key = "SK1"\napi_secret = "s"\n'

    with pytest.raises(BadAccounts, match="missing auth_token"):
        read(bare, "send", Resolver())
    for ways in (keys, 'auth_token = "t"\n', keys + 'auth_token = "t"\n'):
        ours = read(bare + ways, "send", Resolver())["main"]
        assert CARRIERS["twilio"].build_send(MESSAGE, ours).headers["authorization"]


def test_how_far_a_clock_may_be_off_is_said_only_where_a_time_is_signed() -> None:
    account = read(TELNYX + 'public_key = "k"\ntolerance_seconds = 0', "verify", Resolver())
    twilio = TELNYX.replace("telnyx", "twilio") + 'auth_token = "t"\ntolerance_seconds = 5'

    assert account["main"].tolerance_seconds == 0
    assert "signs no time" in _mistakes(twilio)


def test_no_secret_is_shown() -> None:
    account = read(TELNYX + 'public_key = "hidden"\n', "verify", Resolver())["main"]

    assert "hidden" not in repr(account)


def test_every_mistake_is_named() -> None:
    text = """
colour = "red"
[one]
carrier = "pigeon"
[two]
carrier = "telnyx"
public_base_url = "texts.example.com"
[three]
carrier = "bandwidth"
public_base_url = "https://t.example"
callback_user = 7
pasword = "x"
"""
    found = _mistakes(text)

    for part in ("unknown colour", "[one] carrier", "[two] public_base_url", "[three] unknown pas"):
        assert part in found


@pytest.mark.parametrize(
    ("more", "mistake"),
    [
        ("", "missing public_key"),
        ('public_key = { env = "MISSING" }', "not there"),
        ("public_key = 7", "neither text nor"),
        ("public_key = []", "neither text nor"),
        ('public_key = { env = "A", file = "b" }', "neither text nor"),
        ('public_key = ""', "empty"),
        ('insecure = true\npublic_key = "k"', "insecure"),
        ('public_key = "k"\ntolerance_seconds = -1', "tolerance_seconds is no"),
        ('public_key = "k"\ntolerance_seconds = true', "tolerance_seconds is no"),
        ('public_key = "k"\ntolerance_seconds = 1_000_000', "tolerance_seconds is no"),
    ],
)
def test_a_mistaken_secret_is_named(more: str, mistake: str) -> None:
    assert mistake in _mistakes(TELNYX + more)


def test_a_carrier_that_cannot_sign_needs_the_operators_word() -> None:
    account = read(TELNYX + "insecure = true", "verify", Resolver())["main"]

    assert account.insecure
    assert account.values == {}


def test_a_name_that_would_break_an_address_is_refused() -> None:
    assert "a name is" in _mistakes('["a/b"]\ncarrier = "telnyx"\npublic_base_url = "https://t"')


def test_no_accounts_at_all_is_a_mistake() -> None:
    assert _mistakes("") == "no accounts"
    assert _mistakes("[") != ""


def test_the_example_is_toml() -> None:
    assert tomllib.loads(EXAMPLE.read_text())
