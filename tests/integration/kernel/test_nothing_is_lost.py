"""Kill, freeze, cut and restart: every command is decided exactly once, in order."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiokafka
import psycopg
import pytest
from aiokafka.admin import RecordsToDelete

from deploy.local.kafka import Kafka
from services.kernel.kafka.clients import make_admin
from services.kernel.kafka.tails import Tail
from services.kernel.readiness import Readiness
from tests.support import infra
from tests.support.claims_checker import decided, finish, quiet
from tests.support.claims_rig import Rig, drop_topics
from tests.support.waiting import eventually

pytestmark = pytest.mark.integration


async def test_a_quiet_day_decides_everything_once(rig: Rig) -> None:
    await rig.prepare()
    rig.start()
    await rig.load(20)
    await finish(rig)


async def test_kill_9_in_the_middle_of_the_load_changes_nothing(rig: Rig) -> None:
    await rig.prepare()
    rig.start()
    loading = asyncio.create_task(rig.load(150))
    for _ in range(3):
        await _until_decided(rig, 100)
        rig.kill()
        rig.start()
    await loading
    await finish(rig)


async def test_a_frozen_worker_wakes_as_a_zombie_and_changes_nothing(rig: Rig) -> None:
    await rig.prepare()
    rig.start(0)
    rig.start(1)
    loading = asyncio.create_task(rig.load(400, pause=0.025))
    await _until_decided(rig, 200)
    rig.kill(0, signal.SIGSTOP)
    owned_by_other = "SELECT count(*) = 0 FROM stream_position WHERE owner NOT LIKE '%-1'"
    await eventually(lambda: rig.rows(owned_by_other) == [(True,)], 25)
    await _until_decided(rig, 200)
    rig.kill(0, signal.SIGCONT)
    await loading
    await finish(rig)


async def test_a_rolling_restart_under_load_changes_nothing(rig: Rig) -> None:
    await rig.prepare()
    for slot in range(3):
        rig.start(slot)
    await _until_shared(rig, 3)
    loading = asyncio.create_task(rig.load(200))
    for slot in range(3):
        await _until_decided(rig, 100)
        rig.kill(slot, signal.SIGTERM)
        assert rig.workers[slot].returncode == 0
        rig.start(slot)
    await loading
    await finish(rig)


async def test_postgres_may_stop_and_come_back(rig: Rig, tmp_path: Path) -> None:
    with infra.own_postgres(tmp_path / "own", durable=True) as postgres:
        rig.database = postgres.dsn
        await rig.prepare()
        worker = rig.start()
        loading = asyncio.create_task(rig.load(100))
        await _until_decided(rig, 200)
        await asyncio.to_thread(postgres.child.kill)
        await loading
        port = int(str(psycopg.conninfo.conninfo_to_dict(postgres.dsn)["port"]))
        with infra.own_postgres(tmp_path / "own", port, durable=True):
            await finish(rig)
            assert worker.poll() is None, "it waits in place"
            assert rig.rows("SELECT count(*) FROM dead_letter") == [(0,)]
            rig.stop()


async def test_a_worker_refuses_to_start_past_records_that_retention_has_eaten(rig: Rig) -> None:
    await rig.prepare()
    worker = rig.start()
    await rig.load(2)
    await quiet(rig)
    rig.stop()
    await rig.load(5)
    await _eat(rig)
    worker = rig.start()
    assert await asyncio.to_thread(worker.wait, 20) != 0
    assert decided(rig) < len(rig.sent), "what is gone is not passed over in silence"


async def _eat(rig: Rig) -> None:
    """Delete the commands that are not yet decided, as a short retention would."""
    admin = make_admin(rig.kafka)
    await admin.start()
    async with Tail(rig.kafka, ["queue-commands"], Readiness()) as tail:
        ends = await tail.ends(await tail.partitions())
    await admin.delete_records(
        {aiokafka.TopicPartition(*at): RecordsToDelete(end) for at, end in ends.items()}
    )
    await admin.close()


async def test_a_service_whose_database_and_topics_are_gone_still_stops_when_asked(
    rig: Rig,
) -> None:
    await rig.prepare()
    worker = rig.start()
    await rig.load(20)
    await eventually(lambda: decided(rig) > 50, 30)
    await drop_topics(rig.kafka)
    worker.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(worker.wait, 30) in {0, 1, 70}


async def test_the_broker_may_be_killed_and_come_back(rig: Rig, tmp_path: Path) -> None:
    async with _broker(tmp_path / "own") as kafka:
        rig.kafka = kafka.address
        await rig.prepare()
        worker = rig.start()
        loading = asyncio.create_task(rig.load(100))
        await _until_decided(rig, 200)
        await asyncio.to_thread(kafka.child.kill)
        async with _broker(tmp_path / "own", _ports(tmp_path / "own")):
            await loading
            await finish(rig)
            assert worker.poll() is None, "it waits in place"
            rig.stop()


@contextlib.asynccontextmanager
async def _broker(directory: Path, ports: tuple[int, int] | None = None) -> AsyncIterator[Kafka]:
    """A broker of the test's own; it is started and stopped beside the loop."""
    with contextlib.ExitStack() as stack:
        yield await asyncio.to_thread(stack.enter_context, infra.own_kafka(directory, ports))


def _ports(directory: Path) -> tuple[int, int]:
    text = next(directory.rglob("server.properties")).read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("listeners="))
    found = [int(part.rsplit(":", 1)[1]) for part in line.split(",")]
    return found[0], found[1]


async def _until_decided(rig: Rig, more: int) -> None:
    """Wait until so many more records are decided than now."""
    wanted = decided(rig) + more
    await eventually(lambda: decided(rig) >= wanted, 30)


async def _until_shared(rig: Rig, owners: int) -> None:
    query = "SELECT count(DISTINCT owner) FROM stream_position"
    await eventually(lambda: rig.rows(query) == [(owners,)], 20)
