import hashlib
import json
from dataclasses import replace

import jwt
import pytest
from messagebird import RequestValidator
from messagebird.error import ValidationError

from services.carriers import messagebird
from services.carriers.contract import HttpResponse, Request, Unverified
from services.kernel.clock import Clock
from tests.fixtures.carriers.messagebird.signer import KEY, URL, claims
from tests.support.webhooks import MESSAGE, NOW, account, fixture, sign, with_headers

NAMES = ["message", "message-by-get", "receipt-delivered"]


def _sdk_accepts(request: Request) -> bool:
    token = dict(request.headers)["messagebird-signature-jwt"]
    url = URL + (f"?{request.query}" if request.query else "")
    try:
        RequestValidator(KEY).validate_signature(token, url, request.body)
    except ValidationError:
        return False
    return True


def _refused(request: Request) -> str:
    with pytest.raises(Unverified) as refusal:
        messagebird.verify(request, account("messagebird"), NOW)
    return refusal.value.reason


def _with_claims(request: Request, **changed: object) -> Request:
    content = {k: v for k, v in {**claims(request), **changed}.items() if v is not None}
    token = jwt.encode(content, KEY, "HS256")
    return with_headers(request, messagebird_signature_jwt=token)


@pytest.mark.parametrize("name", NAMES)
def test_what_we_accept_the_official_sdk_accepts(name: str) -> None:
    now = Clock().now()
    request = sign("messagebird", fixture("messagebird", name).request, now)

    messagebird.verify(request, account("messagebird"), now)
    assert _sdk_accepts(request)


@pytest.mark.parametrize("name", NAMES)
def test_one_changed_byte_is_refused_by_both(name: str) -> None:
    now = Clock().now()
    request = sign("messagebird", fixture("messagebird", name).request, now)
    for changed in (
        replace(request, body=request.body + b"x"),
        replace(request, query=request.query + "x"),
    ):
        assert not _sdk_accepts(changed)
        with pytest.raises(Unverified):
            messagebird.verify(changed, account("messagebird"), now)


@pytest.mark.parametrize("key", account("messagebird").every("signing_key"))
def test_both_keys_are_good_while_they_rotate(key: str) -> None:
    request = fixture("messagebird", "message").request
    token = jwt.encode(claims(request), key, "HS384")

    signed = with_headers(request, messagebird_signature_jwt=token)
    messagebird.verify(signed, account("messagebird"), NOW)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "Vonage"}, "wrong-issuer"),
        ({"iss": None}, "wrong-issuer"),
        ({"exp": None}, "no-time"),
        ({"nbf": None}, "no-time"),
        ({"exp": int(NOW.timestamp()) - 2}, "too-old-or-too-new"),
        ({"nbf": int(NOW.timestamp()) + 2}, "too-old-or-too-new"),
        ({"url_hash": None}, "wrong-url"),
        ({"url_hash": hashlib.sha256(b"https://other.example.com").hexdigest()}, "wrong-url"),
        ({"payload_hash": None}, "wrong-body"),
        ({"payload_hash": ["x"]}, "wrong-body"),
    ],
)
def test_every_claim_counts(changed: dict[str, object], reason: str) -> None:
    assert _refused(_with_claims(fixture("messagebird", "message").request, **changed)) == reason


def test_a_hash_of_a_body_that_is_not_there_is_refused() -> None:
    request = fixture("messagebird", "receipt-delivered").request

    assert _refused(_with_claims(request, payload_hash="0" * 64)) == "wrong-body"


def test_the_deprecated_signature_is_refused() -> None:
    request = with_headers(
        fixture("messagebird", "message").request,
        messagebird_signature="c2lnbmF0dXJl",
        messagebird_request_timestamp=str(int(NOW.timestamp())),
    )

    assert _refused(request) == "no-signature"


def test_a_report_is_told_our_number_since_it_names_none() -> None:
    call = messagebird.build_send(MESSAGE, account("messagebird"))

    assert json.loads(call.body)["reportUrl"] == (
        f"{URL}?message={MESSAGE.message_id}&number=%2B12015550101"
    )


@pytest.mark.parametrize(
    ("status", "body", "kind", "opted_out", "daily_cap"),
    [
        (201, {"id": "m1"}, "accepted", False, False),
        (422, {"errors": [{"code": 10, "description": "no"}]}, "permanent", False, False),
        (422, {"errors": [{"code": 103}]}, "permanent", True, False),
        (422, {"errors": [{"code": 106}]}, "retry", False, True),
        (422, {"errors": []}, "permanent", False, False),
        (500, {"errors": [{"code": 99}]}, "retry", False, False),
        (504, {"errors": []}, "unknown", False, False),
    ],
)
def test_answers_mean_what_the_table_says(
    status: int, body: object, kind: str, *, opted_out: bool, daily_cap: bool
) -> None:
    answer = messagebird.read_answer(HttpResponse(status=status, body=json.dumps(body).encode()))

    assert (answer.kind, answer.opted_out, answer.daily_cap) == (kind, opted_out, daily_cap)
