"""Every carrier that has a list finds a text whose answer got lost, over real HTTP (F28)."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta

import msgspec
import pytest

from deploy.local.simulator.asking import listing_of
from deploy.local.simulator.cast import SPEAKERS
from schemas.base import ConversationId, MessageId, Number
from schemas.delivery import LookUpSend, RecordAnswer, RecordLookUp
from services.carriers.contract import Account, look_up_of
from services.carriers.registry import CARRIERS
from services.dispatch.adapters.carrier_http import CarrierCalls
from services.dispatch.adapters.carrier_lookups import CarrierLookUps
from services.dispatch.ports import LookUpNow, SendNow
from services.kernel import ids
from services.kernel.clock import Clock
from services.kernel.outbound import Outbound, Policy
from tests.support.consents import FakeConsents
from tests.support.simulator import Simulator, running_simulator

pytestmark = pytest.mark.integration

OURS, CARL = Number("+12025550100"), "+12025550143"
CHAT = ConversationId("conversation-1")
TEXT = "Your order is ready."
LISTING = sorted(name for name in SPEAKERS if look_up_of(CARRIERS[name]) is not None)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator("http://127.0.0.1:1", tmp_path_factory.mktemp("simulator")) as running:
        yield running


def test_the_simulator_lists_texts_for_everybody_who_can_be_asked() -> None:
    assert [name for name in SPEAKERS if listing_of(SPEAKERS[name])] == LISTING


@pytest.mark.parametrize("carrier", LISTING)
async def test_a_text_whose_answer_got_lost_is_found_and_not_its_neighbours(
    simulator: Simulator, carrier: str
) -> None:
    lost = MessageId(ids.derive(carrier, "lost"))
    async with AsyncExitStack() as stack:
        outbound = Outbound(Policy.read(["127.0.0.0/8"]))
        stack.push_async_callback(outbound.close)
        accounts = {"main": _account(simulator, carrier)}
        calls = CarrierCalls(accounts, outbound, FakeConsents())
        look_ups = CarrierLookUps(accounts, outbound)
        await calls.perform("effect-0", _send(MessageId(ids.derive(carrier, "before")), "Hello."))
        simulator.plan("lose-answer", "sends", carrier=carrier)
        since = Clock().now()

        [answered] = await calls.perform("effect-1", _send(lost, TEXT))
        [told] = await look_ups.perform("effect-2", _ask(lost, since=since))
        nothing = await look_ups.perform("effect-3", _ask(MessageId("never-sent"), "Never sent."))

    assert isinstance(answered.data, RecordAnswer)
    assert answered.data.answer in {"unknown", "accepted"}  # a known key gets its answer again
    assert isinstance(told.data, RecordLookUp)
    [text] = [one for one in simulator.history(kind="text", carrier=carrier) if one["text"] == TEXT]
    assert told.data.provider_message_id == text["id"]
    assert told.data.status in {"accepted", "queued", "sent", "delivered"}
    assert nothing == ()


def _account(simulator: Simulator, carrier: str) -> Account:
    return Account(
        name="main",
        carrier=carrier,
        public_base_url="https://texts.example.com",
        api_base_url=simulator.address,
        values={key: (one,) for key, one in simulator.account(carrier).credentials.items()},
    )


def _key(message_id: MessageId) -> str:
    return ids.derive(message_id, "1", CARL)


def _send(message_id: MessageId, text: str) -> bytes:
    return msgspec.json.encode(
        SendNow(
            tenant="acme",
            conversation_id=CHAT,
            partition_key="key",
            message_id=message_id,
            attempt=1,
            tries=1,
            recipient=CARL,
            number=OURS,
            account="main",
            text=text,
            purpose="message",
            idempotency_key=_key(message_id),
        )
    )


def _ask(message_id: MessageId, text: str = TEXT, **times: object) -> bytes:
    now = Clock().now()
    about = LookUpSend(
        conversation_id=CHAT,
        message_id=message_id,
        attempt=1,
        recipient=CARL,
        account="main",
        since=now - timedelta(minutes=1),
        answered_at=now,
    )
    return msgspec.json.encode(
        LookUpNow(
            tenant="acme",
            partition_key="key",
            number=OURS,
            text=text,
            idempotency_key=_key(message_id),
            about=msgspec.structs.replace(about, **times),
        )
    )
