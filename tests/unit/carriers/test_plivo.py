from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plivo.utils import validate_v3_signature
from plivo.utils.signature_v3 import construct_get_url, construct_post_url, get_signature_v3

from services.carriers import plivo
from services.carriers.contract import HttpResponse, Request, Unverified
from tests.fixtures.carriers.plivo.signer import NONCE, sign
from tests.support.webhooks import FORM, NOW, PUBLIC, account, fixture, with_headers

URL = f"{PUBLIC}/webhooks/plivo/main"
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
forms = st.dictionaries(names, st.text(st.characters(codec="utf-8"), max_size=20), max_size=6)
# SDK 4.63 raises UnicodeEncodeError for anything else in a query
ascii_ = st.text(st.characters(codec="ascii"), min_size=1, max_size=12)
queries = st.dictionaries(ascii_, ascii_, max_size=6)


def _accepts(request: Request) -> bool:
    try:
        plivo.verify(request, account("plivo"), NOW)
    except Unverified:
        return False
    return True


def _with(request: Request, signature: str) -> Request:
    return with_headers(request, x_plivo_signature_v3=signature, x_plivo_signature_v3_nonce=NONCE)


@given(form=forms, query=queries)
def test_what_the_official_sdk_signs_is_accepted(
    form: dict[str, str], query: dict[str, str]
) -> None:
    url = URL + (f"?{urlencode(query)}" if query else "")
    text = construct_post_url(url, dict(form)).decode()
    signature = get_signature_v3("token-old", text, NONCE).decode()
    body = urlencode(form).encode()
    request = Request(method="POST", query=urlencode(query), headers=(FORM,), body=body)

    assert _accepts(_with(request, signature))


@given(query=queries)
def test_what_the_official_sdk_signs_of_a_get_is_accepted(query: dict[str, str]) -> None:
    url = URL + (f"?{urlencode(query)}" if query else "")
    signature = get_signature_v3("token-new", construct_get_url(url, {}).decode(), NONCE).decode()
    request = Request(method="GET", query=urlencode(query), headers=(), body=b"")

    assert _accepts(_with(request, signature))


@pytest.mark.parametrize("name", ["message", "receipt-delivered", "message-by-get"])
def test_what_we_accept_the_official_sdk_accepts_and_likewise_refuses(name: str) -> None:
    unsigned = fixture("plivo", name).request
    request = sign(replace(unsigned, query=unsigned.query.replace("%E2%98%95", "")))
    signature = dict(request.headers)["x-plivo-signature-v3"]
    for one in (request, replace(request, query=request.query + "&x=1")):
        url = URL + (f"?{one.query}" if one.query else "")
        form = dict(parse_qsl(one.body.decode(), keep_blank_values=True))
        told = validate_v3_signature(one.method, url, NONCE, "token-new", signature, form)
        assert _accepts(one) == told


def test_one_signature_of_several_is_enough() -> None:
    request = fixture("plivo", "message").request
    genuine = dict(sign(request).headers)["x-plivo-signature-v3"]

    assert _accepts(_with(request, f"AAAA,{genuine}"))
    assert not _accepts(_with(request, ",".join([*["AAAA"] * 8, genuine])))


@pytest.mark.parametrize("token", ["token-new", "token-old"])
def test_both_tokens_are_good_while_they_rotate(token: str) -> None:
    assert _accepts(sign(fixture("plivo", "message").request, secret=token))


def test_the_nonce_is_signed() -> None:
    request = sign(fixture("plivo", "message").request)
    headers = tuple((k, "1" if k.endswith("nonce") else v) for k, v in request.headers)

    assert not _accepts(replace(request, headers=headers))


def test_an_older_signature_proves_nothing() -> None:
    request = sign(fixture("plivo", "message").request)
    older = tuple((k.replace("-v3", "-v2"), v) for k, v in request.headers)

    with pytest.raises(Unverified, match="no-signature"):
        plivo.verify(replace(request, headers=older), account("plivo"), NOW)


def test_a_body_that_is_no_form_is_refused() -> None:
    json = (("content-type", "application/json"),)
    request = sign(Request(method="POST", query="", headers=json, body=b""))

    with pytest.raises(Unverified, match="unsigned-body"):
        plivo.verify(replace(request, body=b"{}"), account("plivo"), NOW)


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (202, b'{"message":"queued","message_uuid":["u1"],"api_id":"a"}', "accepted", None),
        (202, b'{"message_uuid":[]}', "unknown", "no-id"),
        (400, b'{"error":"invalid dst","api_id":"a"}', "permanent", "http-400"),
        (429, b'{"error":"slow down"}', "retry", "http-429"),
        (504, b"", "unknown", "http-504"),
    ],
)
def test_answers_mean_what_the_table_says(
    status: int, body: bytes, kind: str, code: str | None
) -> None:
    answer = plivo.read_answer(HttpResponse(status=status, body=body))

    assert (answer.kind, answer.code) == (kind, code)


@pytest.mark.parametrize(
    ("code", "kind", "opted_out"),
    [("20", "retry", False), ("300", "retry", False), ("200", "permanent", True)]
    + [(code, "permanent", False) for code in ("10", "30", "40", "50", "70", "450", "1000")],
)
def test_codes_mean_what_the_table_says(code: str, kind: str, *, opted_out: bool) -> None:
    verdict = plivo.judge(code)

    assert (verdict.kind, verdict.opted_out) == (kind, opted_out)
