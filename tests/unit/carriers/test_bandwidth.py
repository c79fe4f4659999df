import msgspec
import pytest
from bandwidth.models import InboundCallback, MessageRequest, StatusCallback

from services.carriers import bandwidth
from services.carriers.contract import HttpResponse, NeedsChallenge, Unverified
from tests.fixtures.carriers.bandwidth.signer import sign
from tests.support.webhooks import MESSAGE, NOW, account, fixture, with_headers


def test_the_first_request_has_no_credentials_and_is_challenged() -> None:
    with pytest.raises(NeedsChallenge):
        bandwidth.verify(fixture("bandwidth", "message").request, account("bandwidth"), NOW)


@pytest.mark.parametrize("password", ["pass-new", "pass-old"])
def test_both_passwords_are_good_while_they_rotate(password: str) -> None:
    request = sign(fixture("bandwidth", "message").request, secret=password)

    bandwidth.verify(request, account("bandwidth"), NOW)


def test_wrong_credentials_are_refused_and_not_challenged() -> None:
    request = sign(fixture("bandwidth", "message").request, secret="guess")

    with pytest.raises(Unverified, match="wrong-credentials"):
        bandwidth.verify(request, account("bandwidth"), NOW)


def test_another_scheme_is_refused() -> None:
    request = with_headers(fixture("bandwidth", "message").request, authorization="Bearer x")

    with pytest.raises(Unverified, match="not-basic"):
        bandwidth.verify(request, account("bandwidth"), NOW)


@pytest.mark.parametrize("name", ["message", "message-of-a-group-with-pictures"])
def test_the_official_sdk_knows_our_messages(name: str) -> None:
    for entry in msgspec.json.decode(fixture("bandwidth", name).request.body):
        assert InboundCallback.model_validate(entry).message.id == entry["message"]["id"]


@pytest.mark.parametrize("name", ["receipt-delivered", "receipt-failed-at-the-carrier"])
def test_the_official_sdk_knows_our_receipts(name: str) -> None:
    for entry in msgspec.json.decode(fixture("bandwidth", name).request.body):
        assert StatusCallback.model_validate(entry).to == entry["to"]


def test_a_send_is_what_the_official_sdk_would_send() -> None:
    call = bandwidth.build_send(MESSAGE, account("bandwidth"))
    told = MessageRequest.model_validate_json(call.body)

    # what it does not know by name would stand here
    assert not told.additional_properties
    assert (told.to, told.var_from) == ([MESSAGE.recipient], MESSAGE.number)
    assert (told.tag, told.media) == (MESSAGE.message_id, list(MESSAGE.media_urls))


@pytest.mark.parametrize(
    ("status", "body", "kind", "opted_out"),
    [
        (202, b'{"id":"m1"}', "accepted", False),
        (400, b'{"type":"request-validation","description":"no"}', "permanent", False),
        (403, b'{"type":"4775"}', "permanent", True),
        (429, b'{"type":"max-message-queue-size-exceeded"}', "retry", False),
        (504, b"", "unknown", False),
    ],
)
def test_answers_mean_what_the_table_says(
    status: int, body: bytes, kind: str, *, opted_out: bool
) -> None:
    answer = bandwidth.read_answer(HttpResponse(status=status, body=body))

    assert (answer.kind, answer.opted_out) == (kind, opted_out)


@pytest.mark.parametrize(
    ("code", "kind", "once"),
    [
        ("5100", "retry", False),
        ("5600", "retry", True),
        ("4785", "retry", False),
        ("4301", "permanent", False),
        ("4770", "permanent", False),
    ],
)
def test_codes_mean_what_the_table_says(code: str, kind: str, *, once: bool) -> None:
    verdict = bandwidth.judge(code)

    assert (verdict.kind, verdict.once) == (kind, once)
