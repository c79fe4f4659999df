"""Media as a process: what is uploaded is held, and bytes go with their last message."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from deploy.local.ports import LOOPBACK, free_port
from schemas.base import ConversationId, ExtensionId, MessageId
from schemas.conversation import MessageSubmitted
from schemas.envelope import Envelope
from schemas.media import (
    FilesForgotten,
    FileStored,
    ForgetFiles,
    ObjectHeld,
    ObjectReleased,
    SentFile,
    StoredObject,
)
from services.kernel import signing
from services.kernel.clock import Clock
from services.kernel.objects import NoSuchObject, Objects
from services.media.handlers import MediaHandlers
from tests.support import infra
from tests.support.conversing import Conversing, conversing
from tests.support.infra import ObjectStore
from tests.support.scenario import TENANT
from tests.support.stage import Stage
from tests.support.waiting import eventually

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

CHAT, BUCKET, LINK_KEY = ConversationId("chat-1"), "media-real", "link key"
PDF = b"%PDF-1.7\n" + b"0" * 900

_clock, _words, _numbers = Clock(), Stage("media", MediaHandlers()), itertools.count()


def _says(data: msgspec.Struct) -> Envelope[Any]:
    envelope = _words.wrap(data, key=CHAT, id_=f"said-{next(_numbers)}")
    return msgspec.structs.replace(envelope, time=_clock.now())


def _sent(message: str, key: str) -> MessageSubmitted:
    original = StoredObject(key=key, media_type="application/pdf", size=len(PDF))
    return MessageSubmitted(
        conversation_id=CHAT,
        message_id=MessageId(message),
        position=1,
        author=ExtensionId("ana"),
        via="chat",
        text="",
        members=(),
        files=(SentFile(name="plan.pdf", original=original),),
    )


@pytest.fixture
def bucket(objects: ObjectStore) -> Objects:
    return Objects(objects.address, objects.access_key, objects.secret_key, BUCKET)


@pytest.fixture
async def origin(monkeypatch: pytest.MonkeyPatch, objects: ObjectStore) -> str:
    address = f"{LOOPBACK}:{free_port()}"
    settings = {
        "TANDEM_S3": objects.address,
        "MEDIA_S3_KEY": objects.access_key,
        "MEDIA_S3_SECRET": objects.secret_key,
        "MEDIA_BUCKET": BUCKET,
        "MEDIA_HTTP": address,
        "TANDEM_MEDIA_LINK_KEY": LINK_KEY,
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return f"http://{address}"


@pytest.fixture
async def media(
    kafka: str, postgres: str, origin: str, tmp_path: Path
) -> AsyncIterator[Conversing]:
    assert origin
    with infra.fresh_database(postgres, "t_media") as database:
        async with conversing("media", kafka, database, tmp_path) as running:
            yield running


async def _is_there(bucket: Objects, key: str) -> bool:
    try:
        await bucket.stat(key)
    except NoSuchObject:
        return False
    return True


async def _upload(origin: str, do: str, content: bytes = b"", **more: str) -> dict[str, Any]:
    """Ask as the gateway does, until media is up."""
    path, query = "/uploads/u-1", {"do": do, "tenant": TENANT, "owner": "ana", **more}

    async def asked() -> dict[str, Any] | None:
        expires = int(_clock.now().timestamp()) + 60
        link = signing.link(LINK_KEY.encode(), origin, path, query, expires)
        async with httpx.AsyncClient(trust_env=False) as client:
            try:
                answer = await client.post(link, content=content)
            except httpx.TransportError:
                return None
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    return await eventually(asked, 60) or {}


async def test_bytes_go_with_their_last_message_through_a_restart(
    media: Conversing, bucket: Objects
) -> None:
    key = f"{TENANT}/{'a' * 64}"
    await bucket.make_bucket()
    for name in (key, f"{key}.thumbnail"):
        await bucket.put(name, PDF, "application/pdf")  # before media knew of registers
    await media.say(_says(_sent("m-1", key)), _says(_sent("m-2", key)))
    told = await media.hears("media-events", 4)
    assert [type(one.data) for one in told].count(FileStored) == 2
    assert {one.data.holder for one in told if isinstance(one.data, ObjectHeld)} == {
        "message/m-1",
        "message/m-2",
    }

    await media.say(_says(ForgetFiles(conversation_id=CHAT, message_id=MessageId("m-1"))))
    await media.hears("media-events", 6)
    assert await _is_there(bucket, key)
    await media.say(_says(ForgetFiles(conversation_id=CHAT, message_id=MessageId("m-2"))))
    media.kill()
    media.start()

    async def gone() -> bool:
        return not (await _is_there(bucket, key) or await _is_there(bucket, f"{key}.thumbnail"))

    await eventually(gone, 60)

    async def released() -> bool:
        await media.listen()
        first = {one.id: one.data for one in media.heard["media-events"]}  # repeats are allowed
        last = [one.last for one in first.values() if isinstance(one, ObjectReleased)]
        assert last == [False, True]
        return [type(one) for one in first.values()].count(FilesForgotten) == 2

    await eventually(released, 60)


async def test_what_is_uploaded_is_in_the_bucket_and_held_on_the_log(
    media: Conversing, bucket: Objects, origin: str
) -> None:
    await _upload(origin, "open", name="plan.pdf", size=str(len(PDF)))
    await _upload(origin, "add", PDF[:500], offset="0")
    media.kill()
    media.start()
    assert (await _upload(origin, "look"))["received"] == 500
    await _upload(origin, "add", PDF[500:], offset="500")
    done = await _upload(origin, "finish")

    key = done["file"]["original"]["key"]
    assert await bucket.get(key) == PDF
    assert await bucket.keys(".uploads/u-1/") == []
    (held,) = await media.hears("media-events", 1)
    assert held.data == ObjectHeld(key=key, holder="upload/u-1")
    assert (held.subject, held.partitionkey) == (f"object/{key}", key)
