from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from deploy.local.simulator.cast import SPEAKERS
from schemas.carrier import MessageArrived, ReceiptArrived
from services.carriers.accounts import read
from services.carriers.contract import Answer, HttpResponse
from services.carriers.registry import CARRIERS
from services.kernel.clock import Clock
from services.kernel.kafka import topics
from tests.support.ingest_rig import Ingest, Log, reading
from tests.support.simulator import Simulator, running_simulator
from tests.support.waiting import eventually
from tests.support.webhooks import MESSAGE, fixtures

pytestmark = pytest.mark.integration

NUMBERS = {carrier: f"+120255501{n:02}" for n, carrier in enumerate(SPEAKERS)}
#: Those whose fixtures show one.
GROUPS = sorted({each.carrier for each in fixtures() if each.name.startswith("message-of-a-group")})
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
        ingest.accounts = "\n".join(_section(simulator, carrier) for carrier in SPEAKERS)
        ingest.start()
        yield simulator


@pytest.fixture
async def log(kafka: str) -> AsyncIterator[Log]:
    await topics.prepare(kafka)
    async with reading(kafka) as log:
        yield log


def _section(simulator: Simulator, carrier: str) -> str:
    """Spell an account as the launcher does."""
    account = simulator.account(carrier)
    urls = {"public_base_url": PUBLIC, "api_base_url": simulator.address}
    values = {"carrier": carrier, **urls, **account.credentials}
    return f"[{account.name}]\n" + "".join(f'{key} = "{value}"\n' for key, value in values.items())


@pytest.mark.parametrize("carrier", [each for each in SPEAKERS if CARRIERS[each].MAX_FILES])
async def test_a_text_with_a_picture_comes_to_the_log(
    simulator: Simulator, log: Log, carrier: str
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


@pytest.mark.parametrize("carrier", SPEAKERS)
async def test_ten_copies_of_a_webhook_are_one_event(
    simulator: Simulator, log: Log, carrier: str
) -> None:
    simulator.plan("duplicate", "webhooks", carrier=carrier, count=10)
    id_ = simulator.text_us(CUSTOMER, NUMBERS[carrier], "again", wait=True)
    await eventually(lambda: log.has(id_), seconds=20)

    assert len({event.id for event in await log.events(id_)}) == 1
    assert all(one["result"] != "gave-up" for one in simulator.history(kind="message", id=id_))


@pytest.mark.parametrize("carrier", GROUPS)
async def test_a_group_is_one_conversation(simulator: Simulator, log: Log, carrier: str) -> None:
    others = ["+12025550198", "+12025550197"]
    id_ = simulator.text_us(CUSTOMER, NUMBERS[carrier], "all", others=others, wait=True)
    await eventually(lambda: log.has(id_), seconds=20)
    (event,) = await log.events(id_)

    assert event.partitionkey == f"{NUMBERS[carrier]}|+12025550197,+12025550198,{CUSTOMER}"


@pytest.mark.usefixtures("simulator")
@pytest.mark.parametrize("carrier", SPEAKERS)
async def test_what_we_send_is_taken_and_its_receipts_come_back(
    ingest: Ingest, log: Log, carrier: str
) -> None:
    answer = _send(ingest, carrier)
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


@pytest.mark.parametrize("carrier", [each for each in SPEAKERS if CARRIERS[each].MAX_FILES])
async def test_files_are_taken_and_fetched(
    simulator: Simulator, ingest: Ingest, carrier: str
) -> None:
    # the phone's own page stands for a picture: whatever has an address may be sent
    files = [f"{simulator.address}/?name={name}.png" for name in "ab"]
    answer = _send(ingest, carrier, *files[: CARRIERS[carrier].MAX_FILES])

    async def arrived() -> list[str]:
        sent = simulator.history(kind="text", id=answer.provider_message_id or "")
        return [file["link"] for one in sent for file in one["files"]]

    assert await eventually(arrived, seconds=20) == files[: CARRIERS[carrier].MAX_FILES]


def _send(ingest: Ingest, carrier: str, *files: str) -> Answer:
    """Make the call that the carrier's module builds, and read its answer."""
    account = read(ingest.accounts, "send", lambda _: "")[carrier]
    message = replace(
        MESSAGE,
        number=NUMBERS[carrier],
        recipient=CUSTOMER,
        idempotency_key=f"{carrier}-{len(files)}",
        at=Clock().now(),
        media_urls=files,
    )
    call = CARRIERS[carrier].build_send(message, account)
    answer = httpx.request(
        call.method, call.url, headers=call.headers, content=call.body, trust_env=False
    )
    return CARRIERS[carrier].read_answer(
        HttpResponse(status=answer.status_code, body=answer.content)
    )
