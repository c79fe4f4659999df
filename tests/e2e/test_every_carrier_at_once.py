"""All carriers at once, a thousand texts: repeated, late, reversed, with pictures, and STOP."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Awaitable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import pytest
import pytest_asyncio

from deploy.local.simulator.cast import SPEAKERS
from schemas.base import TenantId
from services.carriers.registry import CARRIERS
from services.ops import consent
from services.ops.accounts import set_passwords
from services.ops.directory import define
from tests.support import lines, lines_checker
from tests.support.api import Api, Json, bearer, file_given, token_of
from tests.support.lines import LINES, TENANTS, Line
from tests.support.pictures import encoded, moving_gif, photo
from tests.support.system import Running
from tests.support.waiting import eventually

pytestmark = [pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

#: Of each customer: with 2 tenants, 12 carriers and 3 customers a thousand and eight.
TEXTS_IN, TEXTS_OUT = 10, 4
PASSWORD = "a password of the lines"
_AT_ONCE = 12
_FILES_TEXT = "three files"
_FILES = (
    ("beach.jpg", "image/jpeg", encoded(photo(120, 80), "JPEG")),
    ("cat.gif", "image/gif", moving_gif()),
    ("card.vcf", "text/vcard", b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n"),
)
_PICTURE = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
    )
).decode()
ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Town:
    """The running system, and the owners of both tenants' lines."""

    system: Running
    phone: httpx.AsyncClient
    owners: dict[TenantId, Api]

    async def text(self, line: Line, customer: str, text: str, files: Iterable[Json] = ()) -> None:
        """A customer writes."""
        body = {"sender": customer, "number": line.number, "carrier": line.carrier, "text": text}
        answer = await self.phone.post("/control/texts", json={**body, "files": list(files)})
        assert answer.is_success, answer.text

    async def conversations(self, tenant: TenantId) -> dict[tuple[str, str], Json]:
        """Give the owner's conversations by our number and the customer's."""
        found = (await self.owners[tenant].get("/conversations", filter="all", limit=100))["items"]
        return {(one["number"]["number"], one["counterparts"][0]["number"]): one for one in found}

    async def journal(self) -> list[Json]:
        """Everything that passed at the carriers."""
        answer = await self.phone.get("/control/history")
        return list(answer.json()["entries"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(system: Running) -> AsyncIterator[Town]:
    dsn = system.settings["GATEWAY_POSTGRES"]
    async with contextlib.AsyncExitStack() as stack:
        owners = {}
        for tenant in TENANTS:
            wanted = lines.directory(tenant)
            assert await define(system.state["kafka"], wanted) == []
            set_passwords(dsn, tenant, wanted.extension, PASSWORD)
            login = lines.owner(tenant)
            token = await token_of(system.portal, login, PASSWORD, "127.0.2.1")
            owners[tenant] = await stack.enter_async_context(bearer(system.portal, login, token))
        limits = httpx.Limits(max_connections=_AT_ONCE)
        phone = httpx.AsyncClient(
            base_url=system.address, timeout=60, trust_env=False, limits=limits
        )
        await stack.enter_async_context(phone)
        yield Town(system, phone, owners)
        await phone.delete("/control/faults")


async def _all(work: Iterable[Awaitable[ResultT]]) -> list[ResultT]:
    """Do all, some at once."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(each: Awaitable[ResultT]) -> ResultT:
        async with slots:
            return await each

    results = await asyncio.gather(*(one(each) for each in work), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if not isinstance(result, BaseException)]


def _plan_faults(system: Running) -> None:
    """Every carrier repeats, delays and reverses; one text of each ends badly."""
    for carrier in SPEAKERS:
        system.plan("duplicate", "webhooks", carrier=carrier, times=8, count=3)
        system.plan("delay", "webhooks", carrier=carrier, times=3, seconds=1.0)
        system.plan("reorder", "webhooks", carrier=carrier, times=5, count=5)
        system.plan("duplicate", "receipts", carrier=carrier, times=8)
        system.plan("reverse", "receipts", carrier=carrier, times=5)
        system.plan("fail", "receipts", carrier=carrier, times=1)
    for carrier in ("twilio", "telnyx"):
        system.plan("lose-answer", "sends", carrier=carrier, times=2)


async def _customers_write(town: Town) -> None:
    def files(line: Line, customer: str, count: int) -> list[Json]:
        """One picture at each carrier that has them: making them small costs a process each."""
        is_one = (line.tenant, customer, count) == (TENANTS[0], line.customers[0], 0)
        if not (is_one and CARRIERS[line.carrier].MAX_FILES):
            return []
        return [{"name": "a.png", "media_type": "image/png", "content_base64": _PICTURE}]

    await _all(
        town.text(line, customer, line.says(customer, count), files(line, customer, count))
        for count in range(TEXTS_IN)
        for line in LINES
        for customer in line.customers
    )


async def _all_have_written(town: Town) -> dict[tuple[str, str], Json]:
    """Wait until every text is shown; gives the conversations."""

    async def shown() -> dict[tuple[str, str], Json]:
        found: dict[tuple[str, str], Json] = {}
        for tenant in TENANTS:
            found |= await town.conversations(tenant)
        positions = [one["last_position"] for one in found.values()]
        assert len(positions) == len(LINES) * lines.CUSTOMERS
        assert set(positions) == {TEXTS_IN}, sorted(positions)
        return found

    return await eventually(shown, 60, every=0.5)


async def _owners_answer(town: Town, found: dict[tuple[str, str], Json]) -> list[tuple[str, int]]:
    """Answer everybody, while some withdraw; gives what was said and the gateway's status."""

    async def answer(line: Line, customer: str, count: int) -> tuple[str, int]:
        conversation = found[line.number, customer]["id"]
        text = line.answers(customer, count)
        path = f"/conversations/{conversation}/messages"
        answer = await town.owners[line.tenant].send("POST", path, {"text": text})
        return text, answer.status_code

    async def leave(line: Line) -> tuple[str, int]:
        await town.text(line, line.leaver, "STOP")
        return "STOP", 0

    work: list[Awaitable[tuple[str, int]]] = []
    for count in range(TEXTS_OUT):
        work += [answer(line, who, count) for line in LINES for who in line.customers]
        if count == 1:
            work += [leave(line) for line in LINES]
    return [one for one in await _all(work) if one[1]]


async def _all_have_ended(town: Town, found: dict[tuple[str, str], Json]) -> None:
    """Wait until no text of ours is under way, every picture is here, and every STOP is heard."""
    under_way = {(line, who) for line in LINES for who in line.customers}

    async def settle(line: Line, customer: str) -> None:
        api, conversation = town.owners[line.tenant], found[line.number, customer]["id"]
        items = await api.items(conversation)
        ours = [one for one in items if one.get("direction") == "out"]
        files = [file for one in items for file in one.get("files", ())]
        assert {one["state"] for one in ours} <= {"delivered", "undelivered", "failed"}, ours
        assert {file["state"] for file in files} <= {"stored"}, files
        if customer == line.leaver:
            now = (await api.get(f"/conversations/{conversation}"))["sending"]
            assert not now["allowed"]
        under_way.discard((line, customer))

    async def all_settled() -> bool:
        await _all(settle(line, who) for line, who in sorted(under_way, key=str))
        return True

    await eventually(all_settled, 90, every=1.0)


async def _what_is_shown(town: Town, conversation: str, tenant: TenantId) -> list[Any]:
    items = await town.owners[tenant].items(conversation)
    messages = [one for one in items if one["type"] == "message"]
    assert messages == sorted(messages, key=lambda one: (one["at"], one["position"]))
    return sorted((one["position"], one["direction"], one["text"]) for one in messages)


async def test_a_thousand_texts_over_all_carriers_keep_every_promise(town: Town) -> None:
    _plan_faults(town.system)
    await _customers_write(town)
    found = await _all_have_written(town)
    said = await _owners_answer(town, found)
    await _all_have_ended(town, found)

    seen = await lines_checker.read(town.system.state["kafka"])
    journal = await town.journal()
    lines_checker.check_nothing_is_lost_or_invented(seen, journal)
    lines_checker.check_order(seen)
    lines_checker.check_tenants(seen)
    lines_checker.check_sent_once(seen, journal)
    lines_checker.check_receipts(seen, journal)
    lines_checker.check_causes(seen)
    stores = {
        one: town.system.settings[f"{one.upper()}_POSTGRES"] for one in ("router", "dispatch")
    }
    await lines_checker.check_folds(town.system.state["kafka"], stores)
    accepted = {text for text, status in said if status < 300}
    assert accepted <= {event.text for event in seen.submitted.values()}
    assert (await consent.check(town.system.state["kafka"])).breaches == []
    for line in LINES:
        for customer in line.customers:
            conversation = found[line.number, customer]["id"]
            shown = await _what_is_shown(town, conversation, line.tenant)
            assert shown == seen.said[conversation]


async def test_after_stop_nothing_is_said_and_nobody_sees_another_tenants_line(
    town: Town,
) -> None:
    conversations = {tenant: await town.conversations(tenant) for tenant in TENANTS}
    for line in LINES:
        (other,) = set(TENANTS) - {line.tenant}
        conversation = conversations[line.tenant][line.number, line.leaver]["id"]
        path = f"/conversations/{conversation}/messages"
        refused = await town.owners[line.tenant].send("POST", path, {"text": "after all"})
        assert refused.status_code == httpx.codes.CONFLICT, refused.text
        stranger = await town.owners[other].client.get(path)
        assert stranger.status_code == httpx.codes.NOT_FOUND
        assert (line.number, line.leaver) not in conversations[other]
    assert "after all" not in {one.get("text") for one in await town.journal()}


async def test_files_of_every_carrier_arrive_byte_for_byte_and_have_their_look(
    town: Town,
) -> None:
    """What a customer attaches is whole at whoever it was for, whatever the carrier (MEDIA)."""
    await town.phone.delete("/control/faults")
    lines_ = [line for line in LINES if line.tenant == TENANTS[0] and _brings_files(line)]
    assert {line.carrier for line in lines_} == {name for name in SPEAKERS if _has_files(name)}
    given = [file_given(name, media_type, content) for name, media_type, content in _FILES]

    await _all(town.text(line, line.customers[0], _FILES_TEXT, given) for line in lines_)

    await _all(_arrives_whole(town, line) for line in lines_)


def _has_files(carrier: str) -> bool:
    return bool(CARRIERS[carrier].MAX_FILES)


def _brings_files(line: Line) -> bool:
    return _has_files(line.carrier)


async def _arrives_whole(town: Town, line: Line) -> None:
    owner = town.owners[line.tenant]

    async def stored() -> list[Json]:
        found = (await town.conversations(line.tenant)).get((line.number, line.customers[0]))
        items = await owner.items(found["id"]) if found else []
        items = [one for one in items if one.get("text") == _FILES_TEXT]
        assert items, line
        assert {file["state"] for file in items[0]["files"]} == {"stored"}, items
        return list(items[0]["files"])

    files = await eventually(stored, 60, every=0.5)
    looks = [(file["media_type"], file["thumb_url"] is not None) for file in files]
    assert looks == [("image/jpeg", True), ("image/gif", True), ("text/vcard", False)], line
    for (_, _, content), file in zip(_FILES, files, strict=True):
        shown = await owner.shown(file["url"])
        assert shown.content == content, (line, file["name"])
