"""Media's Register and Uploads: in memory and in Postgres they keep the same promises."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from psycopg.conninfo import make_conninfo

from schemas.media import SentFile, StoredObject
from services.kernel import postgres
from services.kernel.ids import new
from services.kernel.readiness import Readiness
from services.kernel.tables import prepare, role_of
from services.media.adapters import tables
from services.media.adapters.register import PostgresRegister
from services.media.adapters.uploads import PostgresUploads
from services.media.domain import uploading
from services.media.domain.uploading import NewUpload, NotTaken
from services.media.ports import Register, Uploads
from tests.support.media_fakes import FakeRegister, FakeUploads

#: Not the real service, whose role a running system of this machine may use.
SERVICE = "mediaregisters"
LIFE, PAST = timedelta(hours=1), timedelta(seconds=-1)
LONG_AGO, FAR_AHEAD = datetime(1990, 1, 1, tzinfo=UTC), datetime(2990, 1, 1, tzinfo=UTC)
FILE = SentFile(name="a.pdf", original=StoredObject(key="acme/k", media_type="x/y", size=3))


@pytest.fixture(params=["fake", pytest.param("postgres", marks=pytest.mark.integration)])
async def ports(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Register, Uploads]]:
    if request.param == "fake":
        now = datetime(2026, 11, 20, tzinfo=UTC)
        yield FakeRegister(now), FakeUploads(now)
        return
    dsn = request.getfixturevalue("database")
    await prepare(dsn, {SERVICE: "made-up"})
    own = make_conninfo(dsn, user=role_of(SERVICE), password="made-up")
    pool = postgres.make_pool(own, SERVICE, 12, smallest=12)
    await pool.open()
    await tables.make(pool, Readiness())
    try:
        yield PostgresRegister(pool), PostgresUploads(pool)
    finally:
        await pool.close()


@pytest.fixture
def register(ports: tuple[Register, Uploads]) -> Register:
    return ports[0]


@pytest.fixture
def uploads(ports: tuple[Register, Uploads]) -> Uploads:
    return ports[1]


def _wish(owner: str | None = None, size: int = 6) -> NewUpload:
    return NewUpload(id=new(), tenant="acme", owner=owner or new(), name="a.pdf", size=size)


async def test_what_is_being_removed_is_not_written(register: Register) -> None:
    key = new()
    assert await register.writing(key)
    assert await register.removing(key, FAR_AHEAD)

    assert not await register.writing(key)
    assert await register.removing(key, LONG_AGO)  # a second try ends what the first began
    await register.removed(key)
    assert await register.writing(key)


async def test_what_was_written_since_is_not_removed(register: Register) -> None:
    key = new()
    await register.writing(key)

    assert not await register.removing(key, LONG_AGO)
    assert await register.writing(key)


async def test_what_nobody_knows_may_be_removed(register: Register) -> None:
    assert await register.removing(new(), LONG_AGO)


async def test_an_upload_is_opened_once_and_found_as_it_stands(uploads: Uploads) -> None:
    wish = _wish()
    opened = await uploads.open(wish, LIFE)
    grown = await uploads.grow(opened, "u/0", 4, LIFE)

    assert grown is not None
    assert (opened.received, grown.received, grown.chunks) == (0, 4, ("u/0",))
    assert await uploads.open(wish, LIFE) == grown
    assert await uploads.find(wish.id, wish.tenant, wish.owner) == grown


async def test_an_upload_is_nobody_elses(uploads: Uploads) -> None:
    wish = _wish()
    await uploads.open(wish, LIFE)

    assert await uploads.find(wish.id, wish.tenant, "eve") is None
    assert await uploads.find(wish.id, "rival", wish.owner) is None
    with pytest.raises(NotTaken):
        await uploads.open(msgspec.structs.replace(wish, owner="eve"), LIFE)


async def test_of_two_pieces_for_one_place_one_is_taken(uploads: Uploads) -> None:
    opened = await uploads.open(_wish(), LIFE)

    both = await asyncio.gather(*(uploads.grow(opened, f"u/0-{which}", 2, LIFE) for which in "ab"))

    (taken,) = [one for one in both if one is not None]
    now = await uploads.find(opened.id, opened.tenant, opened.owner)
    assert now == taken
    assert len(taken.chunks) == 1


async def test_a_finished_upload_is_what_it_became(uploads: Uploads) -> None:
    opened = await uploads.open(_wish(), LIFE)
    await uploads.intend(opened, "acme/k")
    done = await uploads.finish(opened, FILE, LIFE)

    assert done is not None
    assert (done.file, done.key) == (FILE, "acme/k")
    assert await uploads.grow(opened, "u/0", 2, LIFE) is None


async def test_what_has_expired_is_not_found_and_is_swept_once(uploads: Uploads) -> None:
    opened = await uploads.open(_wish(), PAST)
    done = await uploads.open(_wish(), LIFE)
    await uploads.finish(done, FILE, PAST)

    assert await uploads.find(opened.id, opened.tenant, opened.owner) is None
    assert await uploads.find(done.id, done.tenant, done.owner) is None
    at_once = {one.id for one in await uploads.expired(LIFE, 1000)}
    later = {one.id for one in await uploads.expired(timedelta(0), 1000)}
    assert (opened.id in at_once, done.id in at_once, done.id in later) == (True, False, True)

    await uploads.drop(opened.id)
    assert opened.id not in {one.id for one in await uploads.expired(LIFE, 1000)}


async def test_one_person_has_so_many_uploads_waiting_and_no_more(uploads: Uploads) -> None:
    ana = new()
    for _ in range(uploading.MOST_OPEN):
        await uploads.open(_wish(ana), LIFE)

    with pytest.raises(NotTaken) as no:
        await uploads.open(_wish(ana), LIFE)
    assert no.value.code == "too-many-uploads"
    assert await uploads.open(_wish(), LIFE)


async def test_what_one_person_has_waiting_weighs_so_much_and_no_more(uploads: Uploads) -> None:
    cleo, half = new(), uploading.MOST_OPEN_BYTES // 2
    await uploads.open(_wish(cleo, size=half), LIFE)
    await uploads.open(_wish(cleo, size=half), LIFE)

    with pytest.raises(NotTaken):
        await uploads.open(_wish(cleo, size=1), LIFE)


async def test_the_limit_holds_when_many_open_at_once(uploads: Uploads) -> None:
    owner = new()
    tries = (uploads.open(_wish(owner), LIFE) for _ in range(uploading.MOST_OPEN + 10))
    found = await asyncio.gather(*tries, return_exceptions=True)

    assert sum(isinstance(one, NotTaken) for one in found) == 10
