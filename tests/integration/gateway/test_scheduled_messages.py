"""Scheduled messages through the API, decided by the real router, fired by its own timers."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from schemas.answer import CommandAccepted
from schemas.base import ExtensionId
from schemas.directory import DirectoryCommand, Role
from services.gateway.adapters.accounts import NewAccount, create_accounts
from services.gateway.http.schedule_shapes import ScheduledMessage, ScheduledMessages
from services.kernel.clock import Clock
from services.kernel.kafka.tails import Tail
from services.kernel.readiness import Readiness
from services.kernel.tables import prepare
from services.router.handlers import RouterHandlers
from services.router.handlers.definitions import subject_of
from tests.support import infra
from tests.support.conversing import Conversing
from tests.support.gateway_rig import PASSWORD, GatewayRig, key
from tests.support.router_words import (
    ANA,
    BERT,
    CARO,
    CHAT,
    SAM,
    extension,
    number,
    tenant,
    texts,
)
from tests.support.scenario import TENANT, Scenario
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]

_PATH = f"/conversations/{CHAT}"
_clock = Clock()
_numbered = count()
_words = Scenario("router", RouterHandlers())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def router(
    rig: GatewayRig, postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Conversing]:
    log = tmp_path_factory.mktemp("router") / "router.log"
    with infra.fresh_database(postgres, "t_gateway_schedule") as database:
        await prepare(database, {"router": "conversing"})
        async with Tail(rig.kafka, ["conversation-events", "answers"], Readiness()) as tail:
            await tail.start_at(dict.fromkeys(await tail.partitions(), 0))
            router = Conversing("router", rig.kafka, database, log, rig.publisher, tail)
            router.start()
            try:
                await _define(router)
                yield router
            finally:
                router.kill()


async def _define(router: Conversing) -> None:
    roles: dict[ExtensionId, tuple[Role, ...]] = {ANA: ("user",), BERT: ("user",), SAM: ("admin",)}
    people = [extension(one, roles=its) for one, its in roles.items()]
    office: tuple[DirectoryCommand, ...] = (tenant(), *people, extension(CARO), number())
    for one in office:
        command = _words.wrap(one, subject=subject_of(one), id_=f"define-{next(_numbered)}")
        assert isinstance(await router.answer(_now(command)), CommandAccepted)
    await router.say(_now(texts()))


def _now(envelope: Any) -> Any:  # noqa: ANN401 - an envelope
    return msgspec.structs.replace(envelope, time=_clock.now())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def people(rig: GatewayRig, router: Conversing) -> AsyncIterator[dict[str, Any]]:
    """Programs of these people, once the conversation is there for them."""
    assert router is not None
    names = (ANA, BERT, CARO, SAM)
    create_accounts(rig.dsn, [NewAccount(TENANT, one, one, ["user"]) for one in names], PASSWORD)
    found: dict[str, httpx.AsyncClient] = {}
    for name in names:
        async with rig.client() as client:
            body = {"name": "test", "login": name, "password": PASSWORD}
            token = (await client.post("/tokens", json=body)).json()["token"]
        found[name] = httpx.AsyncClient(
            base_url=f"{rig.url}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=20,
            trust_env=False,
        )

    async def there() -> bool:
        return (await found[ANA].get(_PATH)).is_success

    await eventually(there, 30)
    yield found
    for client in found.values():
        await client.aclose()


async def _plan(
    person: httpx.AsyncClient, text: str, after: timedelta, proof: dict[str, str] | None = None
) -> httpx.Response:
    body = {"text": text, "send_at": (_clock.now() + after).isoformat()}
    return await person.post(f"{_PATH}/messages", json=body, headers=proof or key())


async def _open(person: httpx.AsyncClient) -> list[ScheduledMessage]:
    answer = await person.get(f"{_PATH}/scheduled")
    return ScheduledMessages.model_validate_json(answer.content).items


async def _place(person: httpx.AsyncClient) -> dict[str, Any]:
    feed: dict[str, Any] = (await person.get("/bootstrap")).json()["feed"]
    return feed


async def _told(person: httpx.AsyncClient, feed: dict[str, Any]) -> set[tuple[str, str]]:
    """Give what the feed has told since of plans: which, and how it stood."""
    since = {"id": feed["id"], "after": feed["sequence"]}
    frames = (await person.get("/changes", params=since)).json()["frames"]
    plans = [one["scheduled"] for one in frames if one["type"] == "scheduled"]
    return {(plan["id"], plan["state"]) for plan in plans}


async def _said(person: httpx.AsyncClient, text: str) -> dict[str, Any] | None:
    items = (await person.get(f"{_PATH}/messages")).json()["items"]
    return next((one for one in items if one.get("text") == text), None)


async def test_what_is_planned_is_said_not_before_its_time_and_can_then_not_be_cancelled(
    people: dict[str, Any],
) -> None:
    ana = people[ANA]
    answer = await _plan(ana, "Good morning", timedelta(seconds=3))
    assert answer.status_code == 200, answer.text
    plan = ScheduledMessage.model_validate_json(answer.content)
    assert (plan.state, plan.text, plan.author.id) == ("waiting", "Good morning", ANA)
    assert [one.id for one in await _open(ana)] == [plan.id]
    assert await _said(ana, "Good morning") is None

    said = await eventually(lambda: _said(ana, "Good morning"), 30)

    assert said is not None
    assert datetime.fromisoformat(said["at"]) >= plan.send_at
    assert said["client_id"] == plan.client_id
    late = await ana.delete(f"{_PATH}/scheduled/{plan.id}", headers=key())
    assert (late.status_code, late.json()["code"]) == (409, "no-longer-scheduled")
    assert await _open(ana) == []


async def test_a_plan_is_its_authors_and_the_admins_who_cancel_it(people: dict[str, Any]) -> None:
    ana, bert, sam = people[ANA], people[BERT], people[SAM]
    feeds = [await _place(one) for one in (ana, bert)]
    proof = key()
    day = timedelta(days=1)
    first = await _plan(ana, "Tomorrow", day, proof)
    again = await _plan(ana, "Tomorrow", day, proof)
    other = await _plan(ana, "Another", day)
    assert first.json()["id"] == again.json()["id"] != other.json()["id"]
    ids = [first.json()["id"], other.json()["id"]]

    assert await _open(bert) == []
    assert (await bert.delete(f"{_PATH}/scheduled/{ids[0]}", headers=key())).status_code == 404
    assert (await people[CARO].get(f"{_PATH}/scheduled")).status_code == 404
    told = await _open(sam)
    assert {one.id for one in told} == set(ids)
    assert {(one.author.name, one.text, one.hidden) for one in told} == {("Ana", "", True)}
    assert {(one.text, one.hidden) for one in await _open(ana)} == {
        ("Tomorrow", False),
        ("Another", False),
    }

    for person, id_ in zip((ana, sam), ids, strict=True):
        gone = await person.delete(f"{_PATH}/scheduled/{id_}", headers=key())
        assert (gone.status_code, gone.json()["state"]) == (200, "cancelled"), gone.text
    assert await _open(ana) == []
    hers, his = [await _told(one, feed) for one, feed in zip((ana, bert), feeds, strict=True)]
    assert hers == {(id_, state) for id_ in ids for state in ("waiting", "cancelled")}
    assert his == set()


async def test_a_stop_before_its_time_is_shown_as_a_refusal(
    people: dict[str, Any], router: Conversing
) -> None:
    ana = people[ANA]
    past = await _plan(ana, "x", timedelta(days=-1))
    assert (past.status_code, past.json()["code"]) == (409, "bad-time")
    naive = {"text": "x", "send_at": "2030-01-01T08:00:00"}
    bad = await ana.post(f"{_PATH}/messages", json=naive, headers=key())
    files = {"text": "x", "send_at": "2030-01-01T08:00:00Z", "files": ["a"]}
    also = await ana.post(f"{_PATH}/messages", json=files, headers=key())
    assert (bad.status_code, also.json()["code"]) == (422, "scheduled-text-only")

    assert (await _plan(ana, "Never", timedelta(seconds=3))).status_code == 200
    await router.say(_now(texts("STOP")))

    async def refused() -> list[ScheduledMessage]:
        return [one for one in await _open(ana) if one.state == "refused"]

    (one,) = await eventually(refused, 30)
    assert one.failure is not None
    assert one.failure.code == "opted-out"
    assert await _said(ana, "Never") is None
