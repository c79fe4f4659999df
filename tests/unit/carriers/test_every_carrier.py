from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest

from services.carriers.contract import (
    Account,
    HttpResponse,
    NeedsChallenge,
    ProofForgotten,
    Request,
    Unparseable,
    Unverified,
)
from services.carriers.decoding import pairs
from services.carriers.registry import CARRIERS
from tests.support.webhooks import (
    FIXTURES,
    FORM,
    MESSAGE,
    NOW,
    Fixture,
    account,
    fixture,
    fixtures,
    message_for,
    sign,
    signer,
)

EVERY = sorted(CARRIERS)
_DAYS = 7 * 86_400
_REFUSALS = (Unverified, NeedsChallenge, ProofForgotten)


def _is_accepted(carrier: str, request: Request) -> bool:
    try:
        CARRIERS[carrier].verify(request, account(carrier), NOW)
    except _REFUSALS:
        return False
    return True


def test_a_carrier_without_fixtures_is_no_carrier() -> None:
    folders = {path.name for path in FIXTURES.iterdir() if path.name != "__pycache__"}
    assert folders == set(CARRIERS)
    for carrier in EVERY:
        names = {each.name for each in fixtures(carrier)}
        assert {"message", "receipt-delivered", "something-else"} <= names, carrier


@pytest.mark.parametrize("each", fixtures(), ids=lambda each: f"{each.carrier}/{each.name}")
def test_a_body_says_what_its_fixture_says(each: Fixture) -> None:
    try:
        events = tuple(CARRIERS[each.carrier].parse(each.request, account(each.carrier)))
        reason = ""
    except Unparseable as trouble:
        events, reason = trouble.events, trouble.reason

    assert bool(reason) == each.unparseable
    assert "+1" not in reason
    assert [_spelled(event) for event in events] == each.events


def _spelled(event: object) -> dict[str, object]:
    fields = msgspec.json.decode(msgspec.json.encode(event))
    kept = {key: value for key, value in fields.items() if value not in (None, [], ())}
    if "status" in fields:
        kept["status"] = fields["status"]
    return {"is": type(event).__name__, **kept}


@pytest.mark.parametrize("each", fixtures(), ids=lambda each: f"{each.carrier}/{each.name}")
def test_a_genuine_request_is_accepted(each: Fixture) -> None:
    assert _is_accepted(each.carrier, sign(each.carrier, each.request))


@pytest.mark.parametrize("carrier", EVERY)
def test_a_request_without_proof_is_refused(carrier: str) -> None:
    assert not _is_accepted(carrier, fixture(carrier, "message").request)


@pytest.mark.parametrize("carrier", EVERY)
@pytest.mark.parametrize("value", ["", " ", "x", "=", "Basic", "Basic !", "Basic e30=", "é", "\0"])
def test_an_invented_proof_is_refused(carrier: str, value: str) -> None:
    genuine = sign(carrier, fixture(carrier, "message").request)

    assert not _is_accepted(carrier, signer(carrier).PROOF.replaced(genuine, value))


@pytest.mark.parametrize("carrier", EVERY)
def test_a_truncated_or_lengthened_proof_is_refused(carrier: str) -> None:
    genuine = sign(carrier, fixture(carrier, "message").request)
    proof = signer(carrier).PROOF
    value = proof.read(genuine)

    for end in range(1, len(value)):
        assert not _is_accepted(carrier, proof.replaced(genuine, value[:end]))
    assert not _is_accepted(carrier, proof.replaced(genuine, value + "A"))


@pytest.mark.parametrize("carrier", EVERY)
def test_a_second_proof_is_refused_even_if_one_is_genuine(carrier: str) -> None:
    genuine = sign(carrier, fixture(carrier, "message").request)
    proof = signer(carrier).PROOF
    for extra in (proof.read(genuine), "forged"):
        assert not _is_accepted(carrier, proof.doubled(genuine, extra))


@pytest.mark.parametrize("carrier", EVERY)
def test_another_accounts_secrets_prove_nothing(carrier: str) -> None:
    genuine = sign(carrier, fixture(carrier, "message").request)
    strangers = dict.fromkeys(account(carrier).values, ("c3RyYW5nZXI=",))

    with pytest.raises(Unverified):
        CARRIERS[carrier].verify(genuine, account(carrier, values=strangers), NOW)


@pytest.mark.parametrize("carrier", EVERY)
def test_an_account_without_secrets_accepts_nothing(carrier: str) -> None:
    genuine = sign(carrier, fixture(carrier, "message").request)

    with pytest.raises(Unverified):
        CARRIERS[carrier].verify(genuine, account(carrier, values={}), NOW)


def _flips(content: bytes) -> Iterator[bytes]:
    for index in range(len(content)):
        for bit in range(8):
            yield content[:index] + bytes([content[index] ^ 1 << bit]) + content[index + 1 :]


@pytest.mark.parametrize("carrier", [each for each in EVERY if signer(each).SIGNS_BODY])
@pytest.mark.parametrize("name", ["message", "receipt-delivered"])
def test_no_bit_of_what_is_signed_can_be_changed(carrier: str, name: str) -> None:
    genuine = sign(carrier, fixture(carrier, name).request)
    for body in _flips(genuine.body):
        changed = replace(genuine, body=body)
        if not _means_the_same(carrier, changed, genuine):
            assert not _is_accepted(carrier, changed), body


def _means_the_same(carrier: str, one: Request, other: Request) -> bool:
    """Tell whether a form is spelled differently (%2b for %2B), or a proof in other case."""
    if FORM not in one.headers:
        return one == other
    try:
        return sorted(pairs(one.body)) == sorted(pairs(other.body)) or (
            signer(carrier).PROOF.same_but_for_case(one, other)
        )
    except Unparseable:
        return False


@pytest.mark.parametrize("carrier", EVERY)
def test_no_bit_of_a_proof_can_be_changed(carrier: str) -> None:
    genuine = sign(carrier, fixture(carrier, "message").request)
    proof = signer(carrier).PROOF
    value = proof.read(genuine)
    for flipped in _flips(value.encode()):
        changed = flipped.decode("latin-1")
        if not proof.same(changed, value):
            assert not _is_accepted(carrier, proof.replaced(genuine, changed)), changed


@pytest.mark.parametrize("carrier", EVERY)
def test_the_requests_own_host_plays_no_part(carrier: str) -> None:
    genuine = sign(carrier, fixture(carrier, "message").request)
    spoofed = (("host", "evil.example"), ("x-forwarded-proto", "http"), ("x-forwarded-host", "e"))

    assert _is_accepted(carrier, replace(genuine, headers=(*genuine.headers, *spoofed)))


@pytest.mark.parametrize("carrier", EVERY)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b"[",
        b"\xff\xfe{\0}\0",
        b"+ADw-",
        b"[{]",
        b'{"data":1,"data":2}',
        b'[{"type":"message-received","type":"x"}]',
        b'{"a":NaN}',
        b"1" * 5000,
        b"[" * 100_000,
        b"[" * 40 + b"]" * 40,
        b'[{"type":"message-received","message":7}]',
        b'{"data":{"event_type":"message.received","payload":{}}}',
        b"From=%ff&MessageSid=1",
        b"MessageSid=1&Body=x&From=nobody%3Bx&To=1",
        b"a=1&" * 2000,
    ],
    ids=range(18),
)
def test_a_strange_body_is_unparseable_or_says_nothing(carrier: str, body: bytes) -> None:
    try:
        events = CARRIERS[carrier].parse(
            replace(fixture(carrier, "message").request, body=body), account(carrier)
        )
    except Unparseable:
        return
    assert events == []


@pytest.mark.parametrize("carrier", EVERY)
def test_what_a_carrier_accepts_as_kept_is_a_2xx(carrier: str) -> None:
    assert 200 <= CARRIERS[carrier].ACCEPTED.status < 300


@pytest.mark.parametrize("carrier", EVERY)
def test_a_send_names_both_numbers_the_text_the_files_and_the_message(carrier: str) -> None:
    message = message_for(carrier)
    call = CARRIERS[carrier].build_send(message, account(carrier))

    spelled = call.body.decode()
    if call.headers["content-type"] == FORM[1]:
        spelled = msgspec.json.encode(pairs(call.body)).decode()
    bare = (message.number.lstrip("+"), message.recipient.lstrip("+"))
    for wanted in (*bare, message.text, *message.media_urls):
        assert wanted in spelled
    assert MESSAGE.message_id in spelled
    assert call.url.startswith("https://api.example.com/")
    assert "secret" not in repr(call)


@pytest.mark.parametrize("carrier", EVERY)
@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[]", b"null", b'{"code":"x"}', b"\xff"])
@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        (200, {"unknown"}),
        (302, {"permanent"}),
        (400, {"permanent"}),
        (401, {"permanent"}),
        (429, {"retry"}),
        (500, {"retry"}),
        (503, {"retry"}),
        (502, {"unknown", "retry"}),
        (504, {"unknown", "retry"}),
    ],
)
def test_an_answer_that_cannot_be_read_is_judged_by_its_status(
    carrier: str, body: bytes, status: int, kinds: set[str]
) -> None:
    answer = CARRIERS[carrier].read_answer(HttpResponse(status=status, body=body))

    assert answer.kind in kinds


@pytest.mark.parametrize("status", [401, 402, 403])
@pytest.mark.parametrize("carrier", sorted(CARRIERS))
def test_credentials_and_credit_are_the_accounts_fault_so_another_may_take_the_text(
    carrier: str, status: int
) -> None:
    answer = CARRIERS[carrier].read_answer(HttpResponse(status=status, body=b"no"))

    assert (answer.kind, answer.account_fault) == ("permanent", True)
    assert not CARRIERS[carrier].read_answer(HttpResponse(status=400, body=b"no")).account_fault


@pytest.mark.parametrize("carrier", EVERY)
@pytest.mark.parametrize(
    ("given", "wait"), [("7", 7), ("999999", 86400), ("soon", None), ("", None)]
)
def test_a_carriers_wish_to_wait_is_heard(carrier: str, given: str, wait: int | None) -> None:
    response = HttpResponse(status=429, headers={"retry-after": given})

    assert CARRIERS[carrier].read_answer(response).retry_after_seconds == wait


@pytest.mark.parametrize("carrier", EVERY)
@pytest.mark.parametrize("sign_of_the_error", [1, -1])
def test_a_window_is_kept_where_the_scheme_signs_a_time(
    carrier: str, sign_of_the_error: int
) -> None:
    tolerance = CARRIERS[carrier].TOLERANCE_SECONDS
    genuine = sign(carrier, fixture(carrier, "message").request)
    for seconds in (tolerance or _DAYS, (tolerance or _DAYS) + 1):
        inside = not tolerance or seconds <= tolerance
        off = timedelta(seconds=seconds * sign_of_the_error)
        assert _is_accepted_at(carrier, genuine, account(carrier), NOW + off) == inside


@pytest.mark.parametrize(
    "carrier", [each for each in EVERY if CARRIERS[each].TOLERANCE_SECONDS is not None]
)
def test_the_operator_says_how_far_a_clock_may_be_off(carrier: str) -> None:
    genuine = sign(carrier, fixture(carrier, "message").request)
    for tolerance, seconds, accepted in ((10, 10, True), (10, 11, False), (0, _DAYS, True)):
        asked = account(carrier, tolerance_seconds=tolerance)
        at = NOW + timedelta(seconds=seconds)
        assert _is_accepted_at(carrier, genuine, asked, at) == accepted


def _is_accepted_at(carrier: str, request: Request, asked: Account, at: datetime) -> bool:
    try:
        CARRIERS[carrier].verify(request, asked, at)
    except Unverified:
        return False
    return True
