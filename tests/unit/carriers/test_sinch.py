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
from services.carriers.contract import (
    HttpResponse,
    NeedsChallenge,
    Request,
    Sought,
    Unverified,
    most_files,
)
from tests.fixtures.carriers.sinch.signer import sign
from tests.support.webhooks import MESSAGE, NOW, account, fixture, fixtures, with_headers

JSON = (("content-type", "application/json"),)
SLIDES = ("image", "audio", "video", "vcard", "pdf")
WITHOUT_MMS = account("sinch", values={"service_plan_id": ("plan",), "api_token": ("secret",)})


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
    media = sinch.build_send(MESSAGE, WITHOUT_MMS)

    assert TextRequest(**msgspec.json.decode(text.body)).to == [MESSAGE.recipient]
    assert MediaRequest(**msgspec.json.decode(media.body)).body.url == MESSAGE.media_urls[0]


def test_files_go_by_the_mms_api_each_as_a_slide_of_its_kind_the_text_with_the_first() -> None:
    """ATT-12: several files are one message."""
    kinds = ("image/png", "audio/amr", "video/mp4", "text/vcard", "application/pdf")
    urls = tuple(f"https://media.example.com/files/x?type={kind}" for kind in kinds)
    call = sinch.build_send(replace(MESSAGE, media_urls=urls), account("sinch"))

    body = msgspec.json.decode(call.body)
    assert call.headers["x-api-key"] == "secret"
    assert body["slide"] == [
        {"image": {"url": urls[0]}, "message-text": MESSAGE.text},
        *({kind: {"url": url}} for kind, url in zip(SLIDES[1:], urls[1:], strict=True)),
    ]
    assert body["disable-fallback-sms"] is True


def test_files_without_words_say_none() -> None:
    call = sinch.build_send(replace(MESSAGE, text=""), account("sinch"))

    body = msgspec.json.decode(call.body)
    assert [[*slide] for slide in body["slide"]] == [["image"], ["image"]]
    assert body["fallback-sms-text"]


def test_the_mms_api_has_its_own_address_unless_somebody_stands_in_for_sinch() -> None:
    ours = account("sinch")
    there = replace(ours, api_base_url="https://eu.sms.api.sinch.com")

    assert sinch.build_send(MESSAGE, there).url == "https://api.ci.mblox.com/ep/v2/"
    assert sinch.build_send(MESSAGE, ours).url == "https://api.example.com/ep/v2/"


def test_an_account_without_the_mms_api_sends_one_file_and_with_it_eight() -> None:
    assert most_files(sinch, WITHOUT_MMS) == 1
    assert most_files(sinch, account("sinch")) == 8


def test_files_by_the_mms_api_are_not_looked_up_since_it_has_no_list() -> None:
    sought = Sought(
        number=MESSAGE.number,
        recipient=MESSAGE.recipient,
        text="",
        has_files=True,
        since=NOW,
        until=NOW,
    )

    assert sinch.build_lookup(sought, account("sinch")) is None
    assert sinch.build_lookup(sought, WITHOUT_MMS) is not None
    assert sinch.build_lookup(replace(sought, has_files=False), account("sinch")) is not None


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (201, b'{"id":"b1"}', "accepted", None),
        (400, b'{"code":"syntax_invalid_json","text":"no"}', "permanent", "syntax_invalid_json"),
        (403, b'{"code":"403","text":"internal"}', "retry", "403"),
        (429, b'{"code":"too_many","text":"slow"}', "retry", "too_many"),
        (502, b"", "unknown", "http-502"),
        (200, b'{"status":"Success","tracking-id":"t1"}', "accepted", None),
        (200, b'{"status":"Success"}', "unknown", "no-id"),
        (200, b'{"status":"Failure","error-code":"E110","error-info":"no"}', "permanent", "E110"),
        (200, b'{"status":"Failure","error-code":"E113","error-info":"no"}', "retry", "E113"),
        (502, b'{"status":"Failure"}', "unknown", "http-502"),
    ],
)
def test_answers_mean_what_the_table_says(
    status: int, body: bytes, kind: str, code: str | None
) -> None:
    answer = sinch.read_answer(HttpResponse(status=status, body=body))

    assert (answer.kind, answer.code) == (kind, code)


@pytest.mark.parametrize(
    ("code", "is_once", "is_the_accounts"),
    [("E104", False, True), ("E627", False, True), ("E351", True, False), ("E110", False, False)],
)
def test_the_mms_apis_codes_say_whose_fault_it_is(
    code: str, is_once: object, is_the_accounts: object
) -> None:
    answer = sinch.judge(code)

    assert (answer.once, answer.account_fault) == (is_once, is_the_accounts)
