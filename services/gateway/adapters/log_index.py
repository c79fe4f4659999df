"""Keeps the operators' index of the log: each record once, counted in the order it was met.

One process writes it (advisory lock; the watermark is the fence). Nobody's readiness hangs on it,
and it waits where it can: it must never be in the way of the read models.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import fields

import structlog
from prometheus_client import Counter, Gauge
from psycopg.errors import UniqueViolation

from services.gateway.adapters.merging import Merging
from services.gateway.domain.log_facts import Fact, fact_of, is_kept
from services.gateway.domain.scope import EVERYTHING
from services.kernel.kafka import topics
from services.kernel.kafka.tails import LogError, Tail
from services.kernel.postgres import Connection, Pool, is_transient
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record, TopicPartition

#: Of one fetch; what waits for older ones of other partitions is at most this for each.
MOST_FETCHED = 500
#: Of one transaction.
MOST_WRITTEN = 2_000
_FETCH_MS = 500
#: Between two transactions when little comes: one of many facts instead of many of one.
LINGER_SECONDS = 0.4
_PAUSE_SECONDS = 2.0
_LOCK = "operator.fact"

INDEXED = Counter("tandem_indexed_facts_total", "Records in the operators' index")
UNREAD = Counter("tandem_unindexed_records_total", "Records that are no envelope of ours")
BEHIND = Gauge("tandem_index_lag_records", "Records that are not in the operators' index yet")

_ENTER = "SELECT set_config('app.tenant', %s, true)"
_KNOWN = "SELECT topic, partition, next_offset FROM operator.watermark"
_BEGIN = """
INSERT INTO operator.watermark VALUES (%s, %s, %s)
ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset
"""
_ADVANCE = """
UPDATE operator.watermark AS mark SET next_offset = moved.after
FROM unnest(%s::text[], %s::integer[], %s::bigint[], %s::bigint[])
  AS moved (topic, partition, before, after)
WHERE mark.topic = moved.topic AND mark.partition = moved.partition
  AND mark.next_offset = moved.before
"""
#: What was published twice is one fact: the first place counts.
_INSERT = """
INSERT INTO operator.fact (position, id, command, topic, partition, log_offset, at, type, subject,
  tenant, actor, causation, correlation)
SELECT (SELECT coalesce(max(position), 0) FROM operator.fact) + row_number() OVER (ORDER BY n),
  id, command, topic, partition, log_offset, at, type, subject, tenant, actor, causation,
  correlation
FROM unnest(%s::text[], %s::boolean[], %s::text[], %s::integer[], %s::bigint[],
  %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
  WITH ORDINALITY AS given (id, command, topic, partition, log_offset, at, type, subject, tenant,
    actor, causation, correlation, n)
WHERE NOT EXISTS (SELECT FROM operator.fact known WHERE known.id = given.id)
"""
#: What stops the index alone and no gateway: a broker that is away, a topic that is not there, or
#: one that was made anew, so that its places mean other records now.
_ALONE = (LogError, LookupError, UniqueViolation)
_log = structlog.get_logger()


class Overtaken(RuntimeError):
    """Another process has moved the watermark: read it again."""


class LogIndex:
    """Follows every topic of events and commands into `operator.fact`."""

    def __init__(self, pool: Pool, servers: str) -> None:
        self._pool, self._servers = pool, servers
        self._topics = tuple(name for name in topics.described() if is_kept(name))
        #: Its own: what it misses keeps nobody from being served.
        self._away = Readiness()
        self._positions: dict[TopicPartition, int] = {}

    async def run(self) -> None:
        """Follow until cancelled; wait in place while Postgres or Kafka is away."""
        while True:
            try:
                await self._lead()
            except Overtaken:
                _log.info("overtaken", what="log-index")
            except _ALONE as error:
                self._away.lost("log-index", error)
            except Exception as error:
                if not is_transient(error):
                    raise
                self._away.lost("log-index", error)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _lead(self) -> None:
        """Hold the lock on a connection of its own, and follow."""
        async with self._pool.connection() as held:
            cursor = await held.execute("SELECT pg_try_advisory_lock(hashtext(%s))", (_LOCK,))
            row = await cursor.fetchone()
            if row is None or not row[0]:
                return
            try:
                await self._follow()
            finally:
                if not held.closed:
                    await held.execute("SELECT pg_advisory_unlock_all()")

    async def _follow(self) -> None:
        async with Tail(self._servers, self._topics, self._away) as tail:
            merging = await self._start(tail)
            self._away.back("log-index")
            while True:
                await self._turn(tail, merging)

    async def _start(self, tail: Tail) -> Merging:
        """Begin where the index ends, or where the log begins: commands are not kept for ever."""
        partitions = await tail.partitions()
        firsts, ends = await tail.firsts(partitions), await tail.ends(partitions)
        async with self._pool.connection() as plain, plain.transaction():
            known = {
                TopicPartition(topic, partition): offset
                for topic, partition, offset in await (await plain.execute(_KNOWN)).fetchall()
            }
            starts = {at: max(known.get(at, 0), firsts[at]) for at in partitions}
            for at, offset in starts.items():
                if known.get(at) != offset:
                    await plain.execute(_BEGIN, (at.topic, at.partition, offset))
        await tail.start_at(starts)
        self._positions = starts
        return Merging(starts, ends)

    async def _turn(self, tail: Tail, merging: Merging) -> None:
        fetched = await tail.fetch(most=MOST_FETCHED, timeout_ms=_FETCH_MS, only=merging.wanted)
        for at, records in fetched.items():
            merging.add(at, records, tail.highwater(at))
        while taken := merging.take(MOST_WRITTEN):
            await self._write(taken)
        BEHIND.set(merging.behind)
        if not merging.wanted:
            await asyncio.sleep(LINGER_SECONDS)

    async def _write(self, records: Sequence[Record]) -> None:
        """Write facts and watermark together, or not at all."""
        facts = [fact for record in records if (fact := fact_of(record)) is not None]
        fresh = list({fact.id: fact for fact in reversed(facts)}.values())[::-1]
        after = self._positions | {
            TopicPartition(one.topic, one.partition): one.offset + 1 for one in records
        }
        moved = [at for at, offset in after.items() if offset != self._positions[at]]
        async with self._pool.connection() as plain, plain.transaction():
            await plain.execute(_ENTER, (EVERYTHING.tenant,))
            await self._advance(plain, moved, after)
            if fresh:
                await plain.execute(_INSERT, _columns(fresh))
        self._positions = after
        INDEXED.inc(len(fresh))
        UNREAD.inc(len(records) - len(facts))

    async def _advance(
        self, plain: Connection, moved: Sequence[TopicPartition], after: dict[TopicPartition, int]
    ) -> None:
        cursor = await plain.execute(
            _ADVANCE,
            (
                [at.topic for at in moved],
                [at.partition for at in moved],
                [self._positions[at] for at in moved],
                [after[at] for at in moved],
            ),
        )
        if cursor.rowcount != len(moved):
            raise Overtaken


def _columns(facts: Sequence[Fact]) -> list[list[object]]:
    return [[getattr(fact, field.name) for fact in facts] for field in fields(Fact)]
