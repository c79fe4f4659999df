import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import standardwebhooks

from services.carriers import generic
from services.carriers.contract import HttpResponse
from services.kernel.clock import Clock
from tests.support.standard_webhooks import SECRET
from tests.support.webhooks import MESSAGE, account


def test_a_send_is_signed_so_that_the_official_library_accepts_it() -> None:
    call = generic.build_send(replace(MESSAGE, at=Clock().now()), account("generic"))
    library = standardwebhooks.Webhook(SECRET)

    event = library.verify(call.body, dict(call.headers))
    assert event["data"]["message_id"] == MESSAGE.message_id
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        library.verify(call.body + b" ", dict(call.headers))


def test_every_try_has_the_same_id_and_its_own_time() -> None:
    first = generic.build_send(MESSAGE, account("generic"))
    later = replace(MESSAGE, at=datetime(2026, 11, 21, 13, 0, tzinfo=UTC))
    second = generic.build_send(later, account("generic"))

    for name in ("webhook-id", "idempotency-key"):
        assert first.headers[name] == second.headers[name] == MESSAGE.idempotency_key
    for name in ("webhook-timestamp", "webhook-signature"):
        assert first.headers[name] != second.headers[name]


def test_a_group_message_names_everybody_once() -> None:
    group = (MESSAGE.recipient, "+12015550151")
    call = generic.build_send(replace(MESSAGE, recipients=group), account("generic"))

    data = json.loads(call.body)["data"]
    assert (data["to"], data["others"]) == (MESSAGE.recipient, ["+12015550151"])


def test_a_send_says_where_its_status_goes() -> None:
    call = generic.build_send(MESSAGE, account("generic"))

    assert call.url == "https://api.example.com/send"
    assert json.loads(call.body)["data"]["status_url"] == (
        f"https://texts.example.com/webhooks/generic/main?message={MESSAGE.message_id}"
    )


@pytest.mark.parametrize(
    ("status", "body", "kind", "code", "opted_out", "daily_cap"),
    [
        (200, {"id": "gw-1"}, "accepted", None, False, False),
        (202, {"id": "gw-1", "more": 1}, "accepted", None, False, False),
        (422, {"error": {"code": "opted-out"}}, "permanent", "opted-out", True, False),
        (422, {"error": {"code": "try-later"}}, "retry", "try-later", False, False),
        (422, {"error": {"code": "daily-limit"}}, "retry", "daily-limit", False, True),
        (422, {"error": {"code": "no-route", "text": "x"}}, "permanent", "no-route", False, False),
        (422, {"error": {}}, "permanent", "http-422", False, False),
        (504, {}, "retry", "http-504", False, False),
    ],
)
def test_answers_mean_what_the_page_says(
    status: int, body: object, kind: str, code: str | None, *, opted_out: bool, daily_cap: bool
) -> None:
    answer = generic.read_answer(HttpResponse(status=status, body=json.dumps(body).encode()))

    assert (answer.kind, answer.code, answer.opted_out, answer.daily_cap) == (
        kind,
        code,
        opted_out,
        daily_cap,
    )
