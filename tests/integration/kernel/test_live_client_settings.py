"""The settings that keep the promise, as the running clients have them, not as we wrote them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiokafka
import pytest
from aiokafka.conn import AIOKafkaConnection
from aiokafka.consumer.fetcher import Fetcher
from faust.types.enums import ProcessingGuarantee
from mode import CrashingSupervisor

from services.kernel import ids
from services.kernel.kafka import clients, faust_runtime, faust_watch, mending, topics
from services.kernel.kafka.consumer import Group
from services.kernel.kafka.faust_link import Link, LinkedApp
from services.kernel.kafka.faust_tables import Recovery, TableManager
from services.kernel.kafka.faust_transport import client_of
from services.kernel.readiness import Readiness
from services.kernel.watchdog import Progress
from tests.support import kept_processor
from tests.support.waiting import eventually

pytestmark = pytest.mark.integration

#: What every consumer must have, whichever runtime makes it.
CONSUMER = {
    "_enable_auto_commit": False,
    "_isolation_level": "read_uncommitted",
    "_fetch_min_bytes": 1,
    "_max_partition_fetch_bytes": 1_048_576,
}
#: What every member of a group must have besides.
MEMBER = {
    "_group_instance_id": "live-0",
    "_session_timeout_ms": 8000,
    "_heartbeat_interval_ms": 1000,
    "_rebalance_timeout_ms": 30_000,
}
_TOPIC = """
[defaults]
partitions = 3
dead_retention = "1d"
[topics.{}]
writers = ["a"]
readers = ["b"]
retention = "1d"
dead = false
"""


@pytest.fixture
async def topic(kafka: str) -> str:
    name = f"live{ids.new()[:8]}-events"
    await topics.prepare(kafka, text=_TOPIC.format(name))
    return name


@pytest.fixture
async def app(kafka: str, topic: str) -> AsyncIterator[LinkedApp]:
    """A running Faust app that has been assigned its partitions."""
    group = Group(
        servers=kafka, name=topic, instance="live-0", topics=(topic,), session_seconds=8.0
    )
    processor = kept_processor.KeptProcessor(kept_processor.Group())
    app = faust_runtime.make_app(group, Link(processor, Progress(), Readiness()))
    app.finalize()
    await app.start()
    await eventually(lambda: len(processor.owned) == 3, 30)
    yield app
    await app.stop()


def _assert_has(client: Any, wanted: dict[str, Any]) -> None:  # noqa: ANN401 - aiokafka's clients
    assert {name: getattr(client, name) for name in wanted} == wanted


async def test_a_producer_is_idempotent_waits_for_all_and_ends_within_its_limits(
    kafka: str,
) -> None:
    producer = clients.make_producer(kafka)
    await producer.start()
    assert producer._txn_manager.producer_id >= 0, "the broker gave it an identity"
    assert producer._sender._acks == -1
    assert producer._max_request_size == 1_048_576
    assert producer._request_timeout_ms == clients.REQUEST_TIMEOUT_MS
    await producer.stop()


async def test_a_member_on_aiokafka_is_static_and_keeps_no_position_of_kafkas(
    kafka: str, topic: str
) -> None:
    member = clients.make_group_consumer(kafka, f"{topic}-raw", "live-0", 8.0)
    member.subscribe([topic])
    await member.start()
    _assert_has(member, CONSUMER | MEMBER | {"_auto_offset_reset": "none"})
    assert member._coordinator._group_instance_id == "live-0"
    await member.stop()


async def test_a_reader_is_in_no_group_and_never_resets(kafka: str, topic: str) -> None:
    reader = clients.make_reader(kafka)
    await reader.start()
    at = aiokafka.TopicPartition(topic, 0)
    reader.assign([at])
    assert await reader.end_offsets([at]) == {at: 0}
    _assert_has(reader, CONSUMER | {"_group_id": None, "_auto_offset_reset": "none"})
    await reader.stop()


async def test_only_a_fetch_of_every_partition_waits_long(kafka: str, topic: str) -> None:
    reader, producer = clients.make_reader(kafka), clients.make_producer(kafka)
    await asyncio.gather(reader.start(), producer.start())
    left, read = (aiokafka.TopicPartition(topic, number) for number in (0, 1))
    reader.assign([left, read])
    await reader.seek_to_beginning()
    fetcher = reader._fetcher

    assert await reader.getmany(timeout_ms=100) == {}
    assert fetcher._fetch_max_wait_ms == mending.IDLE_WAIT_MS

    for at in (left, read):
        await producer.send_and_wait(topic, b"1", partition=at.partition)
    assert await reader.getmany(read, timeout_ms=5000)
    await eventually(lambda: fetcher._fetch_max_wait_ms == mending.COUPLED_WAIT_MS)

    assert await reader.getmany(left, timeout_ms=5000)
    await eventually(lambda: fetcher._fetch_max_wait_ms == mending.IDLE_WAIT_MS)
    await asyncio.gather(reader.stop(), producer.stop())


async def test_fausts_consumer_has_the_same_settings_and_the_co_partitioning_assignor(
    app: LinkedApp,
) -> None:
    consumer = client_of(app.consumer)
    _assert_has(consumer, CONSUMER | MEMBER)
    assert consumer._coordinator._group_instance_id == "live-0"
    assert [type(a) for a in consumer._coordinator._assignors] == [type(app.assignor)]
    assert consumer._max_poll_interval_ms >= 24 * 3_600_000, "our watchdog judges, not this"


async def test_fausts_producer_is_idempotent_and_waits_for_all(app: LinkedApp) -> None:
    producer: Any = app.producer
    await producer.maybe_start()
    producer = producer._producer
    assert producer._txn_manager is not None
    assert producer._sender._acks == -1


async def test_faust_is_the_hardened_one(app: LinkedApp) -> None:
    assert isinstance(app.tables, TableManager)
    assert isinstance(app.tables.recovery, Recovery)
    assert not app.tables
    settings: Any = app.conf
    assert settings.broker_request_timeout >= settings.broker_session_timeout
    assert settings.processing_guarantee is ProcessingGuarantee.AT_LEAST_ONCE
    assert not settings.web_enabled
    assert not settings.topic_allow_declare
    assert not settings.producer_threaded
    (agent,) = app.agents.values()
    assert agent.concurrency == 1
    assert agent.supervisor_strategy is None, "the app's is used"
    assert settings.agent_supervisor is CrashingSupervisor


async def test_a_task_that_dies_inside_fausts_client_is_seen(app: LinkedApp) -> None:
    faust_watch.check_tasks(app)
    client = client_of(app.consumer)
    client._client._sync_task.get_loop().call_soon_threadsafe(client._client._sync_task.cancel)
    await eventually(client._client._sync_task.done)
    with pytest.raises(faust_watch.ClientDied):
        faust_watch.check_tasks(app)


async def test_the_clients_of_both_runtimes_are_mended(app: LinkedApp) -> None:
    assert client_of(app.consumer) is not None
    assert AIOKafkaConnection.send is mending._send
    assert Fetcher._get_actions_per_node is mending._actions
