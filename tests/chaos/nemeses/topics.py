"""Topics that lost what was not read, or are not the ones they were: F31, F32."""

import asyncio

import aiokafka
import psycopg
from aiokafka.admin import NewTopic, RecordsToDelete

from services.kernel import positions, postgres
from services.kernel.kafka.clients import make_admin
from services.kernel.kafka.tails import Tail
from services.kernel.kafka.topics import described
from services.kernel.readiness import Readiness
from services.kernel.runtime import TopicPartition
from services.kernel.service import REFUSED
from tests.chaos.scene import Fault, Scene
from tests.support.waiting import eventually

_REFUSE_SECONDS = 25.0
_GONE_SECONDS = 15.0
_QUIET_SECONDS = 10.0
_MADE_ANEW = "media-commands"


async def history_has_a_hole(scene: Scene) -> None:
    """F31: retention has eaten what a service has not read; it refuses to start past the hole."""
    stack = scene.stack
    await stack.put_down("queue")
    at, place = await asyncio.to_thread(_decided_place, stack.postgres_dsn)
    if at is None:
        await stack.put_up("queue")
        return
    await _eat(stack.kafka, at, place)
    await asyncio.to_thread(_move, stack.postgres_dsn, at, place - 1)
    code = await _tries_to_start(scene, "queue")
    scene.expect(code, f"queue went on past a hole in {at.topic}/{at.partition}: {code}")
    await asyncio.to_thread(_move, stack.postgres_dsn, at, place)
    await stack.put_up("queue")


async def topic_is_made_anew(scene: Scene) -> None:
    """F32: a topic was deleted and made again, with as many partitions; its reader refuses it."""
    stack, name = scene.stack, _MADE_ANEW
    await _all_read(scene, "media", name)
    await stack.put_down("media")
    await _delete(stack.kafka, name)
    scene.window.made_anew.add(name)
    await _make(stack.kafka, name)
    code = await _tries_to_start(scene, "media")
    scene.expect(code == REFUSED, f"media runs on a topic that was made anew: {code}")
    async with postgres.make_pool(stack.dsn("media"), "ops", 1) as pool:
        await positions.begin_anew(pool, name)
    await stack.put_up("media")


async def topic_has_more_partitions(scene: Scene) -> None:
    """F32: another number of partitions sends a key elsewhere; nobody runs on that."""
    stack, name = scene.stack, _MADE_ANEW
    await _all_read(scene, "media", name)
    await stack.put_down("media")
    await _delete(stack.kafka, name)
    scene.window.made_anew.add(name)
    await _make(stack.kafka, name, more=1)
    code = await _tries_to_start(scene, "media")
    scene.expect(code == REFUSED, f"media runs on a topic with a partition more: {code}")
    await _delete(stack.kafka, name)
    await _make(stack.kafka, name)
    async with postgres.make_pool(stack.dsn("media"), "ops", 1) as pool:
        await positions.begin_anew(pool, name)
    await stack.put_up("media")


async def _all_read(scene: Scene, service: str, name: str) -> None:
    """Wait for a moment in which nothing of a topic is unread: it would be gone with the topic."""
    async with Tail(scene.stack.kafka, [name], Readiness()) as tail:
        partitions = await tail.partitions()

        async def read() -> bool:
            ends = await tail.ends(partitions)
            places = await asyncio.to_thread(_places, scene.stack.postgres_dsn, service, name)
            return all(places.get(at.partition, 0) >= end for at, end in ends.items())

        await eventually(read, _QUIET_SECONDS, every=0.2)


async def _delete(servers: str, name: str) -> None:
    admin = make_admin(servers)
    await admin.start()

    async def gone() -> bool:
        return name not in await admin.list_topics()

    try:
        await admin.delete_topics([name])
        await eventually(gone, _GONE_SECONDS, every=0.2)
    finally:
        await admin.close()


async def _make(servers: str, name: str, *, more: int = 0) -> None:
    topic = described()[name]
    made = NewTopic(name, topic.partitions + more, 1, topic_configs=topic.settings)
    admin = make_admin(servers)
    await admin.start()

    async def there() -> bool:
        return name in await admin.list_topics()

    try:
        await admin.create_topics([made])
        await eventually(there, _GONE_SECONDS, every=0.2)
    finally:
        await admin.close()


async def _eat(servers: str, at: TopicPartition, place: int) -> None:
    admin = make_admin(servers)
    await admin.start()
    try:
        await admin.delete_records({aiokafka.TopicPartition(*at): RecordsToDelete(place)})
    finally:
        await admin.close()


async def _tries_to_start(scene: Scene, service: str) -> int | None:
    """Start it once; gives the status with which it ended, or None if it runs."""
    async with scene.may_end(service):
        scene.stack.run(service)
        code = await scene.stack.ended(service, _REFUSE_SECONDS)
        if code is None:
            await scene.stack.put_down(service)
        return code


def _decided_place(dsn: str) -> tuple[TopicPartition | None, int]:
    """Find a partition of the queue's commands of which something has been decided."""
    with psycopg.connect(dsn) as plain:
        row = plain.execute(
            "SELECT topic, partition, next_offset FROM queue.stream_position"
            " WHERE topic = 'queue-commands' AND next_offset > 1 LIMIT 1"
        ).fetchone()
    return (None, 0) if row is None else (TopicPartition(row[0], row[1]), int(row[2]))


def _move(dsn: str, at: TopicPartition, place: int) -> None:
    with psycopg.connect(dsn) as plain:
        plain.execute(
            "UPDATE queue.stream_position SET next_offset = %s WHERE topic = %s AND partition = %s",
            (place, at.topic, at.partition),
        )


def _places(dsn: str, service: str, name: str) -> dict[int, int]:
    with psycopg.connect(dsn) as plain:
        rows = plain.execute(
            "SELECT partition, next_offset FROM media.stream_position"
            " WHERE consumer = %s AND topic = %s",
            (service, name),
        ).fetchall()
    return {int(partition): int(next_offset) for partition, next_offset in rows}


_TAKES = frozenset({"media", "kafka", "postgres", "links"})
FAULTS = (
    Fault("F31", "retention ate unread records", history_has_a_hole,
          frozenset({"queue", "kafka", "postgres", "links"})),
    Fault("F32", "topic deleted and made anew", topic_is_made_anew, _TAKES),
    Fault("F32", "topic with a partition more", topic_has_more_partitions, _TAKES),
)  # fmt: skip
