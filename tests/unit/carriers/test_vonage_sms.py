import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vonage_http_client.auth import Auth
from vonage_sms import SmsMessage

from services.carriers import vonage_sms
from services.carriers.contract import Account, HttpResponse, Request, Unverified
from services.carriers.decoding import pairs
from tests.fixtures.carriers.vonage_sms.signer import sign, signature
from tests.support.webhooks import FORM, MESSAGE, NOW, account, fixture

TIME = str(int(NOW.timestamp()))
names = st.text(
    st.characters(codec="utf-8", exclude_characters="&="), min_size=1, max_size=8
).filter(lambda name: name not in {"sig", "timestamp"})
texts = st.text(st.characters(codec="utf-8"), max_size=20)
# half a surrogate pair and NUL are no text in JSON; they are replaced before anybody looks
plain = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


def _sdk(method: str = "sha256") -> Auth:
    return Auth(api_key="ab", signature_secret="signs-new", signature_method=method)


def _of(method: str) -> Account:
    values = {**account("vonage_sms").values, "signature_method": (method,)}
    return account("vonage_sms", values=values)


def _accepts(request: Request, asked: Account | None = None) -> bool:
    try:
        vonage_sms.verify(request, asked or account("vonage_sms"), NOW)
    except Unverified:
        return False
    return True


@given(st.dictionaries(names, texts, max_size=6), st.sampled_from(["md5", "sha1", "sha512"]))
def test_what_the_official_sdk_signs_is_accepted_in_a_form_and_a_get(
    fields: dict[str, str], method: str
) -> None:
    timed = {**fields, "timestamp": TIME}
    spelled = urlencode({**timed, "sig": _sdk(method).sign_params(dict(timed))})
    post = Request(method="POST", query="", headers=(FORM,), body=spelled.encode())
    get = Request(method="GET", query=spelled, headers=(), body=b"")

    assert _accepts(post, _of(method))
    assert _accepts(get, _of(method))
    assert not _accepts(post, _of("sha256"))


@given(st.dictionaries(plain.filter(lambda n: not {"&", "="} & set(n)), plain, max_size=6))
def test_what_the_official_sdk_signs_is_accepted_in_json(fields: dict[str, str]) -> None:
    timed = {**fields, "timestamp": TIME}
    timed.pop("sig", None)
    body = json.dumps({**timed, "sig": _sdk().sign_params(dict(timed)).upper()})
    headers = (("content-type", "application/json"),)

    assert _accepts(Request(method="POST", query="", headers=headers, body=body.encode()))


@pytest.mark.parametrize("name", ["message", "message-as-json", "receipt-failed-by-get"])
def test_what_we_accept_the_official_sdk_accepts_and_likewise_refuses(name: str) -> None:
    request = sign(fixture("vonage_sms", name).request)
    given = _fields(request)
    for more in ({}, {"extra": "1"}):
        assert _sdk().check_signature({**given, **more}) == (not more)
    forged = {**given, "extra": "1"}

    assert _accepts(request)
    assert not _accepts(Request(method="GET", query=urlencode(forged), headers=(), body=b""))


def _fields(request: Request) -> dict[str, str]:
    if request.body.startswith(b"{"):
        return dict(json.loads(request.body))
    return dict(pairs(request.query or request.body))


def test_a_name_that_could_pass_for_two_parameters_is_refused() -> None:
    # "&a=1&b=2" is what both are signed as; the official SDK cannot tell them apart
    two = [("a", "1"), ("b", "2"), ("timestamp", TIME)]
    one = [("a", "1&b=2"), ("timestamp", TIME)]
    forged = urlencode([("a=1&b", "2"), ("timestamp", TIME), ("sig", signature(two, "signs-new"))])

    assert signature(one, "signs-new") != signature(two, "signs-new")
    assert _sdk().check_signature(dict(pairs(forged)))
    assert not _accepts(Request(method="POST", query="", headers=(FORM,), body=forged.encode()))


def test_a_request_without_a_signed_time_is_refused() -> None:
    fields = [("text", "hi")]
    body = urlencode([*fields, ("sig", signature(fields, "signs-new"))]).encode()

    assert not _accepts(Request(method="POST", query="", headers=(FORM,), body=body))


def test_a_repeated_parameter_is_refused() -> None:
    request = sign(fixture("vonage_sms", "message").request)

    assert not _accepts(replace(request, body=request.body + b"&text=another"))


def test_a_get_has_no_body() -> None:
    request = sign(fixture("vonage_sms", "message-by-get").request)

    assert not _accepts(replace(request, body=b"x"))


@pytest.mark.parametrize("secret", ["signs-new", "signs-old"])
def test_both_secrets_are_good_while_they_rotate(secret: str) -> None:
    assert _accepts(sign(fixture("vonage_sms", "message").request, secret=secret))


def test_a_text_that_comes_again_a_day_later_is_not_lost_for_its_age() -> None:
    request = fixture("vonage_sms", "message").request

    assert _accepts(sign(request, NOW - timedelta(hours=24)))
    assert not _accepts(sign(request, NOW - timedelta(hours=25)))


def test_a_plain_hash_is_no_method() -> None:
    request = sign(fixture("vonage_sms", "message").request)

    with pytest.raises(Unverified, match="unknown-algorithm"):
        vonage_sms.verify(request, _of("md5hash"), NOW)


@pytest.mark.parametrize(("text", "type_"), [("plain", "text"), ("ça 👋", "unicode")])
def test_a_send_is_what_the_official_sdk_would_send(text: str, type_: str) -> None:
    message = replace(MESSAGE, text=text, media_urls=())
    call = vonage_sms.build_send(message, account("vonage_sms"))
    form = dict(pairs(call.body))
    told = SmsMessage(
        to=form["to"],
        from_=form["from"],
        text=form["text"],
        type=form["type"],
        client_ref=form["client-ref"],
        callback=form["callback"],
        status_report_req=form["status-report-req"] == "1",
    )

    assert told.type == type_
    assert told.model_dump(by_alias=True).keys() >= form.keys() - {"api_key", "api_secret"}


def _messages(*parts: dict[str, str]) -> bytes:
    return json.dumps({"message-count": str(len(parts)), "messages": parts}).encode()


@pytest.mark.parametrize(
    ("parts", "kind", "code", "wait"),
    [
        ([{"status": "0", "message-id": "m1"}], "accepted", None, None),
        ([{"status": "0", "message-id": "m1"}, {"status": "1"}], "accepted", None, None),
        ([{"status": "1", "error-text": "please wait [ 250 ] and retry"}], "retry", "1", 1),
        ([{"status": "1", "error-text": "please wait [ 1001 ] and retry"}], "retry", "1", 2),
        ([{"status": "5", "error-text": "Internal"}], "retry", "5", None),
        ([{"status": "4", "error-text": "Bad credentials"}], "permanent", "4", None),
        ([{"status": "0"}], "unknown", "no-id", None),
        ([], "unknown", "no-id", None),
    ],
)
def test_http_says_200_and_each_part_how_it_was(
    parts: list[dict[str, str]], kind: str, code: str | None, wait: int | None
) -> None:
    answer = vonage_sms.read_answer(HttpResponse(status=200, body=_messages(*parts)))

    assert (answer.kind, answer.code, answer.retry_after_seconds) == (kind, code, wait)
