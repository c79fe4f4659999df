"""Ingest's Bucket: the fake and the kernel's own keep the same promises."""

from collections.abc import Callable

import pytest

from services.ingest.ports import Bucket
from services.kernel.objects import NoSuchObject, Objects
from tests.support.infra import ObjectStore
from tests.support.raw_requests import FakeBucket

pytestmark = pytest.mark.integration


@pytest.fixture(params=["fake", "objects"])
def make(request: pytest.FixtureRequest) -> Callable[[], Bucket]:
    if request.param == "fake":
        return FakeBucket
    store: ObjectStore = request.getfixturevalue("objects")
    return lambda: Objects(store.address, store.access_key, store.secret_key, "raw-contract")


async def test_an_object_is_read_whole_in_parts_and_beyond_its_end(
    make: Callable[[], Bucket],
) -> None:
    bucket = make()
    await bucket.make_bucket()
    await bucket.put("raw/a", b"0123456789", "application/octet-stream")
    await bucket.put("raw/empty", b"", "application/octet-stream")

    assert await bucket.get("raw/a") == b"0123456789"
    assert await bucket.get("raw/a", offset=3, length=4) == b"3456"
    assert await bucket.get("raw/a", offset=8, length=100) == b"89"
    assert await bucket.get("raw/empty") == b""


async def test_objects_are_named_by_prefix_replaced_and_removed(make: Callable[[], Bucket]) -> None:
    bucket = make()
    await bucket.make_bucket()
    await bucket.put("list/1/a", b"old", "text/plain")
    await bucket.put("list/1/a", b"new", "text/plain")
    await bucket.put("list/2/b", b"b", "text/plain")

    assert await bucket.get("list/1/a") == b"new"
    assert await bucket.keys("list/", 10) == ["list/1/a", "list/2/b"]
    assert len(await bucket.keys("list/", 1)) == 1
    for _ in range(2):
        await bucket.remove("list/1/a")
    assert await bucket.keys("list/", 10) == ["list/2/b"]
    with pytest.raises(NoSuchObject):
        await bucket.get("list/1/a")
