import base64
import hashlib
import hmac
from dataclasses import replace
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from services.carriers import twilio
from services.carriers.basic import credentials
from services.carriers.contract import HttpResponse, Request, Unverified
from tests.fixtures.carriers.twilio.signer import sign
from tests.support.webhooks import (
    FORM,
    MESSAGE,
    NOW,
    PUBLIC,
    account,
    fixture,
    with_headers,
)

URL = f"{PUBLIC}/webhooks/twilio/main"
SID = "SM1"


class _Form(dict[str, list[str]]):
    """A form as web frameworks hand it to the SDK, with repeated values."""

    def getall(self, name: str) -> list[str]:
        return self[name]


def _refused(request: Request) -> str:
    with pytest.raises(Unverified) as refusal:
        twilio.verify(request, account("twilio"), NOW)
    return refusal.value.reason


def _json(body: bytes, query: str) -> Request:
    headers = (("content-type", "application/json"),)
    return Request(method="POST", query=query, headers=headers, body=body)


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
values = st.text(st.characters(codec="utf-8"), max_size=40)


@given(st.lists(st.tuples(names, values), min_size=1, max_size=12))
def test_what_the_official_sdk_signs_is_accepted(form: list[tuple[str, str]]) -> None:
    body = urlencode(form).encode()
    fields = _Form(parse_qs(body.decode(), keep_blank_values=True))
    signature = RequestValidator("token-old").compute_signature(URL, fields)
    request = Request(method="POST", query="", headers=(FORM,), body=body)

    twilio.verify(with_headers(request, x_twilio_signature=signature), account("twilio"), NOW)


def test_what_we_accept_the_official_sdk_accepts() -> None:
    request = sign(fixture("twilio", "receipt-delivered").request)
    form = parse_qs(request.body.decode(), keep_blank_values=True)
    signature = dict(request.headers)["x-twilio-signature"]
    twilio.verify(request, account("twilio"), NOW)

    assert RequestValidator("token-new").validate(f"{URL}?{request.query}", _Form(form), signature)


@pytest.mark.parametrize(
    ("configured", "signed"),
    [
        (PUBLIC, f"{PUBLIC}:443"),
        (f"{PUBLIC}:443", PUBLIC),
        ("http://t.example", "http://t.example:80"),
        ("https://t.example:8443", "https://t.example"),
    ],
)
def test_the_port_may_be_spelled_or_not(configured: str, signed: str) -> None:
    request = sign(fixture("twilio", "message").request, base=signed)

    twilio.verify(request, account("twilio", public_base_url=configured), NOW)


def test_another_public_address_is_refused() -> None:
    request = sign(fixture("twilio", "message").request, base="https://evil.example")

    assert _refused(request) == "wrong-signature"


@pytest.mark.parametrize("token", ["token-new", "token-old"])
def test_both_tokens_are_good_while_they_rotate(token: str) -> None:
    request = sign(fixture("twilio", "message").request, secret=token)

    twilio.verify(request, account("twilio"), NOW)


def test_the_query_is_signed() -> None:
    request = sign(fixture("twilio", "receipt-delivered").request)

    assert _refused(replace(request, query="message=another")) == "wrong-signature"


def test_a_json_body_is_proven_by_its_hash_in_the_signed_address() -> None:
    body = b'{"a":1}'
    request = sign(replace(_json(b"", f"bodySHA256={hashlib.sha256(body).hexdigest()}")))

    twilio.verify(replace(request, body=body), account("twilio"), NOW)
    assert _refused(replace(request, body=b'{"a":2}')) == "wrong-body"
    assert _refused(request) == "wrong-body"


def test_a_hash_is_checked_whatever_the_content_type_says() -> None:
    # the SDK, given the empty form that a framework makes of JSON, accepts any body here
    query = f"bodySHA256={hashlib.sha256(b'x').hexdigest()}"
    request = sign(Request(method="POST", query=query, headers=(FORM,), body=b""))
    signature = dict(request.headers)["x-twilio-signature"]

    assert RequestValidator("token-new").validate(f"{URL}?{query}", {}, signature)
    assert _refused(replace(request, body=b"From=%2B1")) == "wrong-body"


def test_two_hashes_of_one_body_are_refused() -> None:
    query = "&".join(f"bodySHA256={hashlib.sha256(body).hexdigest()}" for body in (b"x", b"y"))
    request = sign(Request(method="POST", query=query, headers=(FORM,), body=b""))

    assert _refused(replace(request, body=b"x")) == "wrong-body"


def test_a_body_that_nothing_signs_is_refused() -> None:
    request = sign(_json(b"", ""))

    assert _refused(replace(request, body=b'{"From":"+1"}')) == "unsigned-body"
    assert _refused(replace(request, method="GET", body=b"x=1")) == "unsigned-body"


def _with_shared_key(settings: str, secret: bytes = b"shared") -> Request:
    request = fixture("twilio", "message").request
    form = parse_qs(request.body.decode(), keep_blank_values=True)
    text = URL + "".join(name + form[name][0] for name in sorted(form))
    made = base64.b64encode(hmac.digest(secret, text.encode(), hashlib.sha256)).decode()
    return with_headers(
        request, x_twilio_signature=made, x_twilio_webhooks_signature_settings=settings
    )


def test_a_shared_key_signs_with_sha256_and_says_so() -> None:
    request = _with_shared_key("key=k1,algorithm=HMAC_SHA256")
    form = parse_qs(request.body.decode(), keep_blank_values=True)
    signature = dict(request.headers)["x-twilio-signature"]
    twilio.verify(request, account("twilio"), NOW)

    assert RequestValidator("shared").validate(URL, _Form(form), signature, "HMAC_SHA256")


def test_the_settings_header_cannot_choose_another_secret_or_hash() -> None:
    assert _refused(_with_shared_key("key=k1,algorithm=HMAC_MD5")) == "unknown-algorithm"
    assert _refused(_with_shared_key("key=k1,algorithm=HMAC_SHA1")) == "wrong-signature"
    assert _refused(_with_shared_key("", b"token-new")) == "wrong-signature"
    sha256 = _with_shared_key("key=k1,algorithm=HMAC_SHA256", b"token-new")
    assert _refused(sha256) == "wrong-signature"


def test_a_messages_sid_and_code_are_read_from_the_answer() -> None:
    sent = twilio.read_answer(_answer(201, f'{{"sid":"{SID}","status":"queued"}}'))
    opted_out = twilio.read_answer(_answer(400, '{"code":21610,"message":"no","status":400}'))

    assert (sent.kind, sent.provider_message_id) == ("accepted", SID)
    assert (opted_out.kind, opted_out.code, opted_out.opted_out) == ("permanent", "21610", True)


@pytest.mark.parametrize(
    ("code", "kind", "once", "daily"),
    [
        ("20429", "retry", False, False),
        ("30008", "retry", True, False),
        ("30023", "retry", False, True),
        ("21211", "permanent", False, False),
        ("99999", "permanent", False, False),
    ],
)
def test_codes_mean_what_the_table_says(code: str, kind: str, *, once: bool, daily: bool) -> None:
    verdict = twilio.judge(code)

    assert (verdict.kind, verdict.once, verdict.daily_cap) == (kind, once, daily)


def test_an_api_key_sends_where_there_is_one() -> None:
    values = {**account("twilio").values, "api_key": ("SK",), "api_secret": ("s",)}
    keyed = account("twilio", values=values)

    assert twilio.build_send(MESSAGE, keyed).headers["authorization"] == credentials("SK", "s")


def _answer(status: int, body: str) -> HttpResponse:
    return HttpResponse(status=status, body=body.encode())
