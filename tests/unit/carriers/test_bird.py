import json
import warnings
from dataclasses import replace

import pytest

from services.carriers import bird
from services.carriers.contract import HttpResponse, Request, Unverified
from services.kernel.clock import Clock
from tests.support.standard_webhooks import OLD_SECRET, SECRET
from tests.support.webhooks import MESSAGE, Fixture, account, fixture, fixtures, sign

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the SDK's models shadow names of pydantic's
    from bird import Bird
    from bird import WebhookVerificationError as SdkRefuses
    from bird._generated import SMSMessageSendRequest

SDK = Bird(webhook_secret=SECRET)


def _sdk_accepts(request: Request) -> bool:
    try:
        SDK.webhooks.unwrap(request.body, dict(request.headers))
    except SdkRefuses:
        return False
    return True


def _we_accept(request: Request) -> bool:
    try:
        bird.verify(request, account("bird"), Clock().now())
    except Unverified:
        return False
    return True


def test_we_and_the_official_sdk_accept_and_refuse_the_same() -> None:
    request = sign("bird", fixture("bird", "message").request, Clock().now())
    wrong = tuple((k, f"{v}0" if k == "webhook-id" else v) for k, v in request.headers)

    assert _sdk_accepts(request)
    assert _we_accept(request)
    for changed in (
        replace(request, body=request.body + b" "),
        replace(request, headers=wrong),
        replace(request, headers=request.headers[:-1]),
    ):
        assert not _sdk_accepts(changed)
        assert not _we_accept(changed)


@pytest.mark.parametrize(
    "each",
    [one for one in fixtures("bird") if not one.unparseable],
    ids=lambda each: each.name,
)
def test_our_fixtures_are_what_the_official_sdk_reads(each: Fixture) -> None:
    request = sign("bird", each.request, Clock().now())

    event = SDK.webhooks.unwrap(request.body, dict(request.headers))
    assert event.root.type == json.loads(each.request.body)["type"]


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET])
def test_both_secrets_are_good_while_bird_signs_with_both(secret: str) -> None:
    found = account("bird", values={"webhook_secret": (SECRET,)})
    request = sign("bird", fixture("bird", "message").request)

    assert secret in account("bird").every("webhook_secret")
    bird.verify(request, found, MESSAGE.at)


def test_a_send_is_what_the_official_sdk_describes() -> None:
    call = bird.build_send(replace(MESSAGE, media_urls=()), account("bird"))

    request = SMSMessageSendRequest.model_validate_json(call.body)
    assert (request.to, request.from_, request.text) == (
        MESSAGE.recipient,
        MESSAGE.number,
        MESSAGE.text,
    )
    assert not request.model_extra


def test_a_send_carries_a_key_and_the_category_of_the_account() -> None:
    chosen = account("bird", values={"api_key": ("k",), "category": ("transactional",)})
    call = bird.build_send(MESSAGE, chosen)

    assert call.headers["idempotency-key"] == MESSAGE.idempotency_key
    assert json.loads(call.body)["category"] == "transactional"


@pytest.mark.parametrize(
    ("status", "body", "kind", "code", "opted_out"),
    [
        (202, {"id": "sms_1"}, "accepted", None, False),
        (
            422,
            {"error": {"type": "validation_error", "code": "recipient_opted_out"}},
            "permanent",
            "recipient_opted_out",
            True,
        ),
        (
            422,
            {"error": {"type": "validation_error", "name": "SMSInvalidRecipient"}},
            "permanent",
            "SMSInvalidRecipient",
            False,
        ),
        (429, {"error": {"type": "rate_limit_error"}}, "retry", "rate_limit_error", False),
        (503, {"error": {"type": "service_unavailable_error"}}, "retry", None, False),
        (402, {"error": {"type": "billing_error"}}, "permanent", "billing_error", False),
    ],
)
def test_answers_mean_what_the_table_says(
    status: int, body: object, kind: str, code: str | None, *, opted_out: bool
) -> None:
    answer = bird.read_answer(HttpResponse(status=status, body=json.dumps(body).encode()))

    assert (answer.kind, answer.opted_out) == (kind, opted_out)
    if code:
        assert answer.code == code
