"""Media's Store: the fake and the real bucket keep the same promises."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from services.kernel.objects import Objects
from services.media.adapters.store import BucketStore
from services.media.ports import Store, StoreAway
from tests.support.infra import ObjectStore
from tests.support.media_fakes import FakeStore


@pytest.fixture(params=["fake", "bucket"])
def make(request: pytest.FixtureRequest) -> Callable[[], Store]:
    if request.param == "fake":
        return FakeStore
    objects: ObjectStore = request.getfixturevalue("objects")
    bucket = Objects(objects.address, objects.access_key, objects.secret_key, "media-contract")
    return lambda: BucketStore(bucket)


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


async def test_a_store_that_is_away_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    away = BucketStore(Objects("http://127.0.0.1:9", "key", "secret", "media"))

    with pytest.raises(StoreAway):
        await away.put("acme/a", tmp_path / "a", "text/plain")
