"""The operators' index of the real log: each record once, counted densely, read by its place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from schemas import codec
from schemas.catalog import topic_of
from services.gateway.adapters.log_index import LogIndex
from services.gateway.adapters.log_reading import LogReading, RecordPlace
from services.kernel.deciding import outgoing
from services.kernel.kafka import topics
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.postgres import Pool
from services.kernel.readiness import Readiness
from tests.support.conversing import empty_topics
from tests.support.gateway_words import Story, a_busy_morning
from tests.support.waiting import eventually

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

_FACTS = "SELECT position, id, topic, partition, log_offset FROM operator.fact ORDER BY position"
Row = tuple[int, str, str, int, int]


@asynccontextmanager
async def _publishing(kafka: str) -> AsyncIterator[KafkaPublisher]:
    await empty_topics(kafka)
    await topics.prepare(kafka)
    publisher = KafkaPublisher(kafka, Readiness())
    await publisher.start()
    try:
        yield publisher
    finally:
        await publisher.stop()


async def _tell(publisher: KafkaPublisher, story: Story) -> list[str]:
    told, story.told = story.told, []
    await publisher.publish([outgoing(topic_of(one.data), one) for one in told])
    return [one.id for one in told]


async def _facts(pool: Pool, eyes: str = "*") -> list[Row]:
    async with pool.connection() as plain, plain.transaction():
        await plain.execute("SELECT set_config('app.tenant', %s, true)", (eyes,))
        return await (await plain.execute(_FACTS)).fetchall()


@asynccontextmanager
async def _following(pool: Pool, kafka: str) -> AsyncIterator[None]:
    task = asyncio.create_task(LogIndex(pool, kafka).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_ops_1_every_record_is_counted_once_whoever_follows_and_however_often(
    pool: Pool, kafka: str
) -> None:
    """OPS-1: dense positions that never change, over restarts, two writers and repeats."""
    story = a_busy_morning("index")
    async with _publishing(kafka) as publisher:
        first = story.told[:]
        ids = await _tell(publisher, story)

        async def indexed() -> bool:
            return {row[1] for row in await _facts(pool)} == set(ids)

        async with _following(pool, kafka):
            await eventually(indexed, 60, every=0.3)
        before = await _facts(pool)
        await publisher.publish([outgoing(topic_of(one.data), one) for one in first])
        story.receives(2)
        ids += await _tell(publisher, story)
        async with _following(pool, kafka), _following(pool, kafka):
            await eventually(indexed, 60, every=0.3)
            await _read_by_place(pool, kafka)
        after = await _facts(pool)
    assert after[: len(before)] == before
    assert [row[0] for row in after] == list(range(1, len(set(ids)) + 1))
    assert await _facts(pool, "index") == []


async def _read_by_place(pool: Pool, kafka: str) -> None:
    rows = await _facts(pool)
    places = {RecordPlace(*row[2:]): row[1] for row in rows}
    gone = RecordPlace("queue-events", 0, 1 << 40)
    reading = LogReading(kafka)
    try:
        found = await reading.read([*places, gone, RecordPlace("nobody's", 0, 0)])
        assert {at: codec.decode(one.record.value or b"").id for at, one in found.items()} == places
        assert all(one.envelope is not None for one in found.values())
        assert await reading.read([]) == {}
        with pytest.raises(ValueError, match="200"):
            await reading.read([RecordPlace("queue-events", 0, n) for n in range(201)])
    finally:
        await reading.close()
