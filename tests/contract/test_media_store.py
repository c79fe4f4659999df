"""Media's Store and Scratch: the fakes and the real bucket keep the same promises."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.kernel.objects import Objects
from services.media.adapters.keeping import SMALL
from services.media.adapters.store import BucketScratch, BucketStore
from services.media.ports import Scratch, Store, StoreAway
from tests.support.infra import ObjectStore
from tests.support.media_fakes import FakeRegister, FakeScratch, FakeStore

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BEFORE, AFTER = NOON.replace(hour=11), NOON.replace(hour=13)


def _bucket(request: pytest.FixtureRequest) -> Objects:
    objects: ObjectStore = request.getfixturevalue("objects")
    return Objects(objects.address, objects.access_key, objects.secret_key, "media-contract")


@pytest.fixture(params=["fake", "bucket"])
def make(request: pytest.FixtureRequest) -> Callable[[], Store]:
    if request.param == "fake":
        return lambda: FakeStore(FakeRegister(NOON))
    bucket = _bucket(request)
    return lambda: BucketStore(bucket, FakeRegister(NOON))


@pytest.fixture(params=["fake", "bucket"])
def scratch(request: pytest.FixtureRequest) -> Scratch:
    return FakeScratch() if request.param == "fake" else BucketScratch(_bucket(request))


async def _all(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


async def test_what_is_put_is_read_back_whole_and_in_ranges(
    make: Callable[[], Store], tmp_path: Path
) -> None:
    store, content = make(), bytes(range(256)) * 2000
    (tmp_path / "a").write_bytes(content)
    await store.put("acme/a", tmp_path / "a", "image/png")

    assert await store.size("acme/a") == len(content)
    assert await _all(store.read("acme/a", 0, len(content))) == content
    assert await _all(store.read("acme/a", 300_000, 7)) == content[300_000:300_007]


async def test_putting_twice_is_harmless(make: Callable[[], Store], tmp_path: Path) -> None:
    store = make()
    (tmp_path / "a").write_bytes(b"same")
    for _ in range(2):
        await store.put("acme/b", tmp_path / "a", "text/plain")

    assert await _all(store.read("acme/b", 0, 4)) == b"same"


async def test_what_is_not_there_has_no_size(make: Callable[[], Store], tmp_path: Path) -> None:
    store = make()
    (tmp_path / "a").write_bytes(b"x")
    await store.put("acme/c", tmp_path / "a", "text/plain")

    assert await store.size("acme/nothing") is None


async def test_what_is_removed_is_gone_with_its_small_copy(
    make: Callable[[], Store], tmp_path: Path
) -> None:
    store = make()
    (tmp_path / "a").write_bytes(b"x")
    for key in ("acme/d", "acme/d" + SMALL, "acme/e"):
        await store.put(key, tmp_path / "a", "text/plain")

    assert await store.remove("acme/d", AFTER)

    sizes = [await store.size(key) for key in ("acme/d", "acme/d" + SMALL, "acme/e")]
    assert sizes == [None, None, 1]


async def test_what_was_put_again_since_it_was_let_go_stays(
    make: Callable[[], Store], tmp_path: Path
) -> None:
    store = make()
    (tmp_path / "a").write_bytes(b"x")
    await store.put("acme/f", tmp_path / "a", "text/plain")

    assert not await store.remove("acme/f", BEFORE)
    assert await store.size("acme/f") == 1


async def test_a_store_that_is_away_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    bucket = Objects("http://127.0.0.1:9", "key", "secret", "media")

    with pytest.raises(StoreAway):
        await BucketStore(bucket, FakeRegister()).put("acme/a", tmp_path / "a", "image/png")
    with pytest.raises(StoreAway):
        await BucketScratch(bucket).put("u/0", b"x")


async def test_pieces_lie_there_until_their_upload_is_cleared(scratch: Scratch) -> None:
    for name in ("u/0-a", "u/5-b", "v/0-a"):
        await scratch.put(name, name.encode())

    assert await scratch.get("u/5-b") == b"u/5-b"
    await scratch.clear("u")

    assert await scratch.get("v/0-a") == b"v/0-a"
    for name in ("u/0-a", "u/5-b"):
        with pytest.raises(StoreAway):
            await scratch.get(name)
