"""Following a topic on a real broker: all that was on the log when it was asked is known."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager

import pytest

from services.kernel.deciding import Outgoing
from services.kernel.kafka import topics
from services.kernel.kafka.following import Follower, partition_of
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record, TopicPartition

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

TOPIC = "followed"
TOPICS = """
[defaults]
partitions = 3
dead_retention = "90d"

[topics.followed]
key = "any"
writers = ["router"]
readers = ["dispatch"]
retention = "forever"
dead = false
"""


@asynccontextmanager
async def publishing(kafka: str) -> AsyncIterator[KafkaPublisher]:
    await topics.prepare(kafka, text=TOPICS)
    publisher = KafkaPublisher(kafka, Readiness())
    await publisher.start()
    try:
        yield publisher
    finally:
        await publisher.stop()


@asynccontextmanager
async def following(
    kafka: str, begin: Mapping[TopicPartition, int] | None = None
) -> AsyncIterator[tuple[Follower, list[Record]]]:
    follower, taken = Follower(kafka, TOPIC, Readiness()), list[Record]()

    async def beginning(_: Collection[TopicPartition]) -> Mapping[TopicPartition, int]:
        return begin or {}

    working = asyncio.create_task(follower.run(beginning, taken.append))
    try:
        yield follower, taken
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


def record(key: str) -> Outgoing:
    return Outgoing(TOPIC, key.encode(), key.encode(), [])


async def test_whatever_was_published_before_it_is_asked_is_known_after(kafka: str) -> None:
    async with publishing(kafka) as publisher, following(kafka) as (follower, taken):
        for turn in range(50):
            await publisher.publish([record(f"key-{turn}")])
            reached = await follower.caught_up()

            assert taken[-1].key == f"key-{turn}".encode()
            assert reached[taken[-1].partition] == taken[-1].offset + 1


async def test_many_who_ask_at_once_are_all_answered(kafka: str) -> None:
    async with publishing(kafka) as publisher, following(kafka) as (follower, taken):
        await publisher.publish([record(f"many-{turn}") for turn in range(500)])
        reached = await asyncio.gather(*(follower.caught_up() for _ in range(200)))

        ends = {number: max(one[number] for one in reached) for number in range(3)}
        assert sum(one.key is not None and one.key.startswith(b"many-") for one in taken) == 500
        assert all(one == ends for one in reached)


async def test_it_begins_where_the_fold_stands(kafka: str) -> None:
    async with publishing(kafka) as publisher:
        await publisher.publish([record("before")])
        async with following(kafka) as (follower, _):
            stand = await follower.caught_up()
        await publisher.publish([record("after")])
        begin = {TopicPartition(TOPIC, number): offset for number, offset in stand.items()}

        async with following(kafka, begin) as (follower, taken):
            await follower.caught_up()
            assert [one.key for one in taken] == [b"after"]


async def test_a_keys_partition_is_where_the_publisher_puts_it(kafka: str) -> None:
    async with publishing(kafka) as publisher, following(kafka) as (follower, taken):
        await follower.caught_up()
        taken.clear()
        keys = [f"+1415555{number:04}|+14155550150" for number in range(100)]
        await publisher.publish([record(key) for key in keys])
        await follower.caught_up()

    found = {(one.key or b"").decode(): one.partition for one in taken}
    assert found == {key: partition_of(key, 3) for key in keys}
