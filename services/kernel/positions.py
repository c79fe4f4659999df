"""Who owns a partition, and how far it has been decided: one row, one epoch, one owner."""

import asyncio
from collections.abc import Collection, Mapping
from typing import LiteralString, NamedTuple

import structlog

from services.kernel import postgres
from services.kernel.postgres import Pool
from services.kernel.runtime import TopicPartition

#: A predecessor that holds our row this long is frozen in the middle of a statement: end it.
BLOCKED_SECONDS = 1.5
_MOST_TERMINATIONS = 20

_log = structlog.get_logger()

_INSERT = """
INSERT INTO stream_position (consumer, topic, partition, next_offset)
SELECT %(consumer)s, u.topic, u.partition, u.next
FROM unnest(%(topics)s::text[], %(partitions)s::int[], %(nexts)s::bigint[]) u
  (topic, partition, next)
ON CONFLICT DO NOTHING"""
# The same owner in the same generation only reads; an older generation, or an older process of the
# same generation, gets nothing (streaming.md §7).
_ACQUIRE = """
UPDATE stream_position p
SET epoch = epoch + 1, owner = %(owner)s, generation = %(generation)s, born = %(born)s,
  updated_at = clock_timestamp()
FROM (SELECT q.consumer, q.topic, q.partition FROM stream_position q
  JOIN unnest(%(topics)s::text[], %(partitions)s::int[]) u (topic, partition)
    USING (topic, partition)
  WHERE q.consumer = %(consumer)s ORDER BY q.topic, q.partition FOR UPDATE OF q) mine
WHERE p.consumer = mine.consumer AND p.topic = mine.topic AND p.partition = mine.partition
  AND (p.generation, p.born) <= (%(generation)s, %(born)s)
  AND (p.owner, p.generation, p.born) IS DISTINCT FROM (%(owner)s, %(generation)s, %(born)s)"""
_READ = """
SELECT topic, partition, next_offset, epoch
FROM stream_position JOIN unnest(%(topics)s::text[], %(partitions)s::int[]) u (topic, partition)
  USING (topic, partition)
WHERE consumer = %(consumer)s
  AND (owner, generation, born) = (%(owner)s, %(generation)s, %(born)s)"""
_KNOWN = """
SELECT topic, partition FROM stream_position WHERE consumer = %(consumer)s"""


_FORGET: tuple[LiteralString, ...] = (
    "DELETE FROM stream_position WHERE topic = %s",
    "DELETE FROM topic_identity WHERE topic = %s",
)


class Claim(NamedTuple):
    """Who asks: a process of a slot, in a generation of the group."""

    consumer: str
    owner: str
    generation: int
    #: When the process was born, microseconds by Postgres's clock; breaks ties in a generation.
    born: int


class Position(NamedTuple):
    """How far a partition is decided, and the epoch in which we own it."""

    next_offset: int
    epoch: int


async def known(pool: Pool, consumer: str) -> set[TopicPartition]:
    """Name the partitions that have a position already."""
    rows = await postgres.fetch_all(pool, _KNOWN, {"consumer": consumer})
    return {TopicPartition(*row) for row in rows}


async def begin(pool: Pool, consumer: str, firsts: Mapping[TopicPartition, int]) -> None:
    """Give new partitions their first position; one that is there already stays as it is."""
    values = {**_keys(consumer, firsts), "nexts": list(firsts.values())}
    await postgres.execute(pool, _INSERT, values)


async def take(
    pool: Pool, claim: Claim, partitions: Collection[TopicPartition]
) -> dict[TopicPartition, Position]:
    """Bump the epochs of all these in one statement, unless somebody newer owns them."""
    values = {**_keys(claim.consumer, partitions), **claim._asdict()}
    async with pool.connection() as connection:
        blocked = asyncio.create_task(_end_blockers(pool, connection.info.backend_pid))
        try:
            await connection.execute(_ACQUIRE, values)
        finally:
            blocked.cancel()
            await asyncio.gather(blocked, return_exceptions=True)
    return await read(pool, claim, partitions)


async def read(
    pool: Pool, claim: Claim, partitions: Collection[TopicPartition]
) -> dict[TopicPartition, Position]:
    """Read the positions of those partitions that the claim still owns."""
    values = {**_keys(claim.consumer, partitions), **claim._asdict()}
    rows = await postgres.fetch_all(pool, _READ, values)
    return {
        TopicPartition(topic, partition): Position(next_offset, epoch)
        for topic, partition, next_offset, epoch in rows
    }


async def reset_generation(pool: Pool, consumer: str) -> int:
    """Let any generation acquire again, after the group's metadata was lost; an operator's act."""
    return await postgres.execute(
        pool, "UPDATE stream_position SET generation = 0 WHERE consumer = %s", (consumer,)
    )


async def begin_anew(pool: Pool, topic: str) -> None:
    """Forget a topic that was deleted and made anew; an operator's act, its reader being down."""
    for statement in _FORGET:
        await postgres.execute(pool, statement, (topic,))


async def born(pool: Pool) -> int:
    """Date this process by Postgres's clock, so that births compare across machines."""
    row = await postgres.fetch_one(
        pool, "SELECT (extract(epoch FROM clock_timestamp()) * 1e6)::bigint"
    )
    return int(row[0])


async def _end_blockers(pool: Pool, pid: int) -> None:
    for _ in range(_MOST_TERMINATIONS):
        await asyncio.sleep(BLOCKED_SECONDS)
        ended = await postgres.fetch_all(
            pool,
            "SELECT pid, pg_terminate_backend(pid) FROM unnest(pg_blocking_pids(%s)) pid",
            (pid,),
        )
        if ended:
            _log.warning("ended-blockers", count=len(ended))


def _keys(consumer: str, partitions: Collection[TopicPartition]) -> dict[str, object]:
    return {
        "consumer": consumer,
        "topics": [at.topic for at in partitions],
        "partitions": [at.partition for at in partitions],
    }
