"""The one factory's live settings: what aiokafka would default to loses records."""

import pytest
from aiokafka.conn import AIOKafkaConnection
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaConnectionError

from services.kernel.kafka import clients, mending

NOWHERE = "127.0.0.1:1"


async def test_a_producer_waits_for_all_replicas_and_repeats_nothing() -> None:
    producer = clients.make_producer(NOWHERE)
    sender = producer._sender
    assert sender._acks == -1
    assert producer._txn_manager is not None, "idempotent"
    assert producer._max_request_size == 1_048_576
    await producer.stop()


async def test_a_member_is_static_commits_by_hand_and_never_resets_its_position() -> None:
    consumer = clients.make_group_consumer(NOWHERE, "queue", "queue-0", 8.0)
    assert consumer._enable_auto_commit is False
    assert consumer._auto_offset_reset == "none"
    assert consumer._fetch_max_wait_ms == mending.IDLE_WAIT_MS
    assert consumer._group_instance_id == "queue-0"
    assert consumer._session_timeout_ms == 8000
    assert consumer._heartbeat_interval_ms == 1000
    assert consumer._max_poll_interval_ms == 3_600_000
    assert consumer._isolation_level == "read_uncommitted"
    assert consumer._partition_assignment_strategy == [RangePartitionAssignor]
    await consumer.stop()


async def test_a_reader_joins_no_group() -> None:
    reader = clients.make_reader(NOWHERE)
    assert reader._group_id is None
    assert reader._auto_offset_reset == "none"
    await reader.stop()


class _ClosedTransport:
    """What uvloop does on a write to a closed transport."""

    def write(self, _data: bytes) -> None:
        raise RuntimeError("unable to perform operation; the handler is closed")

    def close(self) -> None: ...


class _Request:
    """Enough of a request to be sent."""

    def prepare(self, _versions: object) -> "_Request":
        return self

    def build_request_header(self, **_: object) -> "_Request":
        return self

    def encode(self) -> bytes:
        return b""


async def test_uvloops_error_on_a_closed_connection_is_a_connection_error() -> None:
    mending.mend_aiokafka()
    connection = AIOKafkaConnection("127.0.0.1", 1)
    connection._writer = _ClosedTransport()
    with pytest.raises(KafkaConnectionError):
        connection.send(_Request())
    assert not connection.connected()
