from dataclasses import replace
from datetime import timedelta

import pytest

from schemas import codec
from schemas.carrier import MessageArrived, ReceiptArrived
from services.carriers.contract import Request
from services.carriers.registry import CARRIERS
from services.ingest.domain import keep
from services.ingest.handlers import spell, translate
from services.kernel.deciding import Outgoing
from tests.support.webhooks import FORM, NOW, account, fixture, fixtures

ACCOUNTS = {"main": account("twilio")}


def _translated(carrier: str, request: Request, later: int = 0) -> list[Outgoing]:
    kept = keep(carrier, "main", request, NOW + timedelta(days=later))
    return list(translate(spell(kept), {"main": account(carrier)}))


def _ids(records: list[Outgoing]) -> list[str]:
    return [codec.decode(record.value).id for record in records if record.topic[-5:] != "-dead"]


@pytest.mark.parametrize("carrier", sorted(CARRIERS))
def test_a_repeat_a_week_later_is_the_same_event(carrier: str) -> None:
    for each in fixtures(carrier):
        first, second = (_translated(carrier, each.request, later) for later in (0, 7))
        assert _ids(first) == _ids(second)


@pytest.mark.parametrize("carrier", sorted(CARRIERS))
def test_reports_that_differ_are_different_events(carrier: str) -> None:
    ids = [
        id_
        for each in fixtures(carrier)
        if each.name.startswith("receipt")
        for id_ in _ids(_translated(carrier, each.request))
    ]
    names = ("provider_message_id", "counterpart", "carrier_status", "error_code")
    spelled = {
        tuple(event.get(name) for name in names)
        for each in fixtures(carrier)
        if each.name.startswith("receipt")
        for event in each.events
    }
    assert len(set(ids)) == len(spelled)


def test_an_event_carries_the_conversations_key_and_our_time() -> None:
    (record,) = _translated("twilio", fixture("twilio", "message-of-a-group").request)
    envelope = codec.decode(record.value)

    assert isinstance(envelope.data, MessageArrived)
    assert envelope.partitionkey == envelope.subject == record.key.decode()
    assert envelope.subject == "+12015550101|+12015550150,+12015550151,+12015550152"
    assert (envelope.time, envelope.correlation) == (NOW, envelope.id)
    assert (envelope.tenant, envelope.sequence, envelope.causation) == (None, None, None)


def test_a_receipt_goes_where_its_pairs_conversation_goes() -> None:
    (record,) = _translated("twilio", fixture("twilio", "receipt-delivered").request)
    envelope = codec.decode(record.value)

    assert isinstance(envelope.data, ReceiptArrived)
    assert envelope.partitionkey == "+12015550101|+12015550150"


def test_what_can_be_read_of_a_batch_is_published_and_the_whole_is_kept_for_the_operator() -> None:
    each = fixture("bandwidth", "batch-with-a-bad-entry")
    *events, dead = _translated("bandwidth", each.request)

    assert len(events) == 2
    assert dead.topic == "carrier-events-dead"
    assert dead.value == each.request.body
    assert dict(dead.headers)["tandem-reason"] == b"unparseable"


def test_a_dead_letter_holds_what_reparsing_needs() -> None:
    request = replace(fixture("twilio", "message-without-a-sender").request, query="message=x")
    (dead,) = _translated("twilio", request)
    headers = {name: value.decode() for name, value in dead.headers}

    assert headers["tandem-carrier"] == "twilio"
    assert headers["tandem-account"] == "main"
    assert headers["tandem-query"] == "message=x"
    assert headers["tandem-time"] == NOW.isoformat()
    assert headers["content-type"] == FORM[1]


def test_an_event_too_large_for_the_log_is_a_dead_letter() -> None:
    body = b"MessageSid=SM1&From=%2B12015550150&To=%2B12015550101&Body=" + b"%01" * 60_000
    (dead,) = _translated("twilio", Request(method="POST", query="", headers=(FORM,), body=body))

    assert dict(dead.headers)["tandem-reason"] == b"too-large"
    assert dead.value == body


def test_a_request_of_an_account_that_is_gone_is_a_dead_letter() -> None:
    kept = keep("twilio", "gone", fixture("twilio", "message").request, NOW)
    (dead,) = translate(spell(kept), ACCOUNTS)

    assert dict(dead.headers)["tandem-reason"] == b"unparseable"


def test_a_parsers_bug_costs_its_own_request_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[object]:
        raise KeyError("secret text")

    monkeypatch.setattr(CARRIERS["twilio"], "parse", broken)
    (dead,) = _translated("twilio", fixture("twilio", "message").request)

    assert dict(dead.headers)["tandem-reason"] == b"bug"
    assert dict(dead.headers)["tandem-error"] == b"KeyError"
