"""A customer texts a picture, and it stands on the agent's telephones, by Apple and by Google."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import httpx
import pytest
import pytest_asyncio
from PIL import Image

from schemas.device import DeviceForgotten
from schemas.notification import NotificationDecided
from services.ops.log import envelopes
from tests.support import town
from tests.support.api import Api, Json, bearer, file_given, token_of
from tests.support.apple_push import Apple
from tests.support.google_push import Google
from tests.support.pictures import encoded, photo
from tests.support.system import Running
from tests.support.waiting import eventually

CUSTOMER = "+12025553901"
APP = "com.example.texts"
PHOTO = encoded(photo(1200, 900), "JPEG", quality=90)
_SECONDS = 60

pytestmark = [pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alice(system: Running) -> AsyncIterator[Api]:
    token = await token_of(system.portal, town.ALICE, system.sign_ins[town.ALICE])
    async with bearer(system.portal, town.ALICE, token) as api:
        yield api


async def _register(person: Api, platform: str, token: str) -> Json:
    """Say so as an app does at its start, until it can be seen."""
    about = {"platform": platform, "token": token, "app": APP, "name": f"Alice's {platform}"}

    async def shown() -> Json | None:
        answer = await person.send("PUT", "/devices", about)
        assert answer.is_success, answer.text
        return answer.json() if answer.status_code == 200 else None

    found = await eventually(shown, _SECONDS, every=0.5)
    assert found is not None
    return found


async def _own_key(system: Running) -> tuple[str, str]:
    """Make a key as an app does, by login and password; gives its id and its secret."""
    body = {"name": "phone", "login": town.ALICE, "password": system.sign_ins[town.ALICE]}
    key = {"Idempotency-Key": str(uuid.uuid4())}  # noqa: TID251 - a client's own key
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        answer = await client.post(f"{system.portal}/api/v1/tokens", json=body, headers=key)
    made = answer.raise_for_status().json()
    return made["id"], made["token"]


async def _fetched(link: str) -> httpx.Response:
    """Fetch a picture as a phone does: at once, without any credentials."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as phone:
        return await phone.get(link)


async def _logged(system: Running, kind: type[Any]) -> list[Any]:
    servers = system.state["kafka"]
    names = ["notification-events", "directory-events"]
    return [one.data async for _, one in envelopes(servers, names) if isinstance(one.data, kind)]


async def test_a_text_with_a_picture_stands_on_the_telephones_with_its_picture(
    system: Running, alice: Api, apple: Apple, google: Google
) -> None:
    """ATT-14, NOTIF-11: decided once with its reason, pushed by both, and the link shows it."""
    iphone = await _register(alice, "apns", "a1b2c3")
    android = await _register(alice, "fcm", "d4e5f6")
    listed = (await alice.get("/devices"))["items"]
    assert [(one["id"], one["platform"], one["app"], one["this"]) for one in listed] == [
        (android["id"], "fcm", APP, True),
        (iphone["id"], "apns", APP, True),
    ]

    files = [file_given("chair.jpg", "image/jpeg", PHOTO)]
    system.text_us(CUSTOMER, town.ALICES_NUMBER, "This chair?", files=files)

    def told() -> tuple[Json, Json] | None:
        by_apple = [one.payload for one in apple.requests if _says(one.payload, "This chair?")]
        by_google = [one for one in google.messages if one["notification"]["body"] == "This chair?"]
        return (by_apple[0], by_google[0]) if by_apple and by_google else None

    both = await eventually(told, _SECONDS, every=0.1)
    assert both is not None
    links = [both[0]["image"], both[1]["android"]["notification"]["image"]]
    for shown in await asyncio.gather(*map(_fetched, links)):
        assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
        with Image.open(BytesIO(shown.content)) as picture:
            assert max(picture.size) == 640
    assert (await _fetched(links[0].replace("signature=", "signature=0"))).status_code == 403

    [decision] = [
        one
        for one in await _logged(system, NotificationDecided)
        if one.channel == "mobile-push"
        and one.conversation_id == both[0]["conversation_id"]
        and one.sent
    ]
    assert (decision.recipient, decision.reason) == (town.ALICE, "registered")


async def test_a_telephone_that_changes_hands_tells_nothing_of_its_former_owner(
    system: Running, alice: Api
) -> None:
    """NOTIF-11."""
    hers = await _register(alice, "fcm", "c0ffee")
    token = await token_of(system.portal, town.DANA, system.sign_ins[town.DANA])
    async with bearer(system.portal, town.DANA, token) as dana:
        his = await _register(dana, "fcm", "c0ffee")
        assert his["id"] == hers["id"]
        await eventually(lambda: _is_without(alice, hers["id"]), _SECONDS, every=0.3)
        assert not await _is_without(dana, his["id"])
        assert (await dana.send("DELETE", f"/devices/{his['id']}")).is_success


async def test_a_telephone_is_forgotten_when_it_is_gone_removed_or_signed_out(
    system: Running, alice: Api, apple: Apple
) -> None:
    """NOTIF-11: by Apple's word, by its owner's, and with the key that it came in by."""
    gone = await _register(alice, "apns", "0a0b0c")
    removed = await _register(alice, "fcm", "d4e5f6")
    key_id, secret = await _own_key(system)
    async with bearer(system.portal, town.ALICE, secret) as phone:
        signed_out = await _register(phone, "apns", "9f9e9d")
        apple.plan = [(410, {"reason": "Unregistered"})] * len(await _iphones(alice))
        system.text_us(CUSTOMER, town.ALICES_NUMBER, "Hello?", wait=True)
        await eventually(lambda: _is_without(alice, gone["id"]), _SECONDS, every=0.3)
        again = await _register(phone, "apns", "9f9e9d")
        assert again["id"] == signed_out["id"]
        assert (await alice.send("DELETE", f"/devices/{removed['id']}")).is_success
        assert (await phone.client.delete(f"/tokens/{key_id}")).status_code == 204
    await eventually(lambda: _is_without(alice, signed_out["id"]), _SECONDS, every=0.3)
    await eventually(lambda: _is_without(alice, removed["id"]), _SECONDS, every=0.3)

    reasons = {one.device_id: one.reason for one in await _logged(system, DeviceForgotten)}
    assert (reasons[gone["id"]], reasons[removed["id"]]) == ("gone", "asked")
    assert reasons[signed_out["id"]] == "signed-out"


def _says(payload: Json, text: str) -> bool:
    return bool(payload["aps"]["alert"]["body"] == text)


async def _iphones(person: Api) -> list[Json]:
    items: list[Json] = (await person.get("/devices"))["items"]
    return [one for one in items if one["platform"] == "apns"]


async def _is_without(person: Api, device_id: str) -> bool:
    return all(one["id"] != device_id for one in (await person.get("/devices"))["items"])
