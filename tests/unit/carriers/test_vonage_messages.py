from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
import vonage_messages.models as described
from pydantic import BaseModel
from vonage_jwt import verify_signature

from services.carriers import vonage_messages
from services.carriers.contract import HttpResponse, OutboundMessage, ProofForgotten, Unverified
from services.kernel.clock import Clock
from tests.fixtures.carriers.vonage_messages.signer import SECRET, sign, token
from tests.support.webhooks import MESSAGE, NOW, account, fixture, with_headers

REQUEST = fixture("vonage_messages", "message").request
FILE = "https://files.example.com/files/t/1?name=a.bin&type="


def _refused(claims: dict[str, object]) -> str:
    with pytest.raises(Unverified) as refusal:
        vonage_messages.verify(
            sign(REQUEST, NOW, SECRET, **claims), account("vonage_messages"), NOW
        )
    return refusal.value.reason


def _bearer(header: str) -> str:
    return header.removeprefix("Bearer ")


def test_what_we_accept_the_official_sdk_accepts() -> None:
    now = Clock().now()
    request = sign(REQUEST, now)
    vonage_messages.verify(request, account("vonage_messages"), now)

    assert verify_signature(_bearer(dict(request.headers)["authorization"]), SECRET)


def test_what_the_official_sdk_refuses_we_refuse() -> None:
    now = Clock().now()
    forged = sign(REQUEST, now, secret="another-secret-that-is-long-enough-for-256-bits")

    assert not verify_signature(_bearer(dict(forged.headers)["authorization"]), SECRET)
    with pytest.raises(Unverified, match="wrong-signature"):
        vonage_messages.verify(forged, account("vonage_messages"), now)


def test_the_body_is_proven_although_the_official_sdk_does_not_look_at_it() -> None:
    changed = replace(sign(REQUEST), body=REQUEST.body.replace(b"ready", b"Ready"))

    with pytest.raises(Unverified, match="wrong-body"):
        vonage_messages.verify(changed, account("vonage_messages"), NOW)


def test_one_without_a_token_was_sent_so_by_accident_and_comes_again() -> None:
    with pytest.raises(ProofForgotten):
        vonage_messages.verify(REQUEST, account("vonage_messages"), NOW)


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "Elsewhere"}, "wrong-issuer"),
        ({"application_id": "another"}, "wrong-application"),
        ({"payload_hash": None}, "wrong-body"),
        ({"payload_hash": "0" * 64}, "wrong-body"),
        ({"iat": None}, "no-time"),
        ({"iat": True}, "no-time"),
        ({"iat": int((NOW - timedelta(days=2)).timestamp())}, "too-old-or-too-new"),
    ],
)
def test_a_claim_that_is_not_as_it_should_be_is_named(
    claims: dict[str, object], reason: str
) -> None:
    assert _refused(claims) == reason


@pytest.mark.parametrize("algorithm", ["none", "HS384", "RS256", "hs256"])
def test_a_token_does_not_choose_its_algorithm(algorithm: str) -> None:
    forged = with_headers(REQUEST, authorization=f"Bearer {token({}, SECRET, algorithm)}")

    with pytest.raises(Unverified, match="unknown-algorithm"):
        vonage_messages.verify(forged, account("vonage_messages"), NOW)


def test_any_application_will_do_where_none_is_named() -> None:
    values = {**account("vonage_messages").values, "application_id": ()}

    vonage_messages.verify(
        sign(REQUEST, application_id="another"), account("vonage_messages", values=values), NOW
    )


def _described(message: OutboundMessage, model: type[BaseModel]) -> BaseModel:
    call = vonage_messages.build_send(message, account("vonage_messages"))
    body = msgspec.json.decode(call.body)
    assert body["channel"] == model.model_fields["channel"].default.value
    assert body["message_type"] == model.model_fields["message_type"].default.value
    return model(**{"from_": body.pop("from"), **body})


@pytest.mark.parametrize(
    ("media", "model"),
    [
        ((), described.Sms),
        (("https://f.example/a.png",), described.MmsImage),
        ((FILE + "image/jpeg",), described.MmsImage),
        ((FILE + "audio/mpeg",), described.MmsAudio),
        ((FILE + "video/mp4",), described.MmsVideo),
        ((FILE + "text/vcard",), described.MmsVcard),
        ((FILE + "application/pdf",), described.MmsFile),
        ((FILE + "image/jpeg", "https://f.example/b.mp4"), described.MmsContent),
    ],
)
def test_a_send_is_what_the_official_sdk_would_send(
    media: tuple[str, ...], model: type[BaseModel]
) -> None:
    message = replace(MESSAGE, media_urls=media)
    found = _described(message, model).model_dump()

    assert found["to"] == MESSAGE.recipient.removeprefix("+")
    assert MESSAGE.text in repr(found)
    assert all(url in repr(found) for url in media)


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (202, b'{"message_uuid":"m1"}', "accepted", None),
        (422, b'{"type":"https://x#1150","title":"no","detail":"d"}', "permanent", "1150"),
        (422, b'{"type":"https://x#1000","title":"Throttled"}', "retry", "1000"),
        (401, b'{"title":"Unauthorized"}', "permanent", "Unauthorized"),
        (429, b'{"title":1000}', "retry", "1000"),
        (502, b"", "unknown", "http-502"),
    ],
)
def test_answers_mean_what_the_table_says(
    status: int, body: bytes, kind: str, code: str | None
) -> None:
    answer = vonage_messages.read_answer(HttpResponse(status=status, body=body))

    assert (answer.kind, answer.code) == (kind, code)
