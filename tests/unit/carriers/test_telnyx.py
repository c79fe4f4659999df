import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from telnyx.lib.webhook_verification import WebhookVerificationError, verify_webhook_signature

from services.carriers import telnyx
from services.carriers.contract import HttpResponse, Request, Unverified
from services.kernel.clock import Clock
from tests.fixtures.carriers.telnyx.signer import KEY, public_key, sign
from tests.support.webhooks import (
    MESSAGE,
    NOW,
    account,
    fixture,
    with_headers,
)

OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)


def _refused(request: Request) -> str:
    with pytest.raises(Unverified) as refusal:
        telnyx.verify(request, account("telnyx"), NOW)
    return refusal.value.reason


def test_what_we_accept_the_official_sdk_accepts() -> None:
    now = Clock().now()
    request = sign(fixture("telnyx", "message").request, now)
    telnyx.verify(request, account("telnyx"), now)

    verify_webhook_signature(request.body, dict(request.headers), public_key(KEY))


@pytest.mark.parametrize("changed", ["body", "time", "key"])
def test_what_the_official_sdk_refuses_we_refuse(changed: str) -> None:
    now = Clock().now()
    at = now - timedelta(seconds=400) if changed == "time" else now
    key = OTHER if changed == "key" else KEY
    request = sign(fixture("telnyx", "message").request, at, key)
    if changed == "body":
        request = replace(request, body=request.body.replace(b"hi", b"ho"))

    with pytest.raises(WebhookVerificationError):
        verify_webhook_signature(request.body, dict(request.headers), public_key(KEY))
    with pytest.raises(Unverified):
        telnyx.verify(request, account("telnyx"), now)


def test_the_time_is_signed() -> None:
    request = sign(fixture("telnyx", "message").request)
    later = str(int(NOW.timestamp()) + 1)
    headers = tuple(
        (name, later if name == "telnyx-timestamp" else value) for name, value in request.headers
    )

    assert _refused(replace(request, headers=headers)) == "wrong-signature"


@pytest.mark.parametrize("time", ["", "-1", "+1", "1e9", "١٢٣", "1 ", "9" * 13, "nan"])
def test_a_strange_time_is_refused(time: str) -> None:
    signature = base64.b64encode(b"s" * 64).decode()
    request = with_headers(
        fixture("telnyx", "message").request,
        telnyx_timestamp=time,
        telnyx_signature_ed25519=signature,
    )

    assert _refused(request) == "no-time"


def test_an_old_request_is_told_from_a_forged_one() -> None:
    old = sign(fixture("telnyx", "message").request, NOW - timedelta(seconds=301))

    assert _refused(old) == "too-old-or-too-new"


@pytest.mark.parametrize("key", [KEY, OTHER])
def test_both_keys_are_good_while_they_rotate(key: Ed25519PrivateKey) -> None:
    keys = (public_key(OTHER), public_key(KEY))
    request = sign(fixture("telnyx", "message").request, key=key)

    telnyx.verify(request, account("telnyx", values={"public_key": keys}), NOW)


@pytest.mark.parametrize("key", ["", "x", "AAAA", base64.b64encode(b"k" * 33).decode()])
def test_a_key_that_is_none_proves_nothing(key: str) -> None:
    request = sign(fixture("telnyx", "message").request)

    with pytest.raises(Unverified):
        telnyx.verify(request, account("telnyx", values={"public_key": (key,)}), NOW)


def test_a_second_try_carries_the_same_idempotency_key() -> None:
    call = telnyx.build_send(MESSAGE, account("telnyx"))

    assert call.headers["idempotency-key"] == MESSAGE.idempotency_key


@pytest.mark.parametrize(
    ("status", "body", "kind", "code", "opted_out"),
    [
        (200, b'{"data":{"id":"m1"}}', "accepted", None, False),
        (400, b'{"errors":[{"code":"40300","title":"STOP"}]}', "permanent", "40300", True),
        (400, b'{"errors":[{"code":40014,"detail":"busy"}]}', "retry", "40014", False),
        (422, b'{"errors":[]}', "permanent", "http-422", False),
        (504, b"", "retry", "http-504", False),
    ],
)
def test_answers_mean_what_the_table_says(
    status: int, body: bytes, kind: str, code: str | None, *, opted_out: bool
) -> None:
    answer = telnyx.read_answer(HttpResponse(status=status, body=body))

    assert (answer.kind, answer.code, answer.opted_out) == (kind, code, opted_out)
