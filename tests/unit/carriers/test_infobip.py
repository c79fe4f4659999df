import base64
import hmac
import json
from dataclasses import replace
from typing import Any

import pytest
from infobip_api_client.models.sms_delivery_result import SmsDeliveryResult
from infobip_api_client.models.sms_inbound_message_result import SmsInboundMessageResult
from infobip_api_client.models.sms_request import SmsRequest

from services.carriers import infobip
from services.carriers.basic import credentials
from services.carriers.contract import Account, HttpResponse, NeedsChallenge, Unverified
from tests.fixtures.carriers.infobip.signer import sign
from tests.support.webhooks import MESSAGE, NOW, account, fixture, fixtures, with_headers

REPORTS = [
    one.name
    for one in fixtures("infobip")
    if one.name.startswith("receipt") and not one.name.endswith("to-come")
]


def test_the_first_request_has_no_credentials_and_is_challenged() -> None:
    with pytest.raises(NeedsChallenge):
        infobip.verify(fixture("infobip", "message").request, account("infobip"), NOW)


@pytest.mark.parametrize("password", ["pass-new", "pass-old"])
def test_both_passwords_are_good_while_they_rotate(password: str) -> None:
    request = sign(fixture("infobip", "message").request, NOW, password)

    infobip.verify(request, account("infobip"), NOW)


def test_wrong_credentials_are_refused_and_not_challenged() -> None:
    with pytest.raises(Unverified, match="wrong-credentials"):
        infobip.verify(
            sign(fixture("infobip", "message").request, NOW, "guess"), account("infobip"), NOW
        )
    with pytest.raises(Unverified, match="not-basic"):
        infobip.verify(
            with_headers(fixture("infobip", "message").request, authorization="App x"),
            account("infobip"),
            NOW,
        )


@pytest.mark.parametrize("name", REPORTS)
def test_our_reports_are_what_the_official_sdk_reads(name: str) -> None:
    body = json.loads(fixture("infobip", name).request.body)

    read = SmsDeliveryResult.from_dict(body)
    assert read is not None
    assert [one.message_id for one in read.results or ()] == [
        one["messageId"] for one in body["results"]
    ]


def test_our_messages_are_what_the_official_sdk_reads() -> None:
    body = json.loads(fixture("infobip", "message").request.body)

    read = SmsInboundMessageResult.from_dict(body)
    assert read is not None
    assert [one.text for one in read.results or ()] == ["hi 👋"]


def test_a_text_is_what_the_official_sdk_describes() -> None:
    call = infobip.build_send(replace(MESSAGE, media_urls=()), account("infobip"))
    spelled = json.loads(call.body)

    read = SmsRequest.from_dict(spelled)
    assert read is not None
    assert _without_nothing(json.loads(read.to_json())) == spelled


def _without_nothing(found: object) -> object:
    match found:
        case dict():
            return {k: _without_nothing(v) for k, v in found.items() if v is not None}
        case list():
            return [_without_nothing(one) for one in found]
        case _:
            return found


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://f.example.com/a.JPG", "image/jpeg"),
        ("https://f.example.com/a?type=image/gif&name=a.png", "image/gif"),
        ("https://f.example.com/a", "application/octet-stream"),
        ("https://f.example.com/a.exe", "application/octet-stream"),
    ],
)
def test_a_file_of_an_mms_says_its_type(url: str, kind: str) -> None:
    call = infobip.build_send(replace(MESSAGE, media_urls=(url,), text=""), account("infobip"))

    segments = json.loads(call.body)["messages"][0]["content"]["messageSegments"]
    assert segments == [{"type": "LINK", "contentUrl": url, "contentType": kind}]


def _status(group: int, name: str, number: int = 0) -> dict[str, Any]:
    status = {"groupId": group, "name": name, "id": number, "description": "why"}
    return {"bulkId": "b", "messages": [{"messageId": "try-1", "status": status}]}


@pytest.mark.parametrize(
    ("status", "body", "kind", "code", "opted_out"),
    [
        (200, _status(1, "PENDING_ACCEPTED"), "accepted", None, False),
        (200, _status(7, "TO_COME"), "accepted", None, False),
        (200, {"messages": [{"messageId": "try-1"}]}, "accepted", None, False),
        (200, {"messages": []}, "unknown", "no-id", False),
        (200, _status(5, "REJECTED_SENDER"), "permanent", "REJECTED_SENDER", False),
        (200, _status(5, "REJECTED_SYSTEM_ERROR"), "retry", "REJECTED_SYSTEM_ERROR", False),
        (
            200,
            _status(5, "REJECTED_DESTINATION", 14),
            "permanent",
            "REJECTED_DESTINATION_BLOCKLISTED",
            True,
        ),
        (200, _status(5, "REJECTED_DESTINATION", 52), "permanent", "REJECTED_DESTINATION", False),
        (400, {"errorCode": "E400", "description": "no"}, "permanent", "E400", False),
        (
            401,
            {"requestError": {"serviceException": {"messageId": "UNAUTHORIZED", "text": "no"}}},
            "permanent",
            "UNAUTHORIZED",
            False,
        ),
        (429, {"errorCode": "E429"}, "retry", "E429", False),
        (502, {}, "unknown", "http-502", False),
    ],
)
def test_answers_mean_what_the_table_says(
    status: int, body: object, kind: str, code: str | None, *, opted_out: bool
) -> None:
    answer = infobip.read_answer(HttpResponse(status=status, body=json.dumps(body).encode()))

    assert (answer.kind, answer.code, answer.opted_out) == (kind, code, opted_out)


def test_a_text_that_was_taken_before_is_the_same_text() -> None:
    body = json.dumps(_status(5, "REJECTED_DUPLICATE_MESSAGE_ID", 23)).encode()
    answer = infobip.read_answer(HttpResponse(status=200, body=body))

    assert (answer.kind, answer.provider_message_id) == ("accepted", "try-1")


HMAC = {"hmac_key": ("new", "old"), "hmac_header": ("X-Our-Signature",)}


def _hmac_account(**more: str) -> Account:
    return account("infobip", values={**HMAC, **{key: (one,) for key, one in more.items()}})


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [(None, "sha256"), ("HMAC_MD5", "md5"), ("HMAC_SHA_1", "sha1"), ("hmac_sha_512", "sha512")],
)
@pytest.mark.parametrize("key", ["new", "old"])
def test_a_subscription_that_signs_is_proven_by_any_key_that_is_good(
    algorithm: str | None, digest: str, key: str
) -> None:
    ours = _hmac_account(**({"hmac_algorithm": algorithm} if algorithm else {}))
    request = fixture("infobip", "message").request
    made = hmac.digest(key.encode(), request.body, digest)

    for spelled in (made.hex(), base64.b64encode(made).decode()):
        signed = with_headers(request, x_our_signature=spelled)
        infobip.verify(signed, ours, NOW)
        with pytest.raises(Unverified):
            infobip.verify(replace(signed, body=request.body + b" "), ours, NOW)


def test_a_signature_that_is_missing_or_of_no_known_kind_proves_nothing() -> None:
    request = fixture("infobip", "message").request

    with pytest.raises(Unverified, match="no-signature"):
        infobip.verify(sign(request), _hmac_account(), NOW)
    with pytest.raises(Unverified, match="unknown-algorithm"):
        infobip.verify(
            with_headers(request, x_our_signature="00"), _hmac_account(hmac_algorithm="CRC"), NOW
        )


def test_both_proofs_are_good_while_a_subscription_moves_from_one_to_the_other() -> None:
    both = account("infobip", values={**HMAC, "callback_user": ("u",), "callback_password": ("p",)})
    request = fixture("infobip", "message").request

    infobip.verify(with_headers(request, authorization=credentials("u", "p")), both, NOW)
    with pytest.raises(NeedsChallenge):
        infobip.verify(request, both, NOW)
    forged = with_headers(request, authorization=credentials("u", "p"), x_our_signature="00")
    with pytest.raises(Unverified, match="wrong-signature"):
        infobip.verify(forged, both, NOW)
