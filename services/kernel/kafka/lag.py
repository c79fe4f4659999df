"""How far behind a service is, asked from outside: Postgres's positions against the log's ends."""

from collections.abc import Collection
from typing import NamedTuple

from services.kernel import postgres
from services.kernel.kafka.tails import Tail
from services.kernel.postgres import Pool
from services.kernel.readiness import Readiness
from services.kernel.runtime import TopicPartition


class Lag(NamedTuple):
    """Records of a partition that are not yet decided."""

    at: TopicPartition
    next_offset: int
    end: int

    @property
    def records(self) -> int:
        return max(0, self.end - self.next_offset)


async def lags(servers: str, pool: Pool, consumer: str, topics: Collection[str]) -> list[Lag]:
    """Compare positions with ends, partition by partition; the worker's health is not asked."""
    rows = await postgres.fetch_all(
        pool,
        "SELECT topic, partition, next_offset FROM stream_position WHERE consumer = %s",
        (consumer,),
    )
    positions = {TopicPartition(topic, number): offset for topic, number, offset in rows}
    async with Tail(servers, topics, Readiness()) as tail:
        ends = await tail.ends(await tail.partitions())
    return [Lag(at, positions.get(at, 0), end) for at, end in sorted(ends.items())]
