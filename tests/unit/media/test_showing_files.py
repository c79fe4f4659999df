from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from services.kernel import signing
from services.media.http.files import route
from tests.support.media_fakes import FakeStore

KEY = b"link key"
NOW = datetime(2026, 11, 20, tzinfo=UTC)


async def _application(tmp_path: Path) -> Starlette:
    store = FakeStore()
    (tmp_path / "a").write_bytes(b"0123456789")
    await store.put("demo/abc", tmp_path / "a", "image/png")
    return Starlette(routes=[route(store, KEY, lambda: NOW)])


async def _get(
    app: Starlette, query: str, path: str = "/files/demo/abc", **headers: str
) -> httpx.Response:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://files") as client:
        return await client.get(f"{path}?{query}", headers=headers)


def _signed(path: str = "/files/demo/abc", *, life: int = 60, **query: str) -> str:
    fields = {"name": "photo.png", "type": "image/png", **query}
    return signing.sign(KEY, path, fields, int(NOW.timestamp()) + life)


async def test_a_picture_is_shown_in_place_and_can_do_nothing(tmp_path: Path) -> None:
    shown = await _get(await _application(tmp_path), _signed())

    assert shown.content == b"0123456789"
    assert shown.headers["content-disposition"] == "inline; filename*=UTF-8''photo.png"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert shown.headers["cache-control"] == "private, no-store"


async def test_what_is_to_be_kept_is_a_download_whatever_it_is(tmp_path: Path) -> None:
    shown = await _get(await _application(tmp_path), _signed(download="1"))

    assert shown.headers["content-disposition"] == "attachment; filename*=UTF-8''photo.png"


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/pdf"])
async def test_what_could_act_is_a_download(tmp_path: Path, media_type: str) -> None:
    shown = await _get(await _application(tmp_path), _signed(type=media_type))

    assert shown.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    "query",
    [
        "",
        _signed(life=-1),
        _signed(path="/files/demo/other"),
        _signed().replace("photo.png", "photo.exe"),
        _signed().replace("image%2Fpng", "text%2Fhtml"),
    ],
)
async def test_a_link_that_was_changed_or_has_ended_shows_nothing(
    tmp_path: Path, query: str
) -> None:
    assert (await _get(await _application(tmp_path), query)).status_code == 403


async def test_another_tenants_key_cannot_be_guessed_into_a_link(tmp_path: Path) -> None:
    shown = await _get(await _application(tmp_path), _signed(), path="/files/other/abc")

    assert shown.status_code == 403


async def test_a_range_is_served_for_players(tmp_path: Path) -> None:
    shown = await _get(await _application(tmp_path), _signed(), Range="bytes=2-4")

    assert (shown.status_code, shown.content) == (206, b"234")
    assert shown.headers["content-range"] == "bytes 2-4/10"


async def test_who_asks_only_what_it_is_gets_no_bytes(tmp_path: Path) -> None:
    transport = httpx.ASGITransport(app=await _application(tmp_path))
    async with httpx.AsyncClient(transport=transport, base_url="http://files") as client:
        told = await client.head(f"/files/demo/abc?{_signed()}")

    assert (told.status_code, told.content) == (200, b"")
    assert told.headers["content-length"] == "10"
    assert told.headers["content-type"] == "image/png"


async def test_a_range_beyond_the_file_is_refused(tmp_path: Path) -> None:
    assert (
        await _get(await _application(tmp_path), _signed(), Range="bytes=20-")
    ).status_code == 416


async def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    path = "/files/demo/gone"

    assert (await _get(await _application(tmp_path), _signed(path), path)).status_code == 404
