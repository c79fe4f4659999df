import asyncio
import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from services.ingest.adapters import spool as spool_module
from services.ingest.adapters.spool import FileSpool, SpoolInUse
from services.ingest.ports import Faulty, Full, Position
from services.kernel.watchdog import EXIT_CODE
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[3]
LIMIT = 1 << 20


class Ended(Exception):
    """Stands for the end of the process."""


def _end(why: str) -> None:
    raise Ended(why)


async def _drain(spool: FileSpool) -> list[bytes]:
    batch = await asyncio.wait_for(spool.read(), 5)
    await spool.retire(batch.then)
    return list(batch.payloads)


def _segments(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.spool"))


async def test_what_was_appended_is_read_in_order_and_then_forgotten(tmp_path: Path) -> None:
    async with FileSpool(tmp_path, LIMIT) as spool:
        for payload in (b"a", b"b"):
            await spool.append(payload)
        assert await _drain(spool) == [b"a", b"b"]
        await spool.append(b"c")
        assert await _drain(spool) == [b"c"]
    async with FileSpool(tmp_path, LIMIT) as again:
        await again.append(b"d")
        assert await _drain(again) == [b"d"]
        assert len(_segments(tmp_path)) == 1


async def test_what_was_not_retired_is_there_after_a_restart(tmp_path: Path) -> None:
    async with FileSpool(tmp_path, LIMIT) as spool:
        await spool.append(b"a")
        await spool.read()
    async with FileSpool(tmp_path, LIMIT) as again:
        assert await _drain(again) == [b"a"]


async def test_a_position_without_room_ends_nothing_and_what_is_drained_is_deleted(
    tmp_path: Path,
) -> None:
    async with FileSpool(tmp_path, LIMIT) as spool:
        (tmp_path / "position.new").mkdir()  # where the note is written: it cannot be
        await spool.append(b"a")
        assert await _drain(spool) == [b"a"]
        await spool.seal()
        await spool.append(b"b")
        assert await _drain(spool) == [b"b"]
        assert len(_segments(tmp_path)) == 1
    async with FileSpool(tmp_path, LIMIT) as again:
        assert await _drain(again) == [b"b"], "it comes again, by the same ids"


async def test_a_lost_position_repeats_and_loses_nothing(tmp_path: Path) -> None:
    async with FileSpool(tmp_path, LIMIT) as spool:
        await spool.append(b"a")
        await _drain(spool)
    (tmp_path / "position").write_text("{")
    async with FileSpool(tmp_path, LIMIT) as again:
        assert await _drain(again) == [b"a"]


async def test_requests_that_wait_together_share_one_sync(tmp_path: Path) -> None:
    syncs: list[int] = []

    def sync(file: int) -> None:
        syncs.append(file)
        os.fdatasync(file)

    async with FileSpool(tmp_path, LIMIT, sync=sync) as spool:
        await asyncio.gather(*(spool.append(b"%d" % n) for n in range(100)))
        assert len(await _drain(spool)) == 100
    assert len(syncs) <= 4  # the directory's, and a group or two


async def test_nobody_is_told_before_the_sync(tmp_path: Path) -> None:
    synced: list[int] = []
    async with FileSpool(tmp_path, LIMIT, sync=synced.append) as spool:
        waiting = asyncio.create_task(spool.append(b"a"))
        await waiting
        assert synced


async def test_a_torn_tail_is_cut_and_the_rest_lives(tmp_path: Path) -> None:
    async with FileSpool(tmp_path, LIMIT) as spool:
        for payload in (b"first", b"second"):
            await spool.append(payload)
    (path,) = _segments(tmp_path)
    path.write_bytes(path.read_bytes()[:-3])
    async with FileSpool(tmp_path, LIMIT) as again:
        assert await _drain(again) == [b"first"]
        await again.append(b"third")
        assert await _drain(again) == [b"third"]
    assert not (tmp_path / "damaged").exists()


async def test_a_damaged_record_is_set_aside_with_its_bytes(tmp_path: Path) -> None:
    async with FileSpool(tmp_path, LIMIT) as spool:
        for payload in (b"first", b"second", b"third"):
            await spool.append(payload)
    (path,) = _segments(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"second", b"secand"))
    async with FileSpool(tmp_path, LIMIT) as again:
        assert await _drain(again) == [b"first", b"third"]
    (aside,) = (tmp_path / "damaged").iterdir()
    assert b"secand" in aside.read_bytes()


async def test_damage_alone_does_not_stop_the_reader(tmp_path: Path) -> None:
    async with FileSpool(tmp_path, LIMIT) as spool:
        await spool.append(b"only")
    (path,) = _segments(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"only", b"0nly"))
    async with FileSpool(tmp_path, LIMIT) as again:
        reading = asyncio.create_task(_drain(again))
        await eventually((tmp_path / "damaged").exists)
        await again.append(b"next")
        assert await reading == [b"next"]


async def test_a_full_spool_takes_nothing_and_recovers_once_drained(tmp_path: Path) -> None:
    async with FileSpool(tmp_path, 4000) as spool:
        results = await asyncio.gather(
            *(spool.append(b"x" * 200) for _ in range(100)), return_exceptions=True
        )
        taken = results.count(None)
        assert all(isinstance(result, Full) for result in results if result is not None)
        assert 10 <= taken < 20
        got = 0
        while got < taken:
            got += len(await _drain(spool))
        await spool.append(b"again")
        assert await _drain(spool) == [b"again"]
        assert sum(path.stat().st_size for path in _segments(tmp_path)) < 4000


async def test_a_flood_is_refused_and_not_hoarded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "MAX_WAITING", 10)
    async with FileSpool(tmp_path, LIMIT) as spool:
        results = await asyncio.gather(
            *(spool.append(b"x") for _ in range(50)), return_exceptions=True
        )
        assert sum(isinstance(result, Full) for result in results) == 40
        assert len(await _drain(spool)) == 10


async def test_segments_are_closed_and_deleted_when_they_are_done(tmp_path: Path) -> None:
    async with FileSpool(tmp_path, 8000) as spool:
        for n in range(60):
            await spool.append(b"%03d" % n * 30)
            assert await _drain(spool) == [b"%03d" % n * 30]
        assert len(_segments(tmp_path)) <= 2


async def test_a_full_disk_is_said_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with FileSpool(tmp_path, LIMIT) as spool:
        await spool.append(b"before")
        with monkeypatch.context() as broken:
            broken.setattr(os, "write", _half_then(errno.ENOSPC))
            with pytest.raises(Faulty):
                await spool.append(b"lost" * 10)
        await spool.append(b"after")
        assert await _drain(spool) == [b"before", b"after"]


def _half_then(number: int) -> Callable[[int, bytes], int]:
    real, calls = os.write, 0

    def write(file: int, content: bytes) -> int:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise OSError(number, os.strerror(number))
        return real(file, content[: len(content) // 2])

    return write


async def test_an_error_of_the_sync_ends_the_process(tmp_path: Path) -> None:
    ends: list[str] = []

    def sync(_file: int) -> None:
        if ends or (tmp_path / "broken").exists():
            raise OSError(errno.EIO, "EIO")

    async with FileSpool(tmp_path, LIMIT, sync=sync, end=ends.append) as spool:
        await spool.append(b"a")
        (tmp_path / "broken").touch()
        with pytest.raises(Faulty):
            await spool.append(b"b")
    assert ends == ["spool-sync"]


async def test_an_unexpected_error_ends_the_watch(tmp_path: Path) -> None:
    def sync(_file: int) -> None:
        raise OSError(errno.EIO, "EIO")

    async with FileSpool(tmp_path, LIMIT, sync=sync, end=_end) as spool:
        appending = asyncio.create_task(spool.append(b"a"))
        with pytest.raises(Ended):
            await spool.watch()
        appending.cancel()


async def test_two_processes_cannot_have_one_spool(tmp_path: Path) -> None:
    async with FileSpool(tmp_path, LIMIT):
        with pytest.raises(SpoolInUse):
            async with FileSpool(tmp_path, LIMIT):
                pass


async def test_a_carrier_that_hung_up_is_kept_all_the_same(tmp_path: Path) -> None:
    async with FileSpool(tmp_path, LIMIT) as spool:
        appending = asyncio.create_task(spool.append(b"a"))
        await asyncio.sleep(0)
        appending.cancel()
        assert await _drain(spool) == [b"a"]


async def test_positions_are_compared_by_segment_first() -> None:
    assert Position(2, 0) > Position(1, 900)


async def test_a_half_written_record_that_cannot_be_taken_back_ends_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[str] = []

    def stuck(_file: int, _length: int) -> None:
        raise OSError(errno.EIO, "EIO")

    async with FileSpool(tmp_path, LIMIT, end=ends.append) as spool:
        await spool.append(b"before")
        with monkeypatch.context() as broken:
            broken.setattr(os, "write", _half_then(errno.EIO))
            broken.setattr(os, "ftruncate", stuck)
            with pytest.raises(Faulty):
                await spool.append(b"lost" * 10)
    assert ends == ["spool-truncate"]


_EIO = """
import asyncio, errno, sys
from pathlib import Path
from services.ingest.adapters.spool import FileSpool

def sync(_file):
    raise OSError(errno.EIO, "EIO")

async def main():
    async with FileSpool(Path(sys.argv[1]), 1 << 20, sync=sync) as spool:
        await spool.append(b"never promised")
        print("promised", flush=True)

asyncio.run(main())
"""


def test_a_process_whose_disk_cannot_sync_promises_nothing_and_is_gone(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _EIO, str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, check=False, timeout=60, cwd=ROOT)

    assert ended.returncode == EXIT_CODE
    assert b"promised" not in ended.stdout
