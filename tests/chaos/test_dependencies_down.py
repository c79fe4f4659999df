"""What works while one dependency is away: each cell of docs/proof/dependencies-down.md (I13)."""

import contextlib
import signal
from collections.abc import AsyncIterator

import httpx
import pytest

from schemas.queue import ClaimLapsed
from services.kernel import ids
from tests.chaos import town
from tests.chaos.people import Json
from tests.chaos.run import Rig
from tests.simulation.town import Desk, Line
from tests.support.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
_SUPPORT = next(desk for desk in town.DESKS if desk.queue == "support")
_HELP = next(desk for desk in town.DESKS if desk.queue == "help")
_LINE = town.LINES[0]
_ANA, _BERT = _SUPPORT.agents
_SECONDS = 30.0
_AWAY = httpx.codes.SERVICE_UNAVAILABLE


@contextlib.asynccontextmanager
async def away(stage: Rig, name: str) -> AsyncIterator[None]:
    """Kill it, and let it come back at the end; what was kept meanwhile must then be settled."""
    stack = stage.stack
    await stack.put_down(name, signal.SIGQUIT if name == "postgres" else signal.SIGKILL)
    try:
        yield
    finally:
        await stack.put_up(name)
        await stack.wait_ready()


async def _received(stage: Rig, place: Desk | Line, text: str, **more: object) -> str:
    """A customer's text is taken: the carrier is answered 2xx. Gives the carrier's id."""
    id_ = await stage.people.text(place, town.CUSTOMERS[0], text, wait=True, **more)

    async def answered() -> bool:
        await stage.looker.journal.read()
        return id_ in stage.looker.journal.accepted()

    await eventually(answered, _SECONDS, every=0.5)
    return id_


async def _shown(stage: Rig, by: str, text: str) -> Json:
    """Somebody sees this text in one of their conversations."""

    async def shown() -> Json | None:
        found = await stage.people.get(by, "/conversations", limit=50)
        for one in (found or {}).get("items", []):
            items = await stage.people.get(by, f"/conversations/{one['id']}/messages")
            for item in (items or {}).get("items", []):
                if item.get("text") == text:
                    return dict(item)
        return None

    return await eventually(shown, _SECONDS, every=0.5) or {}


async def _answer(stage: Rig, by: str, method: str, path: str, body: Json) -> int:
    """Ask once; give the status."""
    people, key = stage.people, ids.new()
    people.history.note(stage.stack.now, "say", client_id=key, by=by)
    headers = {"Authorization": f"Bearer {people.tokens[by]}", "Idempotency-Key": key}
    url = f"{stage.stack.places.portal}/api/v1{path}"
    answer = await people.client.request(method, url, json=body, headers=headers, timeout=20)
    return answer.status_code


async def _conversation(stage: Rig) -> str:
    """A conversation of the line's number, from which its people may text."""
    body = {"kind": "sms", "to": [town.CUSTOMERS[1]], "from": _LINE.number}
    opened = await stage.people.wish(_ANA, "POST", "/conversations", body)
    assert opened is not None
    return str(opened.json()["id"])


async def _waiting(stage: Rig, desk: Desk) -> str:
    """Somebody new waits at a desk."""
    customer = f"+1202556{stage.stack.now:04.0f}"
    await stage.people.text(desk, customer, "somebody there?")

    async def waits() -> str:
        found = await stage.people.waiting(desk)
        mine = [one for one in found if one["counterpart"]["number"] == customer]
        return str(mine[0]["conversation_id"]) if mine else ""

    return await eventually(waits, _SECONDS, every=0.5)


def _claim(desk: Desk, conversation_id: str) -> str:
    return f"/queues/{desk.queue}/conversations/{conversation_id}/claim"


@pytest.mark.asyncio(loop_scope="session")
async def test_without_kafka_texts_are_taken_and_what_is_shown_stays_readable(stage: Rig) -> None:
    place, waits = await _conversation(stage), await _waiting(stage, _SUPPORT)
    stage.people.follow(_ANA)
    await eventually(lambda: stage.people.screens[0].opened, _SECONDS)
    said = f"said without a broker {ids.new()}"
    async with away(stage, "kafka"):
        opened = stage.people.screens[0].opened
        await _received(stage, _LINE, said)
        assert await _answer(stage, _ANA, "GET", "/conversations", {}) == httpx.codes.OK
        path = f"/conversations/{place}/messages"
        assert await _answer(stage, _ANA, "POST", path, {"text": "hello?"}) == _AWAY
        assert await _answer(stage, _ANA, "POST", _claim(_SUPPORT, waits), {}) == _AWAY
        assert stage.people.screens[0].opened == opened, "the screen's socket stays open"
    await _shown(stage, _ANA, said)
    await stage.people.look_away()


@pytest.mark.asyncio(loop_scope="session")
async def test_without_postgres_texts_are_taken_and_open_screens_stay_open(stage: Rig) -> None:
    place, waits = await _conversation(stage), await _waiting(stage, _SUPPORT)
    stage.people.follow(_ANA)
    await eventually(lambda: stage.people.screens[0].opened, _SECONDS)
    said = f"said without a database {ids.new()}"
    async with away(stage, "postgres"):
        opened = stage.people.screens[0].opened
        await _received(stage, _LINE, said)
        assert await _answer(stage, _ANA, "GET", "/conversations", {}) == _AWAY
        path = f"/conversations/{place}/messages"
        assert await _answer(stage, _ANA, "POST", path, {"text": "hello?"}) == _AWAY
        assert await _answer(stage, _ANA, "POST", _claim(_SUPPORT, waits), {}) == _AWAY
        assert stage.people.screens[0].opened == opened, "the screen's socket stays open"
    await _shown(stage, _ANA, said)
    await stage.people.look_away()


@pytest.mark.asyncio(loop_scope="session")
async def test_without_the_store_texts_come_and_go_and_files_wait(stage: Rig) -> None:
    place, waits = await _conversation(stage), await _waiting(stage, _SUPPORT)
    said = f"with a picture {ids.new()}"
    file = {"name": "a.txt", "media_type": "text/plain", "content_base64": "aGVsbG8="}
    async with away(stage, "objects"):
        await _received(stage, _LINE, said, files=[file])
        item = await _shown(stage, _ANA, said)
        assert item["files"][0]["state"] == "pending"
        path = f"/conversations/{place}/messages"
        assert await _answer(stage, _ANA, "POST", path, {"text": "got it"}) == httpx.codes.OK
        claimed = await _answer(stage, _ANA, "POST", _claim(_SUPPORT, waits), {})
        assert claimed == httpx.codes.OK

    async def stored() -> bool:
        return bool((await _shown(stage, _ANA, said))["files"][0]["state"] == "stored")

    await eventually(stored, 60, every=1)


@pytest.mark.asyncio(loop_scope="session")
async def test_without_one_carrier_the_others_go_on(stage: Rig) -> None:
    """A silent carrier's own texts end as unknown; nobody else waits for them."""
    phone = f"{stage.stack.places.phone}/control/faults"
    silent = _SUPPORT.carriers[0]
    body = {"fault": "hang", "on": "sends", "carrier": silent, "times": -1}
    (await stage.people.phone.post(phone, json=body)).raise_for_status()
    try:
        waits, other = await _waiting(stage, _SUPPORT), await _conversation(stage)
        claimed = await stage.people.claim(_SUPPORT, _ANA, waits)
        assert claimed == httpx.codes.OK
        await stage.people.say(_ANA, waits, "into the silence")
        text = f"by another carrier {ids.new()}"
        await stage.people.say(_ANA, other, text)

        async def delivered() -> bool:
            return bool((await _shown(stage, _ANA, text)).get("state") == "delivered")

        await eventually(delivered, _SECONDS, every=0.5)
        await _received(stage, _HELP, "and texts come in")
    finally:
        await stage.people.phone.delete(phone)


@pytest.mark.asyncio(loop_scope="session")
async def test_without_the_gateway_texts_are_taken_and_claims_lapse_in_time(stage: Rig) -> None:
    waits = await _waiting(stage, _SUPPORT)
    assert await stage.people.claim(_SUPPORT, _ANA, waits) == httpx.codes.OK
    said = f"said without a gateway {ids.new()}"
    async with away(stage, "gateway"):
        await _received(stage, _LINE, said)

        async def lapsed() -> bool:
            return waits in await stage.looker.subjects("queue-events", ClaimLapsed)

        await eventually(lapsed, _SECONDS, every=0.5)
    await _shown(stage, _ANA, said)
