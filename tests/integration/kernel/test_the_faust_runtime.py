"""Hardened Faust alone, on a real broker, with a processor in memory."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiokafka
import pytest

from deploy.local.ports import free_port
from services.kernel import ids
from services.kernel.deciding import Outgoing
from services.kernel.kafka import consumer, faust_runtime, topics
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.readiness import Readiness
from services.kernel.runtime import TopicPartition
from services.kernel.watchdog import Progress
from tests.chaos.relay import Relays
from tests.support.kept_processor import Group, KeptProcessor
from tests.support.waiting import eventually

pytestmark = pytest.mark.integration

PARTITIONS = 6
SESSION_SECONDS = 6.0
_TOPIC = '[topics.{}]\nwriters = ["a"]\nreaders = ["b"]\nretention = "1d"\ndead = false\n'


class Town:
    """Two topics of one test's own, and the members that read them."""

    def __init__(self, kafka: str, name: str) -> None:
        self.kafka = kafka
        self.name = name
        self.topics = (f"{name}-commands", f"{name}-events")
        self.group = Group()
        self.sent = 0

    async def prepare(self) -> None:
        text = f'[defaults]\npartitions = {PARTITIONS}\ndead_retention = "1d"\n'
        await topics.prepare(self.kafka, text=text + "".join(map(_TOPIC.format, self.topics)))

    async def send(self, count: int) -> None:
        """Spread so many records over both topics."""
        publisher = KafkaPublisher(self.kafka, Readiness())
        await publisher.start()
        numbers = range(self.sent, self.sent + count)
        await publisher.publish(
            [
                Outgoing(self.topics[n % 2], f"k{n % 50}".encode(), str(n).encode(), [])
                for n in numbers
            ]
        )
        self.sent += count
        await publisher.stop()

    async def all_kept(self) -> None:
        await eventually(lambda: self.group.count() == self.sent, 30)

    def member(
        self, slot: int, processor: KeptProcessor, readiness: Readiness | None = None
    ) -> "asyncio.Task[None]":
        group = consumer.Group(
            servers=self.kafka,
            name=self.name,
            instance=f"{self.name}-{slot}",
            topics=self.topics,
            session_seconds=SESSION_SECONDS,
        )
        ready = readiness or Readiness()
        return asyncio.create_task(faust_runtime.serve(processor, group, Progress(), ready))

    @contextlib.asynccontextmanager
    async def running(self, slot: int) -> AsyncIterator[KeptProcessor]:
        """Run a member; it must not have ended by itself."""
        processor = KeptProcessor(self.group)
        serving = self.member(slot, processor)
        try:
            yield processor
            assert not serving.done(), serving
        finally:
            serving.cancel()
            await asyncio.wait({serving})

    async def committed(self) -> dict[TopicPartition, int]:
        """What Kafka was told."""
        reader = aiokafka.AIOKafkaConsumer(
            bootstrap_servers=self.kafka, group_id=self.name, enable_auto_commit=False
        )
        await reader.start()
        at = [TopicPartition(topic, n) for topic in self.topics for n in range(PARTITIONS)]
        told = {p: await reader.committed(aiokafka.TopicPartition(*p)) or 0 for p in at}
        await reader.stop()
        return told


@pytest.fixture
async def town(kafka: str) -> Town:
    town = Town(kafka, f"town{ids.new()[:8]}")
    await town.prepare()
    return town


async def test_every_record_is_handed_in_once_and_in_order(town: Town) -> None:
    await town.send(300)
    async with town.running(0):
        await town.all_kept()
        await town.send(300)
        await town.all_kept()
    for at, records in town.group.kept.items():
        assert [record.offset for record in records] == list(range(len(records))), at


async def test_a_member_waits_for_a_broker_that_is_away_when_it_starts(town: Town) -> None:
    """Between the publisher's start and the app's own the broker may go (reliability.md F10)."""
    link, host, port = "member-kafka", town.kafka.rpartition(":")[0], free_port()
    relays = Relays()
    relays.open(link, port, int(town.kafka.rpartition(":")[2]))
    relays.cut(link)
    await town.send(50)
    town.kafka = f"{host}:{port}"
    readiness = Readiness()
    serving = town.member(0, KeptProcessor(town.group), readiness)
    await eventually(lambda: "kafka" in readiness.away, 30)
    relays.heal(link)
    await town.all_kept()
    assert "kafka" not in readiness.away
    serving.cancel()
    await asyncio.wait({serving})
    relays.close()


async def test_what_breaks_the_processor_ends_the_runtime_and_is_not_acknowledged(
    town: Town,
) -> None:
    processor = KeptProcessor(town.group)
    serving = town.member(0, processor)
    await town.send(100)
    await town.all_kept()
    told = {at: len(records) for at, records in town.group.kept.items()}
    processor.plant = ZeroDivisionError("planted")
    await town.send(100)
    with pytest.raises(faust_runtime.AppCrashed):
        await asyncio.wait_for(serving, 30)
    for at, offset in (await town.committed()).items():
        assert offset <= told.get(at, 0), at
    async with town.running(0):
        await town.all_kept()


async def test_what_is_in_work_when_the_runtime_stops_is_not_acknowledged(town: Town) -> None:
    processor = KeptProcessor(town.group)
    serving = town.member(0, processor)
    await eventually(lambda: len(processor.owned) == 2 * PARTITIONS, 30)
    processor.gate.clear()
    await town.send(50)
    serving.cancel()
    await asyncio.wait({serving}, timeout=20)
    assert serving.cancelled()
    assert set((await town.committed()).values()) == {0}
    async with town.running(0):
        await town.all_kept()


async def test_both_topics_of_a_partition_number_go_to_one_member(town: Town) -> None:
    async with town.running(0) as one, town.running(1) as other:
        await eventually(lambda: one.owned and other.owned, 40)
        await town.send(100)
        await town.all_kept()
        numbers = [{at.partition for at in member.owned} for member in (one, other)]
        assert not numbers[0] & numbers[1]
        for member, mine in zip((one, other), numbers, strict=True):
            assert member.owned == {TopicPartition(t, n) for t in town.topics for n in mine}


async def test_a_member_that_gives_partitions_away_under_load_goes_on_with_the_rest(
    town: Town,
) -> None:
    async with town.running(0) as one:
        await town.send(200)
        await town.all_kept()
        one.gate.clear()  # records pile up behind the batch in work, then change hands
        await town.send(400)
        async with town.running(1) as other:
            await eventually(lambda: other.generations, 40)
            one.gate.set()
            await eventually(lambda: one.owned and other.owned, 40)
            await town.all_kept()
            assert set(one.released) >= other.owned
            await _longer_than_a_session()
            await town.send(50)
            await town.all_kept()


@pytest.mark.parametrize(
    ("tables", "ends"),
    [
        ("services.kernel.kafka.faust_tables:TableManager", True),
        ("faust.tables:TableManager", False),
    ],
    ids=["hardened", "as-it-is-released"],
)
async def test_a_takeover_that_takes_too_long_ends_the_runtime_where_faust_alone_stalls(
    town: Town, monkeypatch: pytest.MonkeyPatch, tables: str, *, ends: bool
) -> None:
    monkeypatch.setitem(faust_runtime._SETTINGS, "broker_request_timeout", 7.0)
    monkeypatch.setitem(faust_runtime._SETTINGS, "TableManager", tables)
    processor = KeptProcessor(town.group)
    processor.takeover.clear()
    serving = town.member(0, processor)
    await eventually(lambda: processor.generations, 30)
    await asyncio.wait({serving}, timeout=12)
    processor.takeover.set()
    await town.send(10)
    assert serving.done() is ends
    if not ends:  # the control: alive, assigned, heartbeating, and never working again (F8)
        await asyncio.wait({serving}, timeout=5)
        assert not serving.done()
        assert town.group.count() == 0
        serving.cancel()
        await asyncio.wait({serving}, timeout=20)
        return
    with pytest.raises(faust_runtime.AppCrashed):
        await serving


async def _longer_than_a_session() -> None:
    """A member that took stale records for a fence would end within this."""
    loop = asyncio.get_running_loop()
    until = loop.time() + SESSION_SECONDS + 1
    await eventually(lambda: loop.time() > until, SESSION_SECONDS + 5)
