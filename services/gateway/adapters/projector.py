"""Follows the log for ever: batch after batch into the read model, one projector at a time.

The watermark is the fence: a second projector, or one that was frozen, finds it moved and writes
nothing. The advisory lock only saves it the work.
"""

import asyncio
from collections.abc import Sequence

import structlog
from prometheus_client import Counter, Gauge, Histogram
from psycopg import sql

from services.gateway.adapters.applying import Applier, Overtaken
from services.gateway.adapters.batches import Batch, Project, gather
from services.gateway.adapters.upkeep import trim
from services.kernel.clock import Clock, monotonic
from services.kernel.crash import point
from services.kernel.deadletters import Limit, letter
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.kafka.tails import Tail
from services.kernel.postgres import Pool, is_transient
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record, TopicPartition
from services.kernel.tracing import tracer
from services.kernel.watchdog import Progress

#: More records a transaction gain nothing (streaming.md §7), and a reader waits for its commit.
MOST_RECORDS = 2_000
_FETCH_MS = 200
_PAUSE_SECONDS = 1.0
_TRIM_SECONDS = 60.0

BATCHES = Histogram("tandem_projector_seconds", "One batch into the read model")
APPLIED = Counter("tandem_projected_records_total", "Records in the read model", ["topic"])
BEHIND = Gauge("tandem_projector_lag_records", "Records that are not in the read model yet")

_log = structlog.get_logger()


class Following:
    """What the projector works with."""

    def __init__(
        self,
        *,
        pool: Pool,
        servers: str,
        topics: Sequence[str],
        readiness: Readiness,
        publisher: KafkaPublisher,
        clock: Clock,
        project: Project,
        progress: Progress,
    ) -> None:
        self.pool, self.servers, self.topics = pool, servers, topics
        self.readiness, self.publisher = readiness, publisher
        self.clock, self.project, self.progress = clock, project, progress


class Projector:
    """Keeps one read model at the end of the log."""

    def __init__(self, around: Following, applier: Applier, schema: str) -> None:
        self._around = around
        self._applier = applier
        self._schema = schema
        self._limit = Limit()
        self._positions: dict[TopicPartition, int] = {}
        self._ends: dict[TopicPartition, int] = {}
        self._caught_up = asyncio.Event()
        self._trimmed = monotonic()
        #: Whether this process is the one that projects; presence asks it before it speaks.
        self.leading = False

    async def run(self) -> None:
        """Follow until cancelled; wait in place while Postgres or Kafka is away.

        What it has found away it takes back when it goes, for it cannot find it again: another that
        misses the same says so at its next attempt.
        """
        try:
            while True:
                await self._attempt()
                self.leading = False
                await asyncio.sleep(_PAUSE_SECONDS)
        finally:
            self.leading = False
            self._around.readiness.back("postgres")

    async def _attempt(self) -> None:
        try:
            await self._lead()
        except Overtaken:
            _log.info("overtaken", what="projector")
        except Exception as error:
            if not is_transient(error):
                raise
            self._around.readiness.lost("postgres", error)

    async def caught_up(self) -> None:
        """Wait until the end of the log, as it was when this began, is in the read model."""
        await self._caught_up.wait()

    async def _lead(self) -> None:
        """Hold the lock on a connection of its own, and follow."""
        async with self._around.pool.connection() as held:
            cursor = await held.execute(
                sql.SQL("SELECT pg_try_advisory_lock(hashtext({}))").format(self._schema)
            )
            row = await cursor.fetchone()
            self._around.readiness.back("postgres")
            if row is None or not row[0]:
                # another replica keeps it: this one owns nothing that could stand still
                self._around.progress.assign(frozenset({TopicPartition(self._schema, 0)}))
                self._around.readiness.back("projector")
                return
            self.leading = True
            try:
                await self._follow()
            finally:
                if not held.closed:
                    await held.execute("SELECT pg_advisory_unlock_all()")

    async def _follow(self) -> None:
        async with Tail(self._around.servers, self._around.topics, self._around.readiness) as tail:
            await self._start(tail)
            while True:
                await self._turn(tail)

    async def _start(self, tail: Tail) -> None:
        partitions = await tail.partitions()
        await self._applier.begin(await tail.firsts(partitions))
        stored = await self._applier.positions()
        self._positions = {at: stored[at] for at in partitions}
        await tail.start_at(self._positions)
        self._around.progress.assign(frozenset(partitions))
        self._ends = await tail.ends(partitions)

    async def _turn(self, tail: Tail) -> None:
        fetched = await tail.fetch(most=MOST_RECORDS, timeout_ms=_FETCH_MS)
        if any(fetched.values()):
            await self.take(fetched)
        if all(self._positions[at] >= end for at, end in self._ends.items()):
            self._caught_up.set()
            self._around.readiness.back("projector")
        for at, done in self._positions.items():
            self._around.progress.read(at, tail.highwater(at))
            self._around.progress.decided(at, done)
        BEHIND.set(sum(self._around.progress.lags().values()))
        if monotonic() - self._trimmed > _TRIM_SECONDS:
            self._trimmed = monotonic()
            await trim(self._around.pool, self._schema, self._around.clock.now())

    async def take(self, fetched: dict[TopicPartition, list[Record]]) -> None:
        """Put a fetch into the read model; what a newer writer wrote waits for an upgrade."""
        batch = gather(fetched, self._positions, self._around.project)
        await self._bury(batch, fetched)
        if batch.moves:
            with BATCHES.time():
                point("before-commit")
                started = monotonic()
                await self._applier.apply(batch, self._around.clock.now())
                point("after-commit")
            seen = (record.headers for records in fetched.values() for record in records)
            tracer.decided(seen, monotonic() - started)
            for at, (before, after) in batch.moves.items():
                self._positions[at] = after
                APPLIED.labels(at.topic).inc(after - before)
        if batch.parked is not None:
            self._around.readiness.lost("projector", f"unknown type {batch.parked}")
            self._around.progress.excuse()  # it waits for an upgrade, which no restart is
            await asyncio.sleep(_PAUSE_SECONDS)
            raise Overtaken  # read again from the watermark; the record is still there

    async def _bury(self, batch: Batch, fetched: dict[TopicPartition, list[Record]]) -> None:
        """Set malformed records aside before the watermark passes them; twice is harmless."""
        for at, records in fetched.items():
            self._limit.judge(at, records, [one for one in batch.dead if one.record in records])
        now = self._around.clock.now()
        if batch.dead:
            await self._around.publisher.publish(
                [letter("gateway", one, now) for one in batch.dead]
            )
