"""Groups on the whole system: group messages, and named groups with people outside."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import count

import pytest
import pytest_asyncio

from tests.support import town
from tests.support.api import Api, Json, bearer, token_of
from tests.support.system import Running
from tests.support.waiting import eventually

_customers = count(700)

pytestmark = [pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(system: Running) -> AsyncIterator[dict[str, Api]]:
    """Sam and Alice, who have numbers, and Dana."""
    async with AsyncExitStack() as stack:
        yield {
            login: await stack.enter_async_context(
                bearer(
                    system.portal,
                    login,
                    await token_of(system.portal, login, system.sign_ins[login], source),
                )
            )
            for login, source in (
                (town.SAM, "127.0.2.1"),
                (town.ALICE, "127.0.2.2"),
                (town.DANA, "127.0.2.3"),
            )
        }


def _people(number: int = 2) -> list[str]:
    return sorted(f"+12025552{next(_customers)}" for _ in range(number))


async def _finds(person: Api, *counterparts: str) -> Json:
    """Wait until the conversation with exactly these outside people is in the list."""

    async def found() -> Json | None:
        listed = (await person.get("/conversations"))["items"]
        wanted = [
            one
            for one in listed
            if sorted(other["number"] for other in one["counterparts"]) == sorted(counterparts)
        ]
        return dict(wanted[0]) if wanted else None

    return await eventually(found, 30, every=0.1) or {}


async def _texts(system: Running, text: str) -> list[Json]:
    return await eventually(
        lambda: [one for one in system.received() if one["text"] == text], 30, every=0.1
    )


async def _delivered(person: Api, conversation: str, text: str) -> Json:
    async def delivered() -> list[Json]:
        items = await person.items(conversation)
        return [one for one in items if (one.get("text"), one.get("state")) == (text, "delivered")]

    return (await eventually(delivered, 60, every=0.2))[0]


@pytest.mark.parametrize("carrier", sorted(town.GROUP_NUMBERS))
async def test_a_group_message_is_one_conversation_and_its_answer_one_call_to_all(
    system: Running, office: dict[str, Api], carrier: str
) -> None:
    """CHAT-07."""
    sam = office[town.SAM]
    writer, other = _people()
    number = town.GROUP_NUMBERS[carrier]
    again = {"others": [other], "wait": True}
    identity = system.text_us(writer, number, "Who brings cake?", **again)
    system.text_us(writer, number, "Who brings cake?", id=identity, **again)
    chat = (await _finds(sam, writer, other))["id"]
    system.text_us(other, number, "I do", others=[writer], wait=True)

    await sam.post(f"/conversations/{chat}/messages", {"text": f"Splendid, by {carrier}"})
    (arrived,) = await _texts(system, f"Splendid, by {carrier}")
    assert (arrived["number"], arrived["recipients"]) == (number, [writer, other])
    await _delivered(sam, chat, f"Splendid, by {carrier}")
    said = [(one["direction"], one["text"]) for one in await sam.items(chat)]
    assert said[:2] == [("in", "Who brings cake?"), ("in", "I do")]
    assert len(said) == 3


async def test_where_the_carrier_has_no_group_messages_each_gets_it_alone(
    system: Running, office: dict[str, Api]
) -> None:
    alice = office[town.ALICE]
    people = _people()
    body = {"kind": "sms", "to": people, "from": town.ALICES_NUMBER}
    chat = (await alice.post("/conversations", body))["id"]
    await alice.post(f"/conversations/{chat}/messages", {"text": "To each of you"})

    async def both() -> list[Json] | None:
        found = await _texts(system, "To each of you")
        return found if len(found) == len(people) else None

    arrived = await eventually(both, 30, every=0.1) or []
    assert sorted(one["recipients"][0] for one in arrived) == people
    await _delivered(alice, chat, "To each of you")


async def test_people_outside_take_part_in_a_named_group_by_text(
    system: Running, office: dict[str, Api]
) -> None:
    sam, dana = office[town.SAM], office[town.DANA]
    (karen,) = _people(1)
    number = town.GROUP_NUMBERS["telnyx"]
    body = {"kind": "group", "name": "Launch", "to": [town.DANA, karen], "from": number}
    group = (await sam.post("/conversations", body))["id"]

    await dana.post(f"/conversations/{group}/messages", {"text": "Lunch at noon?"})
    (arrived,) = await _texts(system, "Dana Lee: Lunch at noon?")
    assert (arrived["number"], arrived["recipients"]) == (number, [karen])
    system.text_us(karen, number, "I will be there", wait=True)

    async def answered() -> Json | None:
        items = await dana.items(group)
        found = [one for one in items if one.get("text") == "I will be there"]
        return found[0] if found else None

    answer = await eventually(answered, 30, every=0.1) or {}
    assert answer["counterpart"]["number"] == karen

    renamed = await sam.send("PUT", f"/conversations/{group}/name", {"name": "Ops"})
    assert renamed.json()["conversation"]["name"] == "Ops"
    left = await dana.send("POST", f"/conversations/{group}/leave")
    assert left.status_code == 200, left.text
    pills = [one["text"] for one in await sam.items(group) if one["type"] == "pill"]
    assert pills == ["Sam renamed the group to Ops", "Dana Lee left"]
    assert (await dana.send("POST", f"/conversations/{group}/leave")).status_code == 404
