import msgspec
import pytest

from services.carriers.contract import Request
from services.ingest.domain import Kept, keep
from services.ingest.handlers import outcome
from services.ops.raw import MAX_SHOWN, mask, secrets, show
from services.ops.reparse import Plan
from tests.support.webhooks import FORM, NOW, account, fixture

ACCOUNTS = {"main": account("twilio")}


def _kept(body: bytes, query: str = "", **headers: str) -> Kept:
    pairs = (FORM, *((name.replace("_", "-"), value) for name, value in headers.items()))
    request = Request(method="POST", query=query, headers=pairs, body=body)
    return keep("twilio", "main", request, NOW)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("api_key=abc&to=1&sig=ff", "api_key=…&to=1&sig=…"),
        ('{"token": "a\\"b", "text": "hi"}', '{"token": "…", "text": "hi"}'),
        (
            "url=https://files.example/a?X-Amz-Signature=ff00&X-Amz-Date=1",
            "url=https://files.example/a?X-Amz-Signature=…&X-Amz-Date=1",
        ),
        ("my design=big", "my design=big"),
        ("bell\x07 and \x1b[2J", "bell\\x07 and \\x1b[2J"),
    ],
)
def test_what_proves_or_opens_something_is_not_shown(text: str, shown: str) -> None:
    assert mask(text) == shown


def test_a_configured_value_is_hidden_wherever_it_stands() -> None:
    hidden = secrets(ACCOUNTS)

    assert "token-new" not in show(_kept(b"Body=the+token-new+is+there"), hidden)
    assert not any(len(value) < 6 for value in hidden)


def test_a_request_is_shown_with_all_but_its_proof() -> None:
    kept = _kept(b"Body=Hello", "message=m-1", x_twilio_signature="proof", user_agent="Carrier")
    shown = show(kept)

    assert "POST /webhooks/twilio/main?message=m-1" in shown
    assert "user-agent: Carrier" in shown
    assert "Body=Hello" in shown
    assert "proof" not in shown


def test_a_large_body_is_cut_and_says_so() -> None:
    shown = show(_kept(b"x" * (MAX_SHOWN + 1)))

    assert f"{MAX_SHOWN + 1} bytes in all" in shown


def test_what_is_on_the_log_is_not_missing_and_what_differs_there_is_named() -> None:
    kept = keep("twilio", "main", fixture("twilio", "message").request, NOW)
    plan = Plan()
    plan.parsed(kept, ACCOUNTS)
    plan.parsed(kept, ACCOUNTS)
    (envelope,) = outcome(kept, ACCOUNTS).envelopes
    assert list(plan.missing) == [envelope.id]

    other = msgspec.structs.replace(envelope.data, carrier="telnyx")
    plan.logged(msgspec.structs.replace(envelope, data=other))
    plan.logged(envelope)
    assert (plan.requests, plan.known, plan.missing) == (2, 1, {})
    assert plan.changed == [envelope.id]


def test_what_is_still_not_understood_is_counted_by_its_reason() -> None:
    kept = keep("twilio", "main", fixture("twilio", "message-without-a-sender").request, NOW)
    plan = Plan()
    plan.parsed(kept, ACCOUNTS)

    ((reason, count),) = plan.unreadable.items()
    assert count == 1
    assert reason.startswith("twilio: unparseable")
