"""Uploads at the gateway's door: pieces, broken lines, keys, limits, and media that is away."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from schemas import conversation
from schemas.answer import CommandAccepted
from schemas.files import MOST_CHUNK_BYTES
from tests.support.gateway_rig import GatewayRig, key
from tests.support.gateway_words import Story
from tests.support.media_desk import MediaDesk
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="module"),
]
PDF = b"%PDF-1.7\n" + b"0" * (MOST_CHUNK_BYTES + 1000)


@pytest.fixture(scope="module")
def office() -> Story:
    story = Story("uploads")
    story.defines("alice", "bert", "sam")
    return story


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alice(rig: GatewayRig, office: Story) -> AsyncIterator[httpx.AsyncClient]:
    await rig.tells(office)
    async with rig.person(office, "alice") as person:
        yield person


async def _open(person: httpx.AsyncClient, content: bytes, **headers: str) -> dict[str, Any]:
    body = {"name": "plan.pdf", "size": len(content), "media_type": "application/pdf"}
    answer = await person.post("/uploads", json=body, headers={**key(), **headers})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def _add(
    person: httpx.AsyncClient, upload: dict[str, Any], content: bytes, offset: int
) -> httpx.Response:
    headers = {"Upload-Offset": str(offset)}
    return await person.patch(f"/uploads/{upload['id']}", content=content, headers=headers)


async def test_a_file_comes_in_pieces_and_can_be_sent_when_it_is_whole(
    alice: httpx.AsyncClient, media: MediaDesk
) -> None:
    upload = await _open(alice, PDF)
    assert (upload["offset"], upload["state"], upload["file"]) == (0, "open", None)
    size = upload["chunk_bytes"]

    first = await _add(alice, upload, PDF[:size], 0)
    assert first.json()["offset"] == size
    assert (await _add(alice, upload, PDF[size:], size)).json()["offset"] == len(PDF)
    done = await alice.post(f"/uploads/{upload['id']}/complete", headers=key())

    assert done.json()["state"] == "done"
    assert done.json()["file"] == {
        "id": upload["id"],
        "name": "plan.pdf",
        "media_type": "application/pdf",
        "size": len(PDF),
        "width": None,
        "height": None,
    }
    assert PDF in {content for content, _ in media.store.objects.values()}


async def test_the_same_key_is_the_same_upload(alice: httpx.AsyncClient) -> None:
    name = key()
    upload = await _open(alice, PDF, **name)
    await _add(alice, upload, PDF[:1000], 0)

    again = await _open(alice, PDF, **name)

    assert (again["id"], again["offset"]) == (upload["id"], 1000)
    assert (await _open(alice, PDF))["id"] != upload["id"]


async def test_after_a_broken_line_it_goes_on_where_it_stands(
    alice: httpx.AsyncClient, rig: GatewayRig
) -> None:
    upload = await _open(alice, PDF)
    await _add(alice, upload, PDF[:1000], 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", rig.port)
    head = (
        f"PATCH /api/v1/uploads/{upload['id']} HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n"
        f"Authorization: {alice.headers['authorization']}\r\nUpload-Offset: 1000\r\n\r\n"
    )
    writer.write(head.encode() + PDF[1000:3000])
    await writer.drain()
    writer.transport.abort()  # the telephone goes into a tunnel
    with contextlib.suppress(ConnectionError):
        await reader.read()

    stands = await alice.head(f"/uploads/{upload['id']}")
    assert stands.headers["upload-offset"] == "1000"
    wrong = await _add(alice, upload, PDF[3000:4000], 3000)
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["offset"]) == (
        409,
        "wrong-offset",
        1000,
    )
    assert (await _add(alice, upload, PDF[1000:2000], 1000)).json()["offset"] == 2000
    early = await alice.post(f"/uploads/{upload['id']}/complete", headers=key())
    assert (early.status_code, early.json()["code"]) == (409, "incomplete")


async def test_a_piece_is_no_larger_than_was_said(alice: httpx.AsyncClient) -> None:
    upload = await _open(alice, PDF)

    answer = await _add(alice, upload, b"x" * (MOST_CHUNK_BYTES + 1), 0)

    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    other = await alice.post("/uploads", content=b"x" * 70_000, headers=key())
    assert other.status_code == 413


async def test_an_upload_is_nobody_elses_and_can_be_given_up(
    alice: httpx.AsyncClient, rig: GatewayRig, office: Story
) -> None:
    upload = await _open(alice, PDF)
    async with rig.person(office, "bert") as bert:
        assert (await bert.get(f"/uploads/{upload['id']}")).status_code == 404
        assert (await bert.delete(f"/uploads/{upload['id']}")).status_code == 404

    assert (await alice.delete(f"/uploads/{upload['id']}")).status_code == 204
    assert (await alice.get(f"/uploads/{upload['id']}")).status_code == 404


async def test_what_was_uploaded_goes_with_a_message_as_media_described_it(
    alice: httpx.AsyncClient, rig: GatewayRig, office: Story
) -> None:
    office.starts_sms(members=(office.person("alice"),))
    await rig.tells(office)
    there = f"/conversations/{office.conversation_id()}"

    async def known() -> bool:
        return (await alice.get(there)).is_success

    await eventually(known, 30)
    upload = await _open(alice, PDF[:900])
    body = {"text": "", "files": [upload["id"]]}
    early = await alice.post(f"{there}/messages", json=body, headers=key())
    assert early.json()["code"] == "not-uploaded"
    await _add(alice, upload, PDF[:900], 0)
    await alice.post(f"/uploads/{upload['id']}/complete", headers=key())

    async with rig.decider(lambda _: CommandAccepted(state={}), ["conversation-commands"]) as asked:
        await alice.post(f"{there}/messages", json=body, headers=key())

    (command,) = [one.data for one in asked]
    assert isinstance(command, conversation.SendMessage)
    (file,) = command.files
    assert (file.name, file.original.size, file.original.media_type) == (
        "plan.pdf",
        900,
        "application/pdf",
    )
    assert file.original.key.startswith("uploads/")


async def test_while_media_is_away_nothing_is_taken_and_nobody_is_misled(
    rig: GatewayRig, alice: httpx.AsyncClient
) -> None:
    rig.kill()
    rig.start(GATEWAY_MEDIA_URL="http://127.0.0.1:9")
    await rig.ready()

    answer = await alice.post("/uploads", json={"name": "a.pdf", "size": 5}, headers=key())

    assert (answer.status_code, answer.json()["code"]) == (503, "media-away")
    assert answer.headers["retry-after"]
