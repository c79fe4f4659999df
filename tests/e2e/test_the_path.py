"""A signed text comes in, two hundred agents claim it, one answers, and sees it delivered."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest
import pytest_asyncio

from tests.support import town
from tests.support.api import Api, Json
from tests.support.crowd import crowd_of
from tests.support.system import Running
from tests.support.waiting import eventually

CARRIERS = ("twilio", "telnyx", "bandwidth")
SERVICES = ("ingest", "router", "queue", "dispatch", "media", "notify", "gateway")
#: Sign-ins at once: each costs an argon2id hash.
_customers = count(200)

pytestmark = pytest.mark.timeout(300)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crowd(system: Running) -> AsyncIterator[list[Api]]:
    """Two hundred agents, signed in and logged in to their queue."""
    async with crowd_of(system) as agents:
        yield agents


def _customer() -> str:
    return f"+12025551{next(_customers)}"


async def _waits(agent: Api, customer: str, seconds: float = 30) -> str:
    """Wait until the customer waits; gives the conversation."""

    async def waits() -> str:
        found = await agent.waiting(town.CROWD_QUEUE, customer)
        return str(found["conversation_id"]) if found else ""

    return await eventually(waits, seconds, every=0.1)


async def _claim_all(agents: list[Api], conversation: str) -> tuple[Api, int, list[Json]]:
    """All claim at once; gives the winner, the claim's epoch, and what the losers were told."""
    path = f"/queues/{town.CROWD_QUEUE}/conversations/{conversation}/claim"
    answers = await asyncio.gather(*(agent.send("POST", path) for agent in agents))
    won = [
        (agent, a.json()) for agent, a in zip(agents, answers, strict=True) if a.status_code == 200
    ]
    lost = [a.json() for a in answers if a.status_code == 409]
    assert (len(won), len(lost)) == (1, len(agents) - 1), [a.status_code for a in answers]
    winner, decision = won[0]
    return winner, int(decision["state"]["epoch"]), lost


async def _delivered(agent: Api, conversation: str, text: str) -> Json:
    async def delivered() -> list[Json]:
        items = await agent.items(conversation)
        return [one for one in items if (one.get("text"), one.get("state")) == (text, "delivered")]

    found = await eventually(delivered, 60, every=0.2)
    return found[0]


async def _close(agent: Api, conversation: str) -> None:
    await agent.post(f"/queues/{town.CROWD_QUEUE}/conversations/{conversation}/close")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("carrier", CARRIERS)
async def test_one_of_two_hundred_holds_the_customer_and_the_answer_arrives(
    system: Running, crowd: list[Api], carrier: str
) -> None:
    customer, number = _customer(), town.CROWD_NUMBERS[carrier]
    system.text_us(customer, number, "Is my order ready?", wait=True)
    conversation = await _waits(crowd[0], customer)

    winner, epoch, lost = await _claim_all(crowd, conversation)
    assert {answer["code"] for answer in lost} == {"held-by-another"}
    assert {answer["holder"]["id"] for answer in lost} == {winner.login}

    system.plan("reverse", "receipts", carrier=carrier)
    answer = f"On its way, by {carrier}"
    await winner.post(f"/conversations/{conversation}/messages", {"text": answer, "epoch": epoch})
    arrived = await eventually(
        lambda: [one for one in system.received() if one["text"] == answer], 30, every=0.1
    )
    assert [one["recipients"] for one in arrived] == [[customer]]
    item = await _delivered(winner, conversation, answer)
    assert item["author"]["id"] == winner.login
    await _close(winner, conversation)


@pytest.mark.asyncio(loop_scope="module")
async def test_every_service_may_be_killed_on_the_way_and_the_outcome_is_the_same(
    system: Running, crowd: list[Api]
) -> None:
    customer, number = _customer(), town.CROWD_NUMBERS["twilio"]
    watcher = crowd[0]
    system.text_us(customer, number, "Anybody there?", wait=True)
    for service in ("ingest", "router", "queue", "gateway"):
        system.kill(service)
    for service in SERVICES:
        system.wait_ready(service)
    conversation = await _waits(watcher, customer, 60)

    winner, epoch, _ = await _claim_all(crowd, conversation)
    system.kill("queue")
    system.wait_ready("queue")
    answer = "Yes, we are"
    await winner.post(f"/conversations/{conversation}/messages", {"text": answer, "epoch": epoch})
    for service in ("router", "dispatch", "media", "notify"):
        system.kill(service)
    item = await _delivered(winner, conversation, answer)

    assert item["author"]["id"] == winner.login
    sent = [one for one in system.received() if one["text"] == answer]
    assert len(sent) == 1
    inbound = [one for one in await winner.items(conversation) if one.get("direction") == "in"]
    assert [one["text"] for one in inbound] == ["Anybody there?"]
    await _close(winner, conversation)
