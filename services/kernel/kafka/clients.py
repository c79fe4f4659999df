"""The one factory of Kafka clients: every setting that keeps the promise is here, and tested."""

from collections.abc import Sequence
from typing import Any

import aiokafka
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.assignors.range import RangePartitionAssignor

from services.kernel.kafka.mending import IDLE_WAIT_MS, mend_aiokafka

MAX_POLL_RECORDS = 2000
#: A loop that does not poll would leave the group for good; our watchdog judges stalls instead.
MAX_POLL_INTERVAL_MS = 3_600_000
METADATA_MAX_AGE_MS = 60_000
REQUEST_TIMEOUT_MS = 15_000


def make_producer(servers: str, *, linger_ms: int = 0) -> aiokafka.AIOKafkaProducer:
    """Make a producer that loses and reorders nothing; linger only where nobody waits."""
    mend_aiokafka()
    return aiokafka.AIOKafkaProducer(
        bootstrap_servers=_list(servers),
        acks="all",
        enable_idempotence=True,
        linger_ms=linger_ms,
        max_batch_size=131_072,
        max_request_size=1_048_576,
        compression_type="lz4",
        request_timeout_ms=REQUEST_TIMEOUT_MS,
        metadata_max_age_ms=METADATA_MAX_AGE_MS,
    )


def make_group_consumer(
    servers: str, group: str, instance: str, session_seconds: float
) -> aiokafka.AIOKafkaConsumer:
    """Make a static member of a group whose positions are Postgres's, never Kafka's."""
    return _consumer(
        servers,
        group_id=group,
        group_instance_id=instance,
        session_timeout_ms=int(session_seconds * 1000),
        heartbeat_interval_ms=min(1000, int(session_seconds * 250)),
        rebalance_timeout_ms=30_000,
        max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
        # equal partition numbers of all topics on one worker: all topics have the same count
        partition_assignment_strategy=[RangePartitionAssignor],
    )


def make_reader(
    servers: str, *, max_partition_fetch_bytes: int = 1 << 20
) -> aiokafka.AIOKafkaConsumer:
    """Make a consumer without a group, for tails and replays that `assign()` themselves."""
    return _consumer(servers, group_id=None, max_partition_fetch_bytes=max_partition_fetch_bytes)


def make_admin(servers: str) -> AIOKafkaAdminClient:
    mend_aiokafka()
    return AIOKafkaAdminClient(
        bootstrap_servers=_list(servers), request_timeout_ms=REQUEST_TIMEOUT_MS
    )


def _consumer(servers: str, **more: Any) -> aiokafka.AIOKafkaConsumer:  # noqa: ANN401 - aiokafka's settings
    mend_aiokafka()
    settings: dict[str, Any] = {
        "enable_auto_commit": False,
        # a lost position is an alarm, not a silent reset
        "auto_offset_reset": "none",
        "isolation_level": "read_uncommitted",
        "fetch_max_wait_ms": IDLE_WAIT_MS,
        "fetch_min_bytes": 1,
        "max_partition_fetch_bytes": 1 << 20,
        "max_poll_records": MAX_POLL_RECORDS,
        "request_timeout_ms": REQUEST_TIMEOUT_MS,
        "metadata_max_age_ms": METADATA_MAX_AGE_MS,
    }
    return aiokafka.AIOKafkaConsumer(bootstrap_servers=_list(servers), **{**settings, **more})


def _list(servers: str) -> Sequence[str]:
    return [server.strip() for server in servers.split(",")]
