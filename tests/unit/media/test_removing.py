"""The effect that removes: what nobody needs goes, what was written since stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from schemas.media import SweepObject
from services.kernel.handling import Addressed
from services.media.adapters.sweeping import RemovePerformer
from services.media.domain.holding import Remove
from services.media.ports import StoreAway
from tests.support.media_fakes import FakeRegister, FakeStore

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = "acme/abc"
AGAIN = Addressed(
    subject=f"object/{KEY}", partitionkey=KEY, tenant="acme", data=SweepObject(key=KEY)
)


class _Away(FakeStore):
    """A store that cannot be reached."""

    async def remove(self, key: str, written_before: datetime) -> bool:
        raise StoreAway(key, written_before)


async def _store(tmp_path: Path, store: FakeStore) -> FakeStore:
    (tmp_path / "a").write_bytes(b"a")
    for key in (KEY, f"{KEY}.thumbnail"):
        await store.put(key, tmp_path / "a", "image/png")
    return store


async def _remove(store: FakeStore, written_before: datetime) -> tuple[Addressed, ...]:
    wish = Remove(key=KEY, tenant="acme", written_before=written_before)
    return await RemovePerformer(store, (0.0,)).perform("e", msgspec.json.encode(wish))


async def test_what_nobody_needs_goes_with_its_small_copy(tmp_path: Path) -> None:
    store = await _store(tmp_path, FakeStore(FakeRegister(NOON)))

    assert await _remove(store, NOON + timedelta(seconds=1)) == ()
    assert store.objects == {}
    assert await _remove(store, NOON + timedelta(seconds=1)) == ()


async def test_what_was_written_since_stays_and_is_looked_at_again(tmp_path: Path) -> None:
    store = await _store(tmp_path, FakeStore(FakeRegister(NOON)))

    assert await _remove(store, NOON) == (AGAIN,)
    assert len(store.objects) == 2


async def test_while_the_store_is_away_nothing_is_forgotten(tmp_path: Path) -> None:
    store = await _store(tmp_path, _Away())

    assert await _remove(store, NOON) == (AGAIN,)
