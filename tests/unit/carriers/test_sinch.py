from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sinch.domains.sms.models.v1.shared.media_request import MediaRequest
from sinch.domains.sms.models.v1.shared.text_request import TextRequest
from sinch.domains.sms.sinch_events.v1.sms_sinch_event import SmsSinchEvent

from services.carriers import sinch
from services.carriers.basic import credentials
from services.carriers.contract import HttpResponse, NeedsChallenge, Request, Unverified
from tests.fixtures.carriers.sinch.signer import sign
from tests.support.webhooks import MESSAGE, NOW, account, fixture, fixtures, with_headers

JSON = (("content-type", "application/json"),)


def _accepts(request: Request) -> bool:
    try:
        sinch.verify(request, account("sinch"), NOW)
    except Unverified:
        return False
    return True


@given(text=st.text(st.characters(codec="utf-8"), max_size=60))
def test_what_we_accept_the_official_sdk_accepts_and_likewise_refuses(text: str) -> None:
    sdk = SmsSinchEvent("hook-new")
    request = sign(Request(method="POST", query="", headers=JSON, body=text.encode()))
    for one in (request, replace(request, body=text.encode() + b" ")):
        told = sdk.validate_authentication_header(dict(one.headers), one.body.decode())
        assert _accepts(one) == told


@pytest.mark.parametrize(
    "each",
    [
        each
        for each in fixtures("sinch")
        if not (each.unparseable or "mms-api" in each.name or each.name == "something-else")
    ],
    ids=lambda each: each.name,
)
def test_the_official_sdk_knows_our_fixtures(each: object) -> None:
    body = getattr(each, "request").body  # noqa: B009 - pytest gives it as an object
    text = body.decode().replace("Beamed", "Queued").replace('"url": null, ', "")

    assert SmsSinchEvent("x").parse_event(text)


@pytest.mark.parametrize("secret", ["hook-new", "hook-old"])
def test_both_secrets_are_good_while_they_rotate(secret: str) -> None:
    assert _accepts(sign(fixture("sinch", "message").request, secret=secret))


@pytest.mark.parametrize("name", ["nonce", "timestamp", "algorithm"])
@pytest.mark.parametrize("value", ["", "1", "HmacSHA1"])
def test_what_stands_beside_the_signature_is_signed_or_known(name: str, value: str) -> None:
    request = sign(fixture("sinch", "message").request)
    headers = tuple((k, value if k.endswith(name) else v) for k, v in request.headers)

    assert not _accepts(replace(request, headers=headers))


def test_the_mms_apis_postbacks_are_proven_by_credentials_where_the_account_has_some() -> None:
    request = fixture("sinch", "message-of-the-mms-api-from-a-group").request
    login = {"callback_user": ("user",), "callback_password": ("new", "old")}
    ours = account("sinch", values={"webhook_secret": ("hook-new",), **login})
    good = with_headers(request, authorization=credentials("user", "old"))

    sinch.verify(good, ours, NOW)
    with pytest.raises(NeedsChallenge):
        sinch.verify(request, ours, NOW)
    with pytest.raises(Unverified):
        sinch.verify(with_headers(request, authorization=credentials("user", "x")), ours, NOW)
    with pytest.raises(Unverified):
        sinch.verify(good, account("sinch"), NOW)
    half_signed = with_headers(good, x_sinch_webhook_signature_nonce="1")
    with pytest.raises(Unverified):
        sinch.verify(half_signed, ours, NOW)


def test_a_text_that_comes_again_a_day_later_is_not_lost_for_its_age() -> None:
    assert _accepts(sign(fixture("sinch", "message").request, NOW - timedelta(hours=46)))


def test_a_send_is_what_the_official_sdk_would_send() -> None:
    text = sinch.build_send(replace(MESSAGE, media_urls=()), account("sinch"))
    media = sinch.build_send(MESSAGE, account("sinch"))

    assert TextRequest(**msgspec.json.decode(text.body)).to == [MESSAGE.recipient]
    assert MediaRequest(**msgspec.json.decode(media.body)).body.url == MESSAGE.media_urls[0]


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (201, b'{"id":"b1"}', "accepted", None),
        (400, b'{"code":"syntax_invalid_json","text":"no"}', "permanent", "syntax_invalid_json"),
        (403, b'{"code":"403","text":"internal"}', "retry", "403"),
        (429, b'{"code":"too_many","text":"slow"}', "retry", "too_many"),
        (502, b"", "unknown", "http-502"),
    ],
)
def test_answers_mean_what_the_table_says(
    status: int, body: bytes, kind: str, code: str | None
) -> None:
    answer = sinch.read_answer(HttpResponse(status=status, body=body))

    assert (answer.kind, answer.code) == (kind, code)
