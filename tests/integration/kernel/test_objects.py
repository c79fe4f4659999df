"""The object store through our one door to it."""

import asyncio
from pathlib import Path

import pytest

from services.kernel import ids
from services.kernel.objects import NoSuchObject, Objects, StoreAway
from tests.support.infra import ObjectStore

pytestmark = pytest.mark.integration


async def test_an_object_is_stored_read_in_parts_listed_and_removed(
    objects: ObjectStore, tmp_path: Path
) -> None:
    bucket = Objects(objects.address, objects.access_key, objects.secret_key, "kernel-test")
    await bucket.make_bucket()
    await bucket.make_bucket()
    await bucket.put("a/b ä.txt", b"hello world", "text/plain", {"sha256": "x"})
    (tmp_path / "f").write_bytes(b"file")
    await bucket.put_file("a/f", str(tmp_path / "f"), "image/png")
    assert await bucket.get("a/b ä.txt") == b"hello world"
    assert await bucket.get("a/b ä.txt", offset=6, length=3) == b"wor"
    assert (await bucket.stat("a/f")).media_type == "image/png"
    assert (await bucket.stat("a/f")).size == 4
    assert sorted(await bucket.keys("a/")) == ["a/b ä.txt", "a/f"]
    for key in await bucket.keys("a/"):
        await bucket.remove(key)
    with pytest.raises(NoSuchObject):
        await bucket.get("a/f")


async def test_a_store_that_is_away_is_told_from_an_object_that_is_not_there() -> None:
    bucket = Objects("http://127.0.0.1:1", "key", "secret-secret", "kernel-test")
    with pytest.raises(StoreAway):
        await bucket.get("a")


async def test_a_bucket_that_many_make_at_once_is_made_once(objects: ObjectStore) -> None:
    """The first two pictures of a fresh installation come together (reliability.md F24)."""
    name = f"raced-{ids.new()}"
    many = [
        Objects(objects.address, objects.access_key, objects.secret_key, name) for _ in range(8)
    ]
    await asyncio.gather(*(bucket.make_bucket() for bucket in many))
    assert await many[0].keys("") == []
