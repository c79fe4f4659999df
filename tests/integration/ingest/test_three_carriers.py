from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from deploy.local.simulator.accounts import CARRIERS, Carrier
from schemas.carrier import MessageArrived, ReceiptArrived
from services.carriers.accounts import read
from services.carriers.contract import Answer, HttpResponse
from services.carriers.registry import CARRIERS as CARRIER_MODULES
from services.kernel.kafka import topics
from tests.support.ingest_rig import Ingest, Log, reading
from tests.support.simulator import Simulator, running_simulator
from tests.support.waiting import eventually
from tests.support.webhooks import MESSAGE

pytestmark = pytest.mark.integration

NUMBERS: dict[Carrier, str] = {
    "twilio": "+12025550101",
    "telnyx": "+12025550102",
    "bandwidth": "+12025550103",
}
CUSTOMER = "+12025550199"
PUBLIC = "https://texts.example.com"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ingest")


@pytest.fixture(scope="module")
def ingest(kafka: str, directory: Path) -> Iterator[Ingest]:
    ingest = Ingest(kafka, directory, "")
    try:
        yield ingest
    finally:
        ingest.kill()


@pytest.fixture(scope="module")
def simulator(ingest: Ingest, directory: Path) -> Iterator[Simulator]:
    numbers = [f"{number}={carrier}" for carrier, number in NUMBERS.items()]
    options = ["--public", PUBLIC]
    with running_simulator(ingest.address, directory, numbers, options=options) as simulator:
        ingest.accounts = "\n".join(_section(simulator, carrier) for carrier in CARRIERS)
        ingest.start()
        yield simulator


@pytest.fixture
async def log(kafka: str) -> AsyncIterator[Log]:
    await topics.prepare(kafka)
    async with reading(kafka) as log:
        yield log


def _section(simulator: Simulator, carrier: Carrier) -> str:
    """Spell an account as the launcher does."""
    account = simulator.account(carrier)
    values = {"carrier": carrier, "public_base_url": PUBLIC, **account.credentials}
    return f"[{account.name}]\n" + "".join(f'{key} = "{value}"\n' for key, value in values.items())


@pytest.mark.parametrize("carrier", CARRIERS)
async def test_a_text_with_a_picture_comes_to_the_log(
    simulator: Simulator, log: Log, carrier: Carrier
) -> None:
    picture = {"name": "a.png", "media_type": "image/png", "content_base64": "eA=="}
    text = "It's 5 € & <b>late</b> 👋\n+%00"
    id_ = simulator.text_us(CUSTOMER, NUMBERS[carrier], text, files=[picture], wait=True)
    await eventually(lambda: log.has(id_), seconds=20)
    (event,) = await log.events(id_)

    assert isinstance(event.data, MessageArrived)
    assert (event.data.text, event.data.counterpart) == (text, CUSTOMER)
    assert event.data.number == NUMBERS[carrier]
    assert [file.url.rsplit("/", 1)[-1] for file in event.data.files] == ["a.png"]


@pytest.mark.parametrize("carrier", CARRIERS)
async def test_ten_copies_of_a_webhook_are_one_event(
    simulator: Simulator, log: Log, carrier: Carrier
) -> None:
    simulator.plan("duplicate", "webhooks", carrier=carrier, count=10)
    id_ = simulator.text_us(CUSTOMER, NUMBERS[carrier], "again", wait=True)
    await eventually(lambda: log.has(id_), seconds=20)

    assert len({event.id for event in await log.events(id_)}) == 1
    assert all(one["result"] != "gave-up" for one in simulator.history(kind="message", id=id_))


@pytest.mark.parametrize("carrier", CARRIERS)
async def test_a_group_is_one_conversation(
    simulator: Simulator, log: Log, carrier: Carrier
) -> None:
    others = ["+12025550198", "+12025550197"]
    id_ = simulator.text_us(CUSTOMER, NUMBERS[carrier], "all", others=others, wait=True)
    await eventually(lambda: log.has(id_), seconds=20)
    (event,) = await log.events(id_)

    assert event.partitionkey == f"{NUMBERS[carrier]}|+12025550197,+12025550198,{CUSTOMER}"


@pytest.mark.parametrize("carrier", CARRIERS)
async def test_what_we_send_is_taken_and_its_receipts_come_back(
    simulator: Simulator, ingest: Ingest, log: Log, carrier: Carrier
) -> None:
    answer = _send(simulator, ingest, carrier)
    assert answer.kind == "accepted"
    assert answer.provider_message_id

    async def both() -> bool:
        events = [event.data for event in await log.events(answer.provider_message_id or "")]
        states = {data.status for data in events if isinstance(data, ReceiptArrived)}
        return states == {"sent", "delivered"}

    await eventually(both, seconds=20)
    for event in await log.events(answer.provider_message_id):
        assert isinstance(event.data, ReceiptArrived)
        assert event.data.message_id == MESSAGE.message_id


def _send(simulator: Simulator, ingest: Ingest, carrier: Carrier) -> Answer:
    """Make the call that the carrier's module builds, and read its answer."""
    account = read(ingest.accounts, "send", lambda _: "")[carrier]
    account = replace(account, api_base_url=simulator.address)
    message = replace(MESSAGE, number=NUMBERS[carrier], recipient=CUSTOMER)
    call = CARRIER_MODULES[carrier].build_send(message, account)
    answer = httpx.request(
        call.method, call.url, headers=call.headers, content=call.body, trust_env=False
    )
    return CARRIER_MODULES[carrier].read_answer(
        HttpResponse(status=answer.status_code, body=answer.content)
    )
