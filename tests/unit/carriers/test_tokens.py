import base64
import json

import jwt
import pytest

from services.carriers import tokens
from services.carriers.contract import Unverified

KEY = "k" * 64
OTHER = "o" * 64
CLAIMS = {"iss": "x", "iat": 1795000000}
ALL = frozenset({"HS256", "HS384", "HS512"})


def _part(content: object) -> str:
    spelled = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(spelled).rstrip(b"=").decode()


def _refused(token: str, algorithms: frozenset[str] = ALL) -> str:
    with pytest.raises(Unverified) as refusal:
        tokens.claims(token, (KEY,), algorithms)
    return refusal.value.reason


@pytest.mark.parametrize("algorithm", sorted(ALL))
def test_what_the_library_signs_is_read(algorithm: str) -> None:
    token = jwt.encode(CLAIMS, KEY, algorithm)

    assert tokens.claims(token, (OTHER, KEY), ALL) == CLAIMS


def test_what_is_signed_with_another_secret_is_refused() -> None:
    assert _refused(jwt.encode(CLAIMS, OTHER, "HS256")) == "wrong-signature"
    with pytest.raises(Unverified):
        tokens.claims(jwt.encode(CLAIMS, KEY, "HS256"), ())


def test_a_token_does_not_choose_an_algorithm_that_the_carrier_does_not_use() -> None:
    token = jwt.encode(CLAIMS, KEY, "HS512")

    assert _refused(token, frozenset({"HS256"})) == "unknown-algorithm"


@pytest.mark.parametrize("algorithm", ["none", "None", "RS256", "hs256", "", None, [], {}, 256])
def test_no_other_algorithm_is_believed(algorithm: object) -> None:
    signed = jwt.encode(CLAIMS, KEY, "HS256").rsplit(".", 1)[-1]
    for signature in ("", signed):
        token = f"{_part({'alg': algorithm})}.{_part(CLAIMS)}.{signature}"
        assert _refused(token) in {"unknown-algorithm", "not-a-token"}


@pytest.mark.parametrize(
    "token",
    [
        "",
        "..",
        "a.b",
        "a.b.c.d",
        "é.é.é",
        "+/+/.+/+/.+/+/",
        f"{_part(b'[]')}.{_part(CLAIMS)}.{_part(b's')}",
        f"{_part(b'{')}.{_part(CLAIMS)}.{_part(b's')}",
        f"{_part({'alg': 'HS256', 'crit': ['b64']})}.{_part(CLAIMS)}.{_part(b's')}",
        f"{_part({'alg': 'HS256'})}=.{_part(CLAIMS)}.{_part(b's')}",
    ],
)
def test_what_is_no_token_is_refused(token: str) -> None:
    assert _refused(token) == "not-a-token"


def test_two_algorithms_in_one_head_are_refused() -> None:
    head = b'{"alg":"HS256","alg":"none"}'

    assert _refused(f"{_part(head)}.{_part(CLAIMS)}.{_part(b's')}") == "not-a-token"


@pytest.mark.parametrize("value", [None, "1795000000", True, []])
def test_a_time_that_is_no_number_is_none(value: object) -> None:
    with pytest.raises(Unverified, match="no-time"):
        tokens.seconds({"exp": value}, "exp")
