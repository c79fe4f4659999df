import hashlib
import hmac
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signalwire.core.security.webhook_validator import (
    validate_webhook_signature,
    validate_webhook_signature_sha256,
)
from twilio.request_validator import RequestValidator

from services.carriers import signalwire
from services.carriers.contract import HttpResponse, Request, Unverified
from tests.fixtures.carriers.signalwire.signer import URL, sign
from tests.support.webhooks import FORM, NOW, account, fixture, with_headers

JSON = (("content-type", "application/json"),)
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
forms = st.dictionaries(names, st.text(st.characters(codec="utf-8"), max_size=20), min_size=1)


def _accepts(request: Request) -> bool:
    try:
        signalwire.verify(request, account("signalwire"), NOW)
    except Unverified:
        return False
    return True


def _signature(request: Request) -> str:
    return dict(request.headers)["x-signalwire-signature"]


@given(forms)
def test_what_both_sdks_sign_of_a_form_is_accepted(form: dict[str, str]) -> None:
    body = urlencode(form)
    signature = RequestValidator("PSK_old").compute_signature(URL, form)
    request = Request(method="POST", query="", headers=(FORM,), body=body.encode())

    assert validate_webhook_signature("PSK_old", signature, URL, body)
    for header in ("x_signalwire_signature", "x_twilio_signature"):
        assert _accepts(with_headers(request, **{header: signature}))


@pytest.mark.parametrize("name", ["receipt-delivered", "receipt-sent-as-json"])
def test_what_we_accept_the_official_sdk_accepts_and_likewise_refuses(name: str) -> None:
    request = sign(fixture("signalwire", name).request)
    for one in (request, replace(request, body=request.body.replace(b"Yes", b"No"))):
        url = f"{URL}?{one.query}"
        told = validate_webhook_signature("PSK_new", _signature(one), url, one.body.decode())
        assert _accepts(one) == told


def test_the_stronger_signature_is_enough_and_covers_the_body() -> None:
    request = fixture("signalwire", "message").request
    made = hmac.digest(b"PSK_new", URL.encode() + request.body, hashlib.sha256).hex()
    signed = with_headers(request, x_signalwire_sha256_signature=made)

    assert validate_webhook_signature_sha256("PSK_new", made, URL, request.body.decode())
    assert _accepts(signed)
    assert not _accepts(replace(signed, body=request.body + b"&a=1"))


def test_a_signature_over_the_address_alone_proves_no_body() -> None:
    # SDK 3.7.5 accepts it for any body (carriers.md §2.8)
    bare = sign(Request(method="POST", query="", headers=(FORM,), body=b""))
    assert validate_webhook_signature("PSK_new", _signature(bare), URL, "Body=forged")

    assert not _accepts(replace(bare, body=b"Body=forged"))
    as_json = replace(bare, headers=(*JSON, *bare.headers[1:]), body=b'{"Body":"forged"}')
    assert not _accepts(as_json)


@pytest.mark.parametrize("key", ["PSK_new", "PSK_old"])
def test_both_keys_are_good_while_they_rotate(key: str) -> None:
    assert _accepts(sign(fixture("signalwire", "message").request, secret=key))


def test_the_query_is_signed() -> None:
    request = sign(fixture("signalwire", "receipt-delivered").request)

    assert not _accepts(replace(request, query="message=another"))


@pytest.mark.parametrize(
    ("status", "body", "kind", "code", "opted_out"),
    [
        (201, b'{"sid":"s1"}', "accepted", None, False),
        (400, b'{"code":"21610","message":"no"}', "permanent", "21610", True),
        (429, b'{"code":20429,"message":"slow"}', "retry", "20429", False),
        (422, b'{"code":"21617"}', "permanent", "21617", False),
        (504, b"", "unknown", "http-504", False),
    ],
)
def test_answers_mean_what_the_table_says(
    status: int, body: bytes, kind: str, code: str | None, *, opted_out: bool
) -> None:
    answer = signalwire.read_answer(HttpResponse(status=status, body=body))

    assert (answer.kind, answer.code, answer.opted_out) == (kind, code, opted_out)
