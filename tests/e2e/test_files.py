"""A file sent by an agent is on the customer's phone, byte for byte as it was made ready."""

import asyncio
import base64
import hashlib
import os
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from PIL import Image

from tests.support import town
from tests.support.api import Api, Json, bearer, file_given, token_of
from tests.support.pictures import SECRET, encoded, exif, photo
from tests.support.system import Running
from tests.support.waiting import eventually

HEIC = Path(__file__).parents[1] / "fixtures" / "media" / "photo.heic"
CUSTOMER = "+12025553001"
PHOTO = encoded(photo(2600, 1900), "JPEG", quality=93, exif=exif())

pytestmark = [pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]


async def _signed_in(system: Running, login: str) -> str:
    return await token_of(system.portal, login, system.sign_ins[login])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alice(system: Running) -> AsyncIterator[Api]:
    async with bearer(system.portal, town.ALICE, await _signed_in(system, town.ALICE)) as api:
        yield api


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def dana(system: Running) -> AsyncIterator[Api]:
    async with bearer(system.portal, town.DANA, await _signed_in(system, town.DANA)) as api:
        yield api


async def _add(person: Api, upload: Json, content: bytes) -> httpx.Response:
    offset = upload["offset"]
    piece = content[offset : offset + upload["chunk_bytes"]]
    headers = {"Upload-Offset": str(offset)}
    return await person.client.patch(f"/uploads/{upload['id']}", content=piece, headers=headers)


async def _upload(person: Api, name: str, content: bytes) -> Json:
    """Bring a file piece by piece, wherever the upload stands."""
    upload = await person.post("/uploads", {"name": name, "size": len(content)})
    while upload["offset"] < len(content):
        answer = await _add(person, upload, content)
        assert answer.status_code == 200, answer.text
        upload = answer.json()
    return await person.post(f"/uploads/{upload['id']}/complete")


async def _conversation(person: Api, kind: str, to: str, from_: str | None = None) -> str:
    body: Json = {"kind": kind, "to": [to]} | ({"from": from_} if from_ else {})
    return str((await person.post("/conversations", body))["id"])


async def _stored(person: Api, conversation: str, text: str) -> Json:
    async def stored() -> Json | None:
        for item in await person.items(conversation):
            files = item.get("files") or []
            if item.get("text") == text and files and files[0]["state"] == "stored":
                return dict(item)
        return None

    found = await eventually(stored, 30, every=0.2)
    assert found is not None
    return found


async def test_a_photo_from_a_telephone_arrives_light_and_silent_as_its_sender_sees_it(
    system: Running, alice: Api
) -> None:
    done = await _upload(alice, "holiday.jpg", PHOTO)
    conversation = await _conversation(alice, "sms", CUSTOMER, town.ALICES_NUMBER)
    body = {"text": "Look at this", "files": [done["id"]]}
    await alice.post(f"/conversations/{conversation}/messages", body)

    arrived = await eventually(
        lambda: [one for one in system.received() if one["text"] == "Look at this"], 30, every=0.1
    )
    assert len(arrived) == 1
    (file,) = arrived[0]["files"]
    on_the_phone = system.client.get(file["url"]).content
    item = await _stored(alice, conversation, "Look at this")
    shown = await alice.shown(item["files"][0]["url"])

    assert arrived[0]["recipients"] == [CUSTOMER]
    assert hashlib.sha256(shown.content).hexdigest() == file["sha256"]
    assert on_the_phone == shown.content
    assert 450_000 <= len(on_the_phone) <= 600_000 < len(PHOTO)
    assert SECRET.encode() not in on_the_phone
    with Image.open(BytesIO(on_the_phone)) as picture:
        assert picture.width / picture.height == pytest.approx(2600 / 1900, rel=0.01)
        assert not picture.getexif()
    assert shown.headers["content-security-policy"] == "sandbox; default-src 'none'"
    small = await alice.shown(item["files"][0]["thumb_url"])
    assert (small.status_code, small.headers["content-type"]) == (200, "image/jpeg")
    part = await alice.shown(item["files"][0]["url"], Range="bytes=10-19")
    assert (part.status_code, part.content) == (206, on_the_phone[10:20])


@pytest.mark.parametrize(
    ("number", "queue"),
    [
        (town.ALICES_NUMBER, None),
        (town.SUPPORT_NUMBER, town.SUPPORT),
        (town.SALES_NUMBER, town.SALES),
    ],
)
async def test_files_that_come_are_copied_in_whatever_the_carrier_asks_for(
    system: Running, alice: Api, number: str, queue: str | None
) -> None:
    customer = f"+1202555{3100 + int(number[-2:])}"
    files = [
        file_given("photo.heic", "image/heic", HEIC.read_bytes()),
        file_given("chair.png", "image/png", encoded(photo(90, 60), "PNG")),
        file_given("card.vcf", "text/x-vcard", b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n"),
    ]
    system.text_us(customer, number, "Three files", files=files, wait=True)

    async def stored() -> Json | None:
        chat = await _chat_of(alice, customer, queue)
        for item in await alice.items(chat) if chat else []:
            files = item.get("files") or []
            if files and all(file["state"] == "stored" for file in files):
                return dict(item)
        return None

    item = await eventually(stored, 60, every=0.3)
    assert item is not None
    kinds = [(file["media_type"], file["thumb_url"] is not None) for file in item["files"]]
    assert kinds == [("image/heic", True), ("image/png", True), ("text/vcard", False)]
    for given, file in zip(files, item["files"], strict=True):
        shown = await alice.shown(file["url"])
        assert shown.content == base64.b64decode(given["content_base64"])


async def _chat_of(person: Api, customer: str, queue: str | None) -> str | None:
    if queue is not None:
        waiting = await person.waiting(queue, customer)
        return str(waiting["conversation_id"]) if waiting else None
    for chat in (await person.get("/conversations"))["items"]:
        if [one["number"] for one in chat["counterparts"]] == [customer]:
            return str(chat["id"])
    return None


async def test_an_upload_goes_on_after_its_service_was_killed_in_between(
    system: Running, alice: Api, dana: Api
) -> None:
    content = b"%PDF-1.7\n" + os.urandom(1_200_000)
    upload = await alice.post("/uploads", {"name": "plan.pdf", "size": len(content)})
    upload = (await _add(alice, upload, content)).json()
    system.kill("media")
    system.wait_ready("media")

    async def reached() -> Json | None:
        answer = await alice.client.get(f"/uploads/{upload['id']}")
        return answer.json() if answer.status_code == 200 else None

    stands = await eventually(reached, 30)
    assert stands is not None
    assert stands["offset"] == upload["offset"] == upload["chunk_bytes"]
    while stands["offset"] < len(content):
        stands = (await _add(alice, stands, content)).json()
    done = await alice.post(f"/uploads/{upload['id']}/complete")
    again = await alice.post(f"/uploads/{upload['id']}/complete")
    assert again["file"] == done["file"]

    conversation = await _conversation(alice, "direct", town.DANA)
    await alice.post(f"/conversations/{conversation}/messages", {"text": "", "files": [done["id"]]})
    item = await _stored(dana, conversation, "")
    shown = await dana.shown(item["files"][0]["url"])

    assert shown.content == content
    assert shown.headers["content-disposition"] == "attachment; filename*=UTF-8''plan.pdf"
    assert (await alice.client.get(f"/uploads/{upload['id']}")).headers["upload-offset"]
    assert (await dana.client.get(f"/uploads/{upload['id']}")).status_code == 404


async def test_what_no_message_may_carry_is_refused_before_it_is_sent(
    system: Running, alice: Api
) -> None:
    photo_of_ours = await _upload(alice, "small.png", encoded(Image.new("RGB", (9, 9)), "PNG"))
    toll_free = await _conversation(alice, "sms", "+12025553002", town.TOLL_FREE)
    texted = await _conversation(alice, "sms", "+12025553002", town.ALICES_NUMBER)
    archive = await _upload(alice, "all.zip", b"PK\x03\x04" + b"\0" * 500)
    opened = await alice.post("/uploads", {"name": "half.pdf", "size": 100})

    async def code(conversation: str, *uploads: str) -> str:
        body = {"text": "no", "files": list(uploads)}
        answer = await alice.send("POST", f"/conversations/{conversation}/messages", body)
        return str(answer.json().get("code"))

    assert await code(toll_free, photo_of_ours["id"]) == "toll-free-no-files"
    assert await code(texted, *([photo_of_ours["id"]] * 11)) == "too-many-files"
    assert await code(texted, opened["id"]) == "not-uploaded"
    assert await code(texted, "nothing") == "upload-gone"
    said = await alice.send("POST", "/uploads", {"name": "run.exe", "size": 5})
    assert (said.status_code, said.json()["code"]) == (409, "type-not-allowed")
    await alice.post(
        f"/conversations/{texted}/messages", {"text": "zipped", "files": [archive["id"]]}
    )

    async def failed() -> bool:
        items = await alice.items(texted)
        return any((one.get("failure") or {}).get("code") == "type-not-allowed" for one in items)

    await eventually(failed, 30, every=0.2)
    assert not [one for one in system.received(0) if one["text"] in {"no", "zipped"}]


async def test_two_pieces_for_one_place_leave_the_file_whole(alice: Api) -> None:
    content = b"%PDF-1.7\n" + bytes(range(256)) * 100
    upload = await alice.post("/uploads", {"name": "twice.pdf", "size": len(content)})

    both = await asyncio.gather(*(_add(alice, upload, content) for _ in range(2)))

    assert min(one.status_code for one in both) == 200
    done = await alice.post(f"/uploads/{upload['id']}/complete")
    assert done["file"]["size"] == len(content)
