"""A phone that was told of a picture fetches its small copy, by a link that ends soon."""

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from schemas.base import ConversationId, MessageId
from schemas.conversation import MessageSubmitted
from schemas.media import SentFile, StoredObject
from services.kernel import signing
from services.media.adapters.keeping import SMALL
from services.media.domain.holding import kept_key
from services.media.handlers import MediaHandlers
from services.media.http.previews import WAITS_SECONDS, route
from services.media.ports import Preview
from tests.support.media_fakes import FakePreviews, FakeStore
from tests.support.stage import Stage

KEY, NOW = b"link key", datetime(2026, 11, 20, tzinfo=UTC)
SHOWN = Preview(key="demo/abc" + SMALL, media_type="image/jpeg")


async def _get(
    tmp_path: Path, looks: FakePreviews, path: str = "/previews/m-1", life: int = 60
) -> tuple[httpx.Response, list[float]]:
    store, waited = FakeStore(), list[float]()
    (tmp_path / "a").write_bytes(b"small picture")
    await store.put(SHOWN.key, tmp_path / "a", "image/jpeg")

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    app = Starlette(routes=[route(store, looks, KEY, lambda: NOW, pause)])
    query = signing.sign(KEY, "/previews/m-1", {}, int(NOW.timestamp()) + life)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://files") as client:
        return await client.get(f"{path}?{query}"), waited


async def test_a_picture_that_is_there_is_shown_at_once(tmp_path: Path) -> None:
    """ATT-14."""
    shown, waited = await _get(tmp_path, FakePreviews([SHOWN]))

    assert (shown.content, shown.headers["content-type"]) == (b"small picture", "image/jpeg")
    assert (shown.headers["cache-control"], waited) == ("private, no-store", [])


async def test_a_picture_that_is_still_coming_is_waited_for(tmp_path: Path) -> None:
    """ATT-14: the words are pushed before the carrier has given us the file."""
    shown, waited = await _get(tmp_path, FakePreviews([None, None, SHOWN]))

    assert (shown.status_code, waited) == (200, list(WAITS_SECONDS[:2]))


async def test_what_is_no_picture_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    shown, waited = await _get(tmp_path, FakePreviews([]))

    assert (shown.status_code, waited) == (404, list(WAITS_SECONDS))


async def test_a_deleted_message_shows_no_picture(tmp_path: Path) -> None:
    shown, waited = await _get(tmp_path, FakePreviews([SHOWN], deleted=True))

    assert (shown.status_code, waited) == (404, [])


@pytest.mark.parametrize(("path", "life"), [("/previews/m-2", 60), ("/previews/m-1", -1)])
async def test_a_link_shows_its_own_picture_and_ends(tmp_path: Path, path: str, life: int) -> None:
    """ATT-14."""
    shown, _ = await _get(tmp_path, FakePreviews([SHOWN]), path, life)

    assert shown.status_code == 403


def test_which_files_have_a_small_copy_is_remembered() -> None:
    stage = Stage("media", MediaHandlers())
    small = StoredObject(key="acme/bb" + SMALL, media_type="image/png", size=3)
    stage.tell(
        MessageSubmitted(
            conversation_id=ConversationId("c-1"),
            message_id=MessageId("m-1"),
            position=1,
            author=None,
            via="chat",
            number=None,
            recipients=(),
            text="",
            members=(),
            files=(_file("acme/aa", None), _file("acme/bb", small)),
        )
    )
    kept = stage.part(kept_key(MessageId("m-1")))
    assert (kept.files, kept.pictures) == ({0: "acme/aa", 1: "acme/bb"}, {1: "image/png"})


def _file(key: str, thumbnail: StoredObject | None) -> SentFile:
    original = StoredObject(key=key, media_type="image/png", size=9)
    return SentFile(name="a.png", original=original, thumbnail=thumbnail)
