"""A text is handed to a carrier at most once, over real HTTP (reliability.md I9, F28)."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

import msgspec
import pytest

from schemas.base import ConversationId, MessageId, MessagePurpose, Number
from schemas.delivery import RecordAnswer
from services.carriers.contract import Account
from services.dispatch.adapters.carrier_http import (
    MOST_CALLS,
    CarrierCalls,
    knows_keys,
)
from services.dispatch.domain.sending import HELD_AT_GATE
from services.dispatch.ports import SendNow
from services.kernel.outbound import Outbound, Policy
from tests.support.carrier_peer import CarrierPeer, Ends, Says, carrier_peer
from tests.support.consents import FakeConsents

pytestmark = pytest.mark.integration

NUMBER, CARL = Number("+15550100"), "+15550199"
EVERYBODY = ("+15550197", "+15550198", CARL)
TAKEN = Says(201, '{"sid": "SM1"}')
TAKEN_BY_TELNYX = Says(200, '{"data": {"id": "T1"}}')
#: Long enough for loopback, short enough for a test that must run into it.
PATIENCE = 0.5


def accounts(address: str) -> dict[str, Account]:
    def account(name: str, **values: str) -> Account:
        return Account(
            name=name,
            carrier=name,
            public_base_url="https://texts.example.com",
            api_base_url=address,
            values={key: (value,) for key, value in values.items()},
        )

    return {
        "twilio": account("twilio", account_sid="AC1", auth_token="token"),
        "telnyx": account("telnyx", api_key="key"),
    }


def send(account: str = "twilio", tries: int = 1, purpose: MessagePurpose = "message") -> bytes:
    return msgspec.json.encode(
        SendNow(
            tenant="acme",
            conversation_id=ConversationId("conversation-1"),
            partition_key="key",
            message_id=MessageId("message-1"),
            attempt=1,
            tries=tries,
            recipient=CARL,
            number=NUMBER,
            account=account,
            text="Your order is ready.",
            purpose=purpose,
            idempotency_key="attempt-1",
        )
    )


@asynccontextmanager
async def caller(address: str, consents: FakeConsents | None = None) -> AsyncIterator[CarrierCalls]:
    outbound = Outbound(Policy.read(["127.0.0.0/8"]))
    try:
        yield CarrierCalls(
            accounts(address), outbound, consents or FakeConsents(), call_seconds=PATIENCE
        )
    finally:
        await outbound.close()


async def said(peer: CarrierPeer, payload: bytes) -> RecordAnswer:
    async with caller(peer.address) as calls:
        [told] = await calls.perform("effect-1", payload)
    assert (told.subject, told.partitionkey, told.tenant) == ("conversation-1", "key", "acme")
    assert isinstance(told.data, RecordAnswer)
    return told.data


async def test_a_text_that_is_taken_is_accepted_under_the_carriers_id() -> None:
    with carrier_peer(TAKEN) as peer:
        answer = await said(peer, send())

    assert (answer.answer, answer.provider_message_id) == ("accepted", "SM1")
    form = parse_qs(peer.taken[0].body)
    assert (form["To"], form["From"]) == ([CARL], [NUMBER])
    assert form["Body"] == ["Your order is ready."]
    assert form["StatusCallback"][0].endswith("/webhooks/twilio/twilio?message=message-1")


async def test_too_many_requests_is_a_retry_with_the_carriers_patience() -> None:
    with carrier_peer(Says(429, '{"code": 20429}', {"Retry-After": "7"})) as peer:
        answer = await said(peer, send())

    assert (answer.answer, answer.code, answer.retry_after_seconds) == ("retry", "20429", 7)


@pytest.mark.parametrize("code", ["21211", "21610"])
async def test_a_code_that_is_for_good_is_permanent(code: str) -> None:
    with carrier_peer(Says(400, f'{{"code": {code}, "message": "no"}}')) as peer:
        answer = await said(peer, send())

    assert (answer.answer, answer.code, answer.text) == ("permanent", code, "no")


async def test_a_code_that_is_worth_one_more_try_gets_one() -> None:
    with carrier_peer(Says(400, '{"code": 30008}')) as peer:
        first = await said(peer, send(tries=1))
        second = await said(peer, send(tries=2))

    assert (first.answer, second.answer) == ("retry", "permanent")


async def test_a_limit_of_the_day_waits_long() -> None:
    with carrier_peer(Says(400, '{"code": 30023}')) as peer:
        answer = await said(peer, send())

    assert answer.daily_cap


@pytest.mark.parametrize("end", ["hang", "hang-up"])
async def test_a_carrier_that_takes_a_text_and_never_answers_was_called_once(end: Ends) -> None:
    with carrier_peer(end) as peer:
        answer = await said(peer, send())

    assert (answer.answer, answer.code) == ("unknown", "no-answer")
    assert len(peer.taken) == 1


async def test_a_gateways_error_is_unknown_too() -> None:
    with carrier_peer(Says(502, "<html>")) as peer:
        assert (await said(peer, send())).answer == "unknown"


async def test_an_answer_without_an_id_is_unknown() -> None:
    with carrier_peer(Says(201, "{}")) as peer:
        assert (await said(peer, send())).answer == "unknown"


async def test_a_carrier_that_knows_our_key_is_asked_again_with_the_same() -> None:
    with carrier_peer("hang-up", TAKEN_BY_TELNYX) as peer:
        answer = await said(peer, send("telnyx"))

    assert (answer.answer, answer.provider_message_id) == ("accepted", "T1")
    assert [taken.headers["idempotency-key"] for taken in peer.taken] == ["attempt-1"] * 2


async def test_also_such_a_carrier_is_not_asked_for_ever() -> None:
    with carrier_peer("hang-up") as peer:
        answer = await said(peer, send("telnyx"))

    assert (answer.answer, len(peer.taken)) == ("unknown", MOST_CALLS)


async def test_a_carrier_that_cannot_be_reached_has_surely_not_been_called() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    async with caller(address) as calls:
        [told] = await calls.perform("effect-1", send())

    assert isinstance(told.data, RecordAnswer)
    assert (told.data.answer, told.data.code) == ("retry", "not-reached")


async def test_an_address_inside_is_never_called() -> None:
    outbound = Outbound(Policy())
    calls = CarrierCalls(accounts("https://127.0.0.1"), outbound, FakeConsents())

    [told] = await calls.perform("effect-1", send())

    await outbound.close()
    assert isinstance(told.data, RecordAnswer)
    assert (told.data.answer, told.data.code) == ("permanent", "blocked-address")


async def test_a_stop_that_came_after_the_plan_holds_the_call_back() -> None:
    with carrier_peer(TAKEN) as peer:
        async with caller(peer.address, FakeConsents({(NUMBER, CARL)})) as calls:
            [told] = await calls.perform("effect-1", send())
            [confirmed] = await calls.perform("effect-2", send(purpose="opt-out-confirmation"))

    assert isinstance(told.data, RecordAnswer)
    assert isinstance(confirmed.data, RecordAnswer)
    assert told.data.code == HELD_AT_GATE
    assert confirmed.data.answer == "accepted"
    assert len(peer.taken) == 1


async def test_an_account_that_is_gone_sends_nothing() -> None:
    async with caller("http://127.0.0.1:1") as calls:
        [told] = await calls.perform("effect-1", send("bandwidth"))

    assert isinstance(told.data, RecordAnswer)
    assert told.data.code == "no-account"


async def test_a_crash_in_the_middle_of_a_call_leaves_it_unknown() -> None:
    async with caller("http://127.0.0.1:1") as calls:
        told = calls.interrupted("effect-1", send())

    assert told is not None
    assert isinstance(told[0].data, RecordAnswer)
    assert told[0].data.answer == "unknown"


async def test_a_crash_is_repeated_only_where_the_carrier_knows_our_key() -> None:
    async with caller("http://127.0.0.1:1") as calls:
        assert calls.interrupted("effect-1", send("telnyx")) is None
    known = accounts("http://127.0.0.1:1")
    assert (knows_keys(known["twilio"]), knows_keys(known["telnyx"])) == (False, True)


def _to_group(account: str = "telnyx") -> bytes:
    alone = msgspec.json.decode(send(account), type=SendNow)
    return msgspec.json.encode(
        msgspec.structs.replace(alone, recipient=EVERYBODY[0], group=EVERYBODY)
    )


async def _said_of_all(
    peer: CarrierPeer, payload: bytes, opted_out: set[tuple[str, str]] | None = None
) -> list[RecordAnswer]:
    async with caller(peer.address, FakeConsents(opted_out)) as calls:
        told = [one.data for one in await calls.perform("effect-1", payload)]
    return [one for one in told if isinstance(one, RecordAnswer)]


async def test_a_group_message_is_one_call_and_one_answer_for_everybody() -> None:
    with carrier_peer(TAKEN_BY_TELNYX) as peer:
        (answer,) = await _said_of_all(peer, _to_group())

    assert (answer.group, answer.provider_message_id) == (EVERYBODY, "T1")
    assert [msgspec.json.decode(one.body)["to"] for one in peer.taken] == [list(EVERYBODY)]


async def test_whoever_said_stop_meanwhile_is_left_out_and_the_others_get_it() -> None:
    with carrier_peer(TAKEN_BY_TELNYX) as peer:
        held, answer = await _said_of_all(peer, _to_group(), {(NUMBER, CARL)})

    others = tuple(one for one in EVERYBODY if one != CARL)
    assert (held.recipient, held.group, held.code) == (CARL, (), HELD_AT_GATE)
    assert (answer.recipient, answer.group) == (others[0], others)
    assert [msgspec.json.decode(one.body)["to"] for one in peer.taken] == [list(others)]


async def test_where_all_have_said_stop_no_call_is_made() -> None:
    with carrier_peer(TAKEN_BY_TELNYX) as peer:
        answers = await _said_of_all(peer, _to_group(), {(NUMBER, one) for one in EVERYBODY})

    assert {answer.code for answer in answers} == {HELD_AT_GATE}
    assert peer.taken == []
