"""The plain consumer: an aiokafka loop that inserts each event and commits it."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from benchmarks.peers.contest import Card, Measured, Run, metered
from benchmarks.peers.places import database
from benchmarks.peers.replay.events import EVENTS, INDEX, TABLE, events, with_cpu
from tests.support import infra

CARD = Card(
    name="aiokafka and INSERT",
    version="aiokafka 0.14.0, psycopg 3",
    licence="Apache-2.0",
    durable="PostgreSQL commit, synced, for every event",
    tuned="prepared statements; nothing else, for this is the loop that one writes first",
    configured="benchmarks/peers/replay/raw_loop.py",
)
_TOPIC = "events"
_INSERT = "INSERT INTO event VALUES (%s, %s, %s)"


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start Kafka and PostgreSQL, with the events on a topic."""
    with database(home) as server, infra.own_kafka(home) as kafka, asyncio.Runner() as runner:
        runner.run(_fill(kafka.address))

        def run(_: int) -> Measured:
            with psycopg.connect(server.dsn, autocommit=True) as connection:
                connection.execute(f"DROP TABLE IF EXISTS event; {TABLE}; {INDEX}".encode())
            with metered({"postgres": server.pid, "kafka": kafka.child.process.pid}) as used:
                seconds = runner.run(_replay(kafka.address, server.dsn))
            return with_cpu({"events": EVENTS, "seconds": seconds}, used)

        yield run


async def _fill(address: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    await admin.create_topics([NewTopic(_TOPIC, 1, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=address, linger_ms=5)
    await producer.start()
    for id_, subject, body in events():
        await producer.send(_TOPIC, body, key=f"{id_} {subject}".encode())
    await producer.stop()


async def _replay(address: str, dsn: str) -> float:
    consumer = AIOKafkaConsumer(
        _TOPIC, bootstrap_servers=address, auto_offset_reset="earliest", enable_auto_commit=False
    )
    await consumer.start()
    began, left = time.perf_counter(), EVENTS
    try:
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
            async for record in consumer:
                id_, subject = record.key.decode().split()
                await connection.execute(_INSERT, (id_, subject, record.value.decode()))
                left -= 1
                if not left:
                    break
    finally:
        await consumer.stop()
    return time.perf_counter() - began
