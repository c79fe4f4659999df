"""Consent and the guard through the API, decided by the real router: what each may see and do."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from typing import Any

import httpx
import msgspec
import psycopg
import pytest
import pytest_asyncio

from schemas.answer import CommandAccepted
from schemas.base import ExtensionId
from schemas.directory import DirectoryCommand, Role
from schemas.limits import GuardOptions
from services.gateway.adapters.accounts import NewAccount, create_accounts
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
    CUSTOMER,
    DIRECT_LINE,
    QUEUE_LINE,
    SAM,
    extension,
    number,
    queue,
    tenant,
    texts,
    to_support,
)
from tests.support.scenario import TENANT, Scenario
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]

GUARD = GuardOptions(
    enabled=True, per_user=2, per_user_seconds=3_600, daily_segments=4, hold=("user-pace",)
)
_clock = Clock()
_numbered = count()
_words = Scenario("router", RouterHandlers())
Person = httpx.AsyncClient


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def router(
    rig: GatewayRig, postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Conversing]:
    directory = tmp_path_factory.mktemp("router")
    with infra.fresh_database(postgres, "t_gateway_router") as database:
        await prepare(database, {"router": "conversing"})
        async with Tail(rig.kafka, ["conversation-events", "answers"], Readiness()) as tail:
            await tail.start_at(dict.fromkeys(await tail.partitions(), 0))
            log = directory / "router.log"
            router = Conversing("router", rig.kafka, database, log, rig.publisher, tail)
            router.start()
            try:
                await _define(router)
                yield router
            finally:
                router.kill()


async def _define(router: Conversing) -> None:
    roles: dict[ExtensionId, tuple[Role, ...]] = {
        ANA: ("user",), BERT: ("user",), CARO: ("agent",), SAM: ("admin",),
    }  # fmt: skip
    people = [extension(one, roles=its) for one, its in roles.items()]
    await _are_defined(router, tenant(guard=GUARD), *people, queue(), number())
    await router.say(_now(texts()))


async def _are_defined(router: Conversing, *definitions: DirectoryCommand) -> None:
    for one in definitions:
        command = _words.wrap(one, subject=subject_of(one), id_=f"define-{next(_numbered)}")
        answer = await router.answer(_now(command))
        assert isinstance(answer, CommandAccepted)


def _now(envelope: Any) -> Any:  # noqa: ANN401 - an envelope
    return msgspec.structs.replace(envelope, time=_clock.now())


@contextlib.asynccontextmanager
async def acting(rig: GatewayRig, *names: ExtensionId) -> AsyncIterator[list[Person]]:
    """Act as programs of these people."""
    async with contextlib.AsyncExitStack() as stack:
        people = []
        for name in names:
            with contextlib.suppress(psycopg.errors.UniqueViolation):
                create_accounts(rig.dsn, [NewAccount(TENANT, name, name, ["user"])], PASSWORD)
            client = await stack.enter_async_context(rig.client())
            body = {"name": "test", "login": name, "password": PASSWORD}
            token = (await client.post("/tokens", json=body)).json()["token"]
            bearer = rig.client(Authorization=f"Bearer {token}")
            people.append(await stack.enter_async_context(bearer))
        yield people


async def _says(person: Person, text: str) -> httpx.Response:
    return await person.post(f"/conversations/{CHAT}/messages", json={"text": text}, headers=key())


async def _shown(look: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 - what is looked for
    async def found() -> Any:  # noqa: ANN401 - what is looked for
        return await look()

    return await eventually(found, 30)


@pytest.mark.usefixtures("router")
async def test_a_text_is_held_shown_to_the_admin_and_sent_when_approved(
    rig: GatewayRig,
) -> None:
    async with acting(rig, ANA, SAM) as (ana, sam):
        await _there(ana)
        for text in ("one", "two"):
            assert (await _says(ana, text)).status_code == 200
        held = await _says(ana, "three")
        rejected = await _says(ana, "four")

        assert (held.status_code, rejected.status_code) == (202, 202)
        assert "At most 2 texts" in held.json()["held"]

        async def status() -> bool:
            told = (await ana.get(held.json()["status_url"].removeprefix("/api/v1"))).json()
            return told["status"] == "accepted" and told["state"]["held"] is True

        assert await _shown(status)
        assert (await ana.get("/guard/held")).status_code == 404

        async def both() -> list[Any]:
            items: list[Any] = (await sam.get("/guard/held")).json()["items"]
            return items if len(items) == 2 else []

        waiting = await _shown(both)
        assert [(one["text"], one["rule"]) for one in waiting] == [
            ("three", "user-pace"), ("four", "user-pace"),
        ]  # fmt: skip
        assert waiting[0]["author"]["id"] == ANA
        await _decided(ana, sam, *(one["id"] for one in waiting))


async def _decided(ana: Person, sam: Person, good: str, bad: str) -> None:
    """Let the admin approve one and reject the other."""
    approved = await sam.post(f"/guard/held/{good}/approve", headers=key())
    assert approved.json()["state"] == {"wish_id": good, "approved": True}
    rejected = await sam.post(f"/guard/held/{bad}/reject", headers=key())
    assert rejected.status_code == 200
    again = await sam.post(f"/guard/held/{bad}/approve", headers=key())
    assert (again.status_code, again.json()["code"]) == (409, "not-held")

    async def said() -> list[str]:
        page = (await ana.get(f"/conversations/{CHAT}/messages")).json()
        texts = [one["text"] for one in page["items"]]
        return texts if "three" in texts else []

    assert "four" not in await _shown(said)
    assert (await sam.get("/guard/held")).json()["items"] == []


@pytest.mark.usefixtures("router")
async def test_what_the_day_does_not_allow_is_refused_and_the_admin_sees_it(
    rig: GatewayRig,
) -> None:
    async with acting(rig, BERT, SAM) as (bert, sam):
        await _there(bert)
        refused = await _says(bert, "x" * 400)

        assert (refused.status_code, refused.json()["code"]) == (409, "day-used-up")
        assert "4 text segments" in refused.json()["detail"]

        async def blocked() -> list[Any]:
            items: list[Any] = (await sam.get("/guard/blocked")).json()["items"]
            return items

        (one,) = await _shown(blocked)
        assert (one["author"]["id"], one["rule"], one["segments"]) == (BERT, "daily-cap", 3)
        assert one["reason"] == refused.json()["detail"]
        assert (await bert.get("/guard/blocked")).status_code == 404
        earlier = await sam.get("/guard/blocked", params={"before": one["at"]})
        assert earlier.json()["items"] == []


async def test_free_words_are_flagged_reviewed_and_kept_with_who_decided(
    rig: GatewayRig, router: Conversing
) -> None:
    await router.say(_now(texts("Please stop texting me")))
    async with acting(rig, BERT, CARO) as (bert, caro):

        async def flagged() -> list[Any]:
            items: list[Any] = (await caro.get("/revocations")).json()["items"]
            return items

        (one,) = await _shown(flagged)
        assert (one["text"], one["phrase"]) == ("Please stop texting me", "stop texting")
        assert (await bert.get("/revocations")).status_code == 404
        path = f"/revocations/{one['message_id']}/review"
        confirmed = await caro.post(path, json={"verdict": "confirmed"}, headers=key())
        assert confirmed.json()["state"]["verdict"] == "confirmed"
        again = await bert.post(path, json={"verdict": "dismissed"}, headers=key())
        assert (again.status_code, again.json()["code"]) == (409, "nothing-to-review")

        history = await _history(caro, 1)
        assert history["items"][0]["by"]["id"] == CARO
        assert history["items"][0]["source"] == "operator"
        assert (await _says(bert, "Hi")).json()["code"] == "opted-out"
        pills = (await bert.get(f"/conversations/{CHAT}/messages")).json()["items"]
        words = [item["text"] for item in pills if item["type"] == "pill"]
        assert any("please review" in text for text in words)
        assert any("confirmed the request" in text for text in words)


async def test_an_opt_out_by_hand_is_in_the_history_beside_what_they_texted(
    rig: GatewayRig, router: Conversing
) -> None:
    await router.say(_now(texts("START")))
    async with acting(rig, BERT, CARO) as (bert, caro):
        await _history(caro, 2)
        body = {"number": DIRECT_LINE, "note": "told us on the phone"}
        path = f"/consents/{CUSTOMER}/opt-out"
        assert (await bert.post(path, json=body, headers=key())).status_code == 404
        done = await caro.post(path, json=body, headers=key())
        assert done.json()["state"]["opted_out"] is True

        history = await _history(caro, 3)
        assert [one["opted_out"] for one in history["items"]] == [True, False, True]
        newest = history["items"][0]
        assert (newest["word"], newest["by"]["id"]) == ("told us on the phone", CARO)
        assert [one["opted_out"] for one in history["standings"]] == [True]
        ours = await caro.get(f"/consents/{DIRECT_LINE}")
        assert ours.json()["items"] == history["items"]
        assert (await bert.get(f"/consents/{CUSTOMER}")).status_code == 404


async def test_a_stop_that_binds_everywhere_shows_in_every_conversation_of_that_person(
    rig: GatewayRig, router: Conversing
) -> None:
    other = number(QUEUE_LINE, route=to_support())
    await _are_defined(router, tenant(guard=GUARD, consent="tenant"), other)
    async with acting(rig, BERT) as (bert,):

        async def sending(code: str | None) -> bool:
            now = (await bert.get(f"/conversations/{CHAT}")).json()["sending"]
            return bool(now["code"] == code)

        await router.say(_now(texts("START")))
        assert await _shown(lambda: sending(None))
        await router.say(_now(texts("STOP", number=QUEUE_LINE)))
        assert await _shown(lambda: sending("opted-out"))


async def _there(person: Person) -> None:
    async def there() -> bool:
        return (await person.get(f"/conversations/{CHAT}")).is_success

    await _shown(there)


async def _history(person: Person, changes: int) -> Any:  # noqa: ANN401 - a JSON object
    async def enough() -> Any:  # noqa: ANN401 - a JSON object
        found = await person.get(f"/consents/{CUSTOMER}")
        return found.json() if len(found.json().get("items", [])) >= changes else None

    return await _shown(enough)
