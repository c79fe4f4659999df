import contextlib
import functools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from services.carriers.contract import Request
from services.ingest.adapters.archive import Archive, Found
from services.ingest.adapters.archiver import SEAL_SECONDS, Archiver
from services.ingest.adapters.spool import FileSpool
from services.ingest.domain import Kept, keep
from services.ingest.handlers import outcome, read, spell
from services.ingest.ports import NotKept
from services.kernel.objects import StoreAway
from tests.support.raw_requests import NOON, Clock, FakeBucket
from tests.support.webhooks import FORM, account, fixture

LIMIT = 1 << 20
ACCOUNTS = {"main": account("twilio")}


@dataclass
class Rig:
    """A spool, its archiver and the bucket behind it."""

    spool: FileSpool
    bucket: FakeBucket
    clock: Clock
    directory: Path

    @property
    def archive(self) -> Archive:
        return Archive(self.bucket)

    @property
    def archiver(self) -> Archiver:
        mean = functools.partial(outcome, accounts=ACCOUNTS)
        return Archiver(self.spool, self.archive, mean, days=30, now=self.clock)

    async def take(self, *names: str) -> None:
        for name in names:
            await self.spool.append(spell(text(name, self.clock)))

    async def drain(self) -> None:
        batch = await self.spool.read()
        await self.spool.retire(batch.then)

    async def drain_whole_segment(self) -> None:
        """Read on until the reader has left what is sealed."""
        await self.spool.seal()
        await self.drain()
        await self.take("SMnext")
        await self.drain()

    async def find(self, name: str) -> list[Found]:
        return await self.archive.find(name, await self.archive.segments())

    @property
    def files(self) -> int:
        return len(_sizes(self.directory))


def text(name: str, clock: Clock) -> Kept:
    """Make a request with a provider id."""
    form = f"MessageSid={name}&From=%2B12015550150&To=%2B12015550101&Body=Hello"
    request = Request(method="POST", query="", headers=(FORM,), body=form.encode())
    return keep("twilio", "main", request, clock())


def _sizes(directory: Path) -> list[int]:
    return [path.stat().st_size for path in directory.glob("*.spool")]


@contextlib.asynccontextmanager
async def rig(directory: Path, backlog_bytes: int = LIMIT) -> AsyncIterator[Rig]:
    async with FileSpool(directory, LIMIT, backlog_bytes=backlog_bytes) as spool:
        yield Rig(spool, FakeBucket(), Clock(), directory)


async def test_a_request_is_found_by_the_carriers_id_by_the_events_and_by_the_messages(
    tmp_path: Path,
) -> None:
    async with rig(tmp_path) as it:
        await it.take("SM1", "SM2")
        await it.archiver.flush()

        (found,) = await it.find("SM2")
        assert b"SM2" in found.payload
        (envelope,) = outcome(text("SM2", it.clock), ACCOUNTS).envelopes
        assert await it.find(envelope.id) == [found]
        assert await it.find("SM3") == []


async def test_a_receipt_is_found_by_our_message_id(tmp_path: Path) -> None:
    each = fixture("twilio", "receipt-delivered")
    async with rig(tmp_path) as it:
        await it.spool.append(spell(keep("twilio", "main", each.request, NOON)))
        await it.archiver.flush()

        assert len(await it.find(str(each.events[0]["message_id"]))) == 1


async def test_a_segment_is_deleted_when_it_is_on_the_log_and_in_the_archive(
    tmp_path: Path,
) -> None:
    async with rig(tmp_path) as it:
        await it.take("SM1")
        await it.drain_whole_segment()
        assert it.files == 2
        await it.archiver.archive_sealed()
        assert it.files == 1


async def test_what_is_archived_but_not_yet_on_the_log_stays(tmp_path: Path) -> None:
    async with rig(tmp_path) as it:
        await it.take("SM1")
        await it.archiver.flush()
        assert it.files == 1
        assert it.spool.sealed() == []
        await it.drain()
        await it.take("SM2")
        await it.drain()
        assert it.files == 1


async def test_a_torn_upload_is_no_upload(tmp_path: Path) -> None:
    async with rig(tmp_path) as it:
        await it.take("SM1")
        await it.drain_whole_segment()
        it.bucket.tears = 1
        with pytest.raises(NotKept):
            await it.archiver.archive_sealed()
        assert it.files == 2
        assert await it.archive.segments() == []

        await it.archiver.archive_sealed()
        assert it.files == 1
        assert len(await it.find("SM1")) == 1


async def test_while_the_store_is_away_nothing_is_lost_and_carriers_are_answered(
    tmp_path: Path,
) -> None:
    async with rig(tmp_path) as it:
        it.bucket.is_away = True
        for n in range(5):
            await it.take(f"SM{n}")
            with pytest.raises(StoreAway):
                await it.archiver.flush()
            await it.drain()
        it.bucket.is_away = False
        await it.archiver.flush()

        for n in range(5):
            assert len(await it.find(f"SM{n}")) == 1


async def test_what_waited_for_the_archive_is_archived_after_a_restart(tmp_path: Path) -> None:
    async with rig(tmp_path) as it:
        await it.take("SM1")
        await it.drain_whole_segment()
    async with rig(tmp_path) as again:
        await again.archiver.archive_sealed()

        assert len(await again.find("SM1")) == 1
        assert len(await again.find("SMnext")) == 1


async def test_beyond_its_limit_the_backlog_lets_the_oldest_go(tmp_path: Path) -> None:
    async with rig(tmp_path, backlog_bytes=700) as it:
        it.bucket.is_away = True
        for n in range(8):
            await it.take(f"SM{n}")
            await it.spool.seal()
            await it.drain()
        await it.take("SMlast")
        await it.drain()
        assert sum(_sizes(tmp_path)) < 1400
        it.bucket.is_away = False
        await it.archiver.flush()

        assert await it.find("SM0") == []
        assert len(await it.find("SM7")) == 1


async def test_a_backlog_takes_no_room_from_carriers(tmp_path: Path) -> None:
    async with FileSpool(tmp_path, 4000, backlog_bytes=LIMIT) as spool:
        for _ in range(40):
            await spool.append(b"x" * 900)
            await spool.seal()
            await spool.retire((await spool.read()).then)
        assert sum(_sizes(tmp_path)) > 30_000
        assert not spool.is_crowded


@pytest.mark.parametrize(
    ("wait", "sealed"),
    [(SEAL_SECONDS - 1, False), (SEAL_SECONDS, True), (timedelta(hours=1).total_seconds(), True)],
)
async def test_a_segment_is_closed_when_it_is_old(
    tmp_path: Path, wait: float, *, sealed: bool
) -> None:
    async with rig(tmp_path) as it:
        archiver = it.archiver
        await it.take("SM1")
        await archiver.seal_what_is_old()
        it.clock.pass_by(seconds=wait)
        await archiver.seal_what_is_old()
        assert (it.spool.open is None) == sealed


async def test_a_segment_is_closed_at_midnight(tmp_path: Path) -> None:
    async with rig(tmp_path) as it:
        archiver = it.archiver
        it.clock.now = NOON.replace(hour=23, minute=59)
        await it.take("SM1")
        await archiver.seal_what_is_old()
        it.clock.pass_by(seconds=90)
        await archiver.seal_what_is_old()
        assert it.spool.open is None
        await archiver.archive_sealed()

        (segment,) = await it.archive.segments()
        assert segment.day == NOON.date()
        assert await it.archive.of_day(NOON.date() + timedelta(days=1)) == [segment]
        assert await it.archive.of_day(NOON.date() - timedelta(days=1)) == []


async def test_days_beyond_the_retention_are_deleted_whole(tmp_path: Path) -> None:
    async with rig(tmp_path) as it:
        await it.take("SM1")
        await it.archiver.flush()
        it.bucket.objects["raw/2026-10-21/1-ab.spool"] = b""
        it.bucket.objects["raw/2026-10-21/1-ab.0.index"] = b""
        it.bucket.objects["raw/2026-10-22/2-ab.0.index"] = b""
        it.clock.now = NOON
        await it.archiver.forget_what_is_old()

        days = {key.split("/")[1] for key in it.bucket.objects}
        assert days == {"2026-10-22", "2026-11-21"}
        assert date(2026, 10, 22) == NOON.date() - timedelta(days=30)


async def test_what_was_parsed_again_is_not_found_a_second_time(tmp_path: Path) -> None:
    async with rig(tmp_path) as it:
        await it.take("SM1")
        kept = text("SM1", it.clock)
        (envelope,) = outcome(kept, ACCOUNTS).envelopes
        await it.spool.append(spell(msgspec.structs.replace(kept, only=(envelope.id,))))
        await it.archiver.flush()

        (found,) = await it.find("SM1")
        assert read(found.payload).only == ()


async def test_a_payload_of_another_version_is_archived_with_the_others(tmp_path: Path) -> None:
    async with rig(tmp_path) as it:
        await it.spool.append(b"\xc1")
        await it.take("SM1")
        await it.archiver.flush()

        payloads = [each.payload async for each in it.archive.requests(await it.archive.segments())]
        assert payloads[0] == b"\xc1"
        assert len(await it.find("SM1")) == 1


async def test_a_request_larger_than_the_first_read_is_read_whole(tmp_path: Path) -> None:
    async with rig(tmp_path) as it:
        kept = text("SM1", it.clock)
        large = msgspec.structs.replace(kept, body=kept.body + b"&x=" + b"y" * 100_000)
        await it.spool.append(spell(large))
        await it.archiver.flush()

        (found,) = await it.find("SM1")
        assert read(found.payload) == large
