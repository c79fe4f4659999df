"""The gateway's base tables in memory: the real projections, the newest sequence of a key wins.

One transaction holds rows and watermark, and the watermark is the fence, as in PostgreSQL.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import psycopg

from schemas.answer import CommandAccepted, CommandRefused
from services.gateway.adapters.applying import Applier, Overtaken
from services.gateway.adapters.batches import Batch, gather
from services.gateway.adapters.projector import Following, Projector
from services.gateway.domain.rows import TABLES, Row
from services.gateway.projections import project
from services.kernel.clock import Clock
from services.kernel.kafka.publisher import KafkaPublisher
from services.kernel.kafka.topics import inputs_of
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record, TopicPartition
from services.kernel.watchdog import Progress
from tests.simulation.fate import Fate
from tests.simulation.log import PARTITIONS, Log
from tests.simulation.machine import passes

_MOST_AT_ONCE = 40
_PAUSE_SECONDS = 1.0
_MEDIAN, _SPREAD = 0.002, 0.8
TOPICS = tuple(name for name in inputs_of("gateway") if name != "signals")
Key = tuple[object, ...]


class ReadModel:
    """Rows by table and key, what became of commands, and how far the log is in it."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[Key, Row]] = {name: {} for name in TABLES}
        self.outcomes: dict[str, CommandAccepted | CommandRefused] = {}
        self.watermark: dict[TopicPartition, int] = {
            TopicPartition(topic, number): 0 for topic in TOPICS for number in range(PARTITIONS)
        }

    def apply(self, batch: Batch) -> None:
        """Write a batch, or Overtaken and nothing."""
        if any(self.watermark[at] != before for at, (before, _) in batch.moves.items()):
            raise Overtaken
        for at, (_, after) in batch.moves.items():
            self.watermark[at] = after
        self.put(batch.rows)
        for answer in batch.answers:
            self.outcomes.setdefault(answer.correlation, answer.data)

    def put(self, rows: Iterable[Row]) -> None:
        """Keep the newest row of each key."""
        for row in rows:
            key = tuple(row.values[column] for column in TABLES[row.table].key)
            before = self.rows[row.table].get(key)
            if before is None or before.sequence < row.sequence:
                self.rows[row.table][key] = row


def rebuilt(log: Log, until: Mapping[TopicPartition, int]) -> ReadModel:
    """Build it again from the log alone, up to a watermark."""
    fresh = ReadModel()
    records: dict[TopicPartition, Sequence[Record]] = {
        at: log.partitions().get(at, ())[:end] for at, end in until.items()
    }
    fresh.apply(gather(records, dict.fromkeys(until, 0), project))
    return fresh


class SimulatedApplier:
    """Stands where the gateway's applier does: takes time, fails, or succeeds unanswered."""

    def __init__(self, model: ReadModel, fate: Fate) -> None:
        self._model = model
        self._fate = fate

    async def apply(self, batch: Batch, now: datetime) -> None:
        del now
        fate = self._fate
        await passes()
        if fate.happens(fate.odds.refused):
            raise psycopg.OperationalError("the connection was lost before the commit")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        way = fate.long_tailed(_MEDIAN, _SPREAD)
        asyncio.get_running_loop().call_later(way, self._do, batch, done)
        await done
        await passes()
        if fate.happens(fate.odds.answer_lost):
            raise psycopg.OperationalError("the connection was lost after the commit")

    def _do(self, batch: Batch, done: "asyncio.Future[None]") -> None:
        try:
            self._model.apply(batch)
        except Overtaken as error:
            if not done.done():
                done.set_exception(error)
            return
        if not done.done():
            done.set_result(None)


class Follower:
    """One gateway process that projects: the real projector over the simulated log and tables."""

    def __init__(
        self, log: Log, model: ReadModel, fate: Fate, publisher: KafkaPublisher, clock: Clock
    ) -> None:
        self._log, self._model, self._fate = log, model, fate
        around = Following(
            pool=cast("Any", None),  # only `run` and `trim` use it, which is PostgreSQL's business
            servers="",
            topics=TOPICS,
            readiness=Readiness(),
            publisher=publisher,
            clock=clock,
            project=project,
            progress=Progress(),
        )
        applier = cast("Applier", SimulatedApplier(model, fate))
        self._projector = Projector(around, applier, "simulated")

    async def run(self) -> None:
        """Follow until the process ends, as Projector.run does."""
        arrived = self._log.watch(range(PARTITIONS))
        try:
            while True:
                try:
                    await self._follow(arrived)
                except (Overtaken, psycopg.OperationalError):
                    await asyncio.sleep(_PAUSE_SECONDS)
        finally:
            self._log.unwatch(arrived)

    async def _follow(self, arrived: asyncio.Event) -> None:
        await passes()
        positions = dict(self._model.watermark)
        self._projector._positions = positions
        while True:
            arrived.clear()
            fetched = {
                at: self._log.read(at, offset, self._fate.whole(1, _MOST_AT_ONCE))
                for at, offset in positions.items()
                if self._log.seen(at) > offset
            }
            if fetched:
                await self._projector.take(fetched)
            else:
                await arrived.wait()
