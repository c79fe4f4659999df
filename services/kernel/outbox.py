"""Publishing what is committed, in order, until every record is acknowledged by the broker."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Protocol

import structlog

from services.kernel import postgres, statement, telemetry
from services.kernel.crash import point
from services.kernel.deciding import Outgoing
from services.kernel.postgres import Pool
from services.kernel.readiness import Readiness
from services.kernel.runtime import TopicPartition

#: Rows of one drain; an outbox holds one row a partition, so more is a defect worth an alarm.
MAX_DRAIN_ROWS = 1000

_log = structlog.get_logger()
_PENDING = """
SELECT id, payload FROM outbox
JOIN unnest(%(topics)s::text[], %(partitions)s::int[]) u (topic, partition)
  USING (topic, partition)
WHERE consumer = %(consumer)s ORDER BY id LIMIT %(limit)s"""


class Publisher(Protocol):
    """Sends records in order; returns only when the broker has acknowledged all of them."""

    async def publish(self, records: Sequence[Outgoing]) -> None: ...


async def drain(
    pool: Pool,
    publisher: Publisher,
    consumer: str,
    partitions: Collection[TopicPartition],
    readiness: Readiness,
) -> int:
    """Publish what an earlier owner committed and perhaps did not publish; give its row count."""
    values = {
        "consumer": consumer,
        "topics": [at.topic for at in partitions],
        "partitions": [at.partition for at in partitions],
        "limit": MAX_DRAIN_ROWS,
    }
    rows = await postgres.patiently(
        lambda: postgres.fetch_all(pool, _PENDING, values), readiness, "postgres"
    )
    for id_, payload in rows:
        await publisher.publish(statement.unpack(payload))
        await forget(pool, [id_], readiness)
    if rows:
        _log.info("outbox-drained", count=len(rows))
    return len(rows)


async def forget(pool: Pool, published: Sequence[int], readiness: Readiness) -> None:
    """Delete rows that are acknowledged; a zombie may do so too, they are out."""
    await postgres.patiently(
        lambda: postgres.execute(pool, "DELETE FROM outbox WHERE id = ANY(%s)", (list(published),)),
        readiness,
        "postgres",
    )


class Published:
    """Collects the outbox rows that are out, for the next statement or, when idle, the sweeper."""

    def __init__(self) -> None:
        self._ids: dict[int, list[int]] = {}

    def add(self, partition: int, id_: int) -> None:
        self._ids.setdefault(partition, []).append(id_)

    def of(self, partition: int) -> tuple[int, ...]:
        return tuple(self._ids.get(partition, ()))

    def done(self, partition: int, ids: Sequence[int]) -> None:
        left = [id_ for id_ in self._ids.get(partition, ()) if id_ not in ids]
        self._ids[partition] = left

    def partitions(self) -> list[int]:
        return [partition for partition, ids in self._ids.items() if ids]


async def publish(publisher: Publisher, records: Sequence[Outgoing]) -> None:
    """Publish a batch and measure it."""
    started = asyncio.get_running_loop().time()
    await publisher.publish(records)
    point("after-publish")
    telemetry.PUBLISH_SECONDS.observe(asyncio.get_running_loop().time() - started)
