"""Uploads at media's desk, by the route that the gateway calls: pieces, breaks, limits, kinds."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from PIL import Image

from schemas.files import MOST_CHUNK_BYTES, MOST_FILE_BYTES, MOST_PICTURE_BYTES
from services.kernel import signing
from services.media.adapters.desk import UploadDesk
from services.media.adapters.keeping import Keeping
from services.media.adapters.sweeping import KEPT_ON, Sweeper
from services.media.adapters.thumbnail import ProcessLightener, ProcessShrinker
from services.media.domain.uploading import DONE_LIFE, OPEN_LIFE
from services.media.http.server import application
from services.media.ports import Light
from tests.support.media_fakes import FakeHolding, FakePreviews, FakeScratch, FakeStore, FakeUploads
from tests.support.pictures import encoded, photo, talkative

KEY, NOW = b"link key", datetime(2026, 11, 20, tzinfo=UTC)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"0" * 991


@dataclass
class Office:
    """Media over its fakes, and a gateway in front of it."""

    uploads: FakeUploads
    scratch: FakeScratch
    store: FakeStore
    holding: FakeHolding
    client: httpx.AsyncClient

    async def ask(
        self, do: str, content: bytes = b"", id_: str = "u", owner: str = "ana", **more: str | int
    ) -> httpx.Response:
        query = {"do": do, "tenant": "acme", "owner": owner}
        query |= {name: str(value) for name, value in more.items()}
        url = signing.link(KEY, "", f"/uploads/{id_}", query, int(NOW.timestamp()) + 60)
        return await self.client.post(url, content=content)

    async def open(
        self, name: str, size: int, id_: str = "u", owner: str = "ana"
    ) -> httpx.Response:
        return await self.ask("open", name=name, size=size, id_=id_, owner=owner)

    async def bring(self, name: str, content: bytes, id_: str = "u") -> httpx.Response:
        """Upload a file in pieces of 400 bytes at least, and finish."""
        assert (await self.open(name, len(content), id_)).status_code == 200
        step = max(400, len(content) // 5)
        for offset in range(0, len(content), step):
            piece = content[offset : offset + step]
            assert (await self.ask("add", piece, id_, offset=offset)).status_code == 200
        return await self.ask("finish", id_=id_)


@pytest.fixture
def office() -> Office:
    uploads, scratch = FakeUploads(NOW), FakeScratch()
    store, holding = FakeStore(), FakeHolding()
    keeping = Keeping(store, ProcessShrinker())
    desk = UploadDesk(uploads, scratch, keeping, ProcessLightener(), holding)
    transport = httpx.ASGITransport(app=application(store, desk, FakePreviews(), KEY, lambda: NOW))
    client = httpx.AsyncClient(transport=transport, base_url="http://media")
    return Office(uploads, scratch, store, holding, client)


async def test_a_file_that_was_brought_in_pieces_is_kept_as_it_was(office: Office) -> None:
    done = await office.bring("plan.pdf", PDF)

    file = done.json()["file"]
    assert (file["name"], file["original"]["media_type"]) == ("plan.pdf", "application/pdf")
    assert office.store.objects[file["original"]["key"]] == (PDF, "application/pdf")
    assert office.holding.held == {("u", file["original"]["key"])}
    assert office.scratch.pieces == {}


async def test_finishing_again_gives_the_same_file(office: Office) -> None:
    done = await office.bring("plan.pdf", PDF)

    assert (await office.ask("finish")).json() == done.json()
    assert (await office.open("plan.pdf", len(PDF))).json() == done.json()


async def test_who_asks_twice_at_once_lets_it_be_made_once(office: Office) -> None:
    made: list[Path] = []
    lighten = ProcessLightener.lighten

    async def counted(self: ProcessLightener, path: Path, media_type: str) -> Light | None:
        made.append(path)
        return await lighten(self, path, media_type)

    content = talkative("PNG")
    await office.open("photo.png", len(content))
    await office.ask("add", content, offset=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ProcessLightener, "lighten", counted)
        first, second = await asyncio.gather(office.ask("finish"), office.ask("finish"))

    assert first.json() == second.json()
    assert len(made) == 1


async def test_a_name_that_leads_astray_is_cleaned(office: Office) -> None:
    done = await office.bring("../plan\u202e.pdf", PDF)

    assert done.json()["file"]["name"] == "..plan.pdf"


async def test_after_a_break_it_goes_on_where_it_stands(office: Office) -> None:
    await office.open("plan.pdf", len(PDF))
    await office.ask("add", PDF[:600], offset=0)

    assert (await office.ask("look")).json()["received"] == 600
    again = await office.ask("add", PDF[:600], offset=0)  # its answer had been lost
    assert (again.status_code, again.json()["code"], again.json()["offset"]) == (
        409,
        "wrong-offset",
        600,
    )
    early = await office.ask("finish")
    assert (early.json()["code"], early.json()["offset"]) == ("incomplete", 600)
    await office.ask("add", PDF[600:], offset=600)
    assert (await office.ask("finish")).json()["file"]["original"]["size"] == len(PDF)


async def test_of_two_that_bring_the_same_place_one_is_told_where_it_stands(
    office: Office,
) -> None:
    await office.open("plan.pdf", len(PDF))

    both = await asyncio.gather(
        *(office.ask("add", piece, offset=0) for piece in (PDF[:500], b"x" * 500))
    )

    assert sorted(one.status_code for one in both) == [200, 409]


@pytest.mark.parametrize(
    ("name", "size", "code"),
    [
        ("a.exe", 10, "type-not-allowed"),
        ("no ending", 10, "type-not-allowed"),
        ("page.svg", 10, "type-not-allowed"),
        ("a.pdf", MOST_FILE_BYTES + 1, "file-too-big"),
        ("a.gif", MOST_FILE_BYTES + 1, "file-too-big"),
        ("a.jpg", MOST_PICTURE_BYTES + 1, "file-too-big"),
        ("a.txt", 0, "file-empty"),
    ],
)
async def test_what_can_never_be_sent_is_refused_at_once(
    office: Office, name: str, size: int, code: str
) -> None:
    said = await office.open(name, size)

    assert (said.status_code, said.json()["code"]) == (409, code)
    assert office.uploads.rows == {}


async def test_more_than_was_said_is_not_taken(office: Office) -> None:
    await office.open("a.txt", 10)

    assert (await office.ask("add", b"x" * 11, offset=0)).json()["code"] == "file-too-big"
    assert office.scratch.pieces == {}


async def test_a_piece_has_a_limit_of_its_own(office: Office) -> None:
    await office.open("a.pdf", MOST_FILE_BYTES)
    content = b"x" * (MOST_CHUNK_BYTES + 1)

    assert (await office.ask("add", content, offset=0)).json()["code"] == "chunk-too-big"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.jpg", b"<html><script>alert(1)</script>" * 20),
        ("photo.png", PDF),
        ("film.mp4", encoded(photo(20, 20), "PNG")),
        ("notes.txt", b"\x7fELF" + b"\0" * 600),
        ("plan.pdf", b"MZ" + b"\0" * 600),
        ("photo.jpg", encoded(photo(200, 200), "JPEG")[:2000]),
    ],
)
async def test_bytes_that_are_not_what_the_name_says_are_refused(
    office: Office, name: str, content: bytes
) -> None:
    said = await office.bring(name, content)

    assert (said.status_code, said.json()["code"]) == (409, "type-not-allowed")
    assert office.store.objects == {}


async def test_a_picture_is_sent_without_its_secrets_and_has_a_small_copy(office: Office) -> None:
    file = (await office.bring("photo.jpeg", talkative("JPEG"))).json()["file"]

    content, media_type = office.store.objects[file["original"]["key"]]
    assert (b"Secret" in content, media_type) == (False, "image/jpeg")
    assert file["thumbnail"]["key"] == file["original"]["key"] + ".thumbnail"
    assert (file["original"]["width"], file["original"]["height"]) == (40, 30)


async def test_a_picture_under_another_ones_name_gets_its_own(office: Office) -> None:
    content = encoded(Image.new("RGB", (9, 9), "blue"), "PNG")

    assert (await office.bring("photo.jpg", content)).json()["file"]["name"] == "photo.png"


async def test_an_upload_is_nobody_elses(office: Office) -> None:
    await office.open("plan.pdf", len(PDF))

    for do in ("look", "finish", "cancel"):
        assert (await office.ask(do, owner="eve")).status_code == 404
    assert (await office.ask("look")).status_code == 200


async def test_a_wish_that_nobody_signed_is_not_heard(office: Office) -> None:
    said = await office.client.post("/uploads/u?do=look&tenant=acme&owner=ana")

    assert said.status_code == 403


async def test_what_is_cancelled_is_gone_with_its_pieces(office: Office) -> None:
    await office.open("plan.pdf", len(PDF))
    await office.ask("add", PDF[:600], offset=0)

    assert (await office.ask("cancel")).status_code == 200
    assert (await office.ask("cancel")).status_code == 404
    assert (await office.ask("look")).status_code == 404
    assert (office.uploads.rows, office.scratch.pieces) == ({}, {})


async def test_what_nobody_goes_on_with_is_swept(office: Office) -> None:
    await office.open("plan.pdf", len(PDF))
    await office.ask("add", PDF[:600], offset=0)
    sweeper = Sweeper(office.uploads, office.scratch, office.holding)

    office.uploads.now = NOW + OPEN_LIFE
    assert await sweeper.sweep() == 0
    office.uploads.now += OPEN_LIFE

    assert await sweeper.sweep() == 1
    assert (office.uploads.rows, office.scratch.pieces) == ({}, {})


async def test_what_was_finished_is_let_go_of_long_after_it_could_be_sent(office: Office) -> None:
    await office.bring("plan.pdf", PDF)
    sweeper = Sweeper(office.uploads, office.scratch, office.holding)

    office.uploads.now = NOW + DONE_LIFE
    assert (await office.ask("look")).status_code == 404
    assert (await sweeper.sweep(), len(office.holding.held)) == (0, 1)
    office.uploads.now += KEPT_ON * 2

    assert (await sweeper.sweep(), office.holding.held) == (1, set())
