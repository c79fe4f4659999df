"""A carrier that takes a text and hangs is asked what became of it, over real HTTP (F28)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import msgspec
import pytest

from schemas.base import ConversationId, MessageId, Number
from schemas.delivery import LookUpSend, RecordAnswer, RecordLookUp
from services.carriers.contract import Account
from services.dispatch.adapters.carrier_http import CarrierCalls
from services.dispatch.adapters.carrier_lookups import CarrierLookUps
from services.dispatch.ports import LookUpNow, SendNow
from services.kernel.outbound import Outbound, Policy
from tests.support.carrier_peer import Ends, Says, carrier_peer
from tests.support.consents import FakeConsents

pytestmark = pytest.mark.integration

NUMBER, CARL = Number("+15550100"), "+15550199"
TEXT = "Your order is ready."
AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
LISTED = {
    "sid": "SM1",
    "body": TEXT,
    "status": "delivered",
    "date_created": "Fri, 20 Nov 2026 10:00:01 +0000",
}
FOUND = Says(200, msgspec.json.encode({"messages": [LISTED]}).decode())
NOTHING = Says(200, '{"messages": []}')
PATIENCE = 0.5
CHAT, FIRST = ConversationId("conversation-1"), MessageId("message-1")
SEND = SendNow(
    tenant="acme",
    conversation_id=CHAT,
    partition_key="key",
    message_id=FIRST,
    attempt=1,
    tries=1,
    recipient=CARL,
    number=NUMBER,
    account="main",
    text=TEXT,
    purpose="message",
    idempotency_key="attempt-1",
)
ASK = LookUpNow(
    tenant="acme",
    partition_key="key",
    number=NUMBER,
    text=TEXT,
    about=LookUpSend(
        conversation_id=CHAT,
        message_id=FIRST,
        attempt=1,
        recipient=CARL,
        account="main",
        since=AT,
        answered_at=AT,
    ),
)


@asynccontextmanager
async def dispatching(address: str) -> AsyncIterator[tuple[CarrierCalls, CarrierLookUps]]:
    account = Account(
        name="main",
        carrier="twilio",
        public_base_url="https://texts.example.com",
        api_base_url=address,
        values={"account_sid": ("AC1",), "auth_token": ("token",)},
    )
    outbound = Outbound(Policy.read(["127.0.0.0/8"]))
    try:
        yield (
            CarrierCalls({"main": account}, outbound, FakeConsents(), call_seconds=PATIENCE),
            CarrierLookUps({"main": account}, outbound, look_up_seconds=PATIENCE),
        )
    finally:
        await outbound.close()


async def test_a_text_whose_answer_hung_is_found_by_its_words_and_sent_once() -> None:
    with carrier_peer("hang", FOUND) as peer:
        async with dispatching(peer.address) as (calls, look_ups):
            [sent] = await calls.perform("effect-1", msgspec.json.encode(SEND))
            [told] = await look_ups.perform("effect-2", msgspec.json.encode(ASK))

    assert isinstance(sent.data, RecordAnswer)
    assert sent.data.answer == "unknown"
    assert isinstance(told.data, RecordLookUp)
    assert (told.data.provider_message_id, told.data.status) == ("SM1", "delivered")
    assert (told.subject, told.partitionkey, told.tenant) == (CHAT, "key", "acme")
    assert [bool(taken.body) for taken in peer.taken] == [True, False]


@pytest.mark.parametrize("end", ["hang", "hang-up", NOTHING, Says(503, "{}")])
async def test_what_is_not_found_or_not_answered_is_told_to_nobody(end: Ends | Says) -> None:
    with carrier_peer(end) as peer:
        async with dispatching(peer.address) as (_, look_ups):
            assert await look_ups.perform("effect-1", msgspec.json.encode(ASK)) == ()

    assert len(peer.taken) == 1


async def test_a_crash_in_the_middle_of_a_look_up_asks_again() -> None:
    async with dispatching("http://127.0.0.1:1") as (_, look_ups):
        assert look_ups.interrupted("effect-1", msgspec.json.encode(ASK)) is None
