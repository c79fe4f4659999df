"""Folds the queues' events for the ownership check, a moment at a time; later checks go on from it.

Each gateway folds for itself, in memory: the log is what is checked, so nothing is believed of it.
"""

import asyncio
from collections.abc import Mapping

from schemas.codec import Malformed, UnknownType, decode
from services.gateway.adapters.database import Database
from services.gateway.domain.ownership import Owners
from services.gateway.domain.scope import EVERYTHING
from services.gateway.ports import Json, LogAway
from services.kernel.clock import monotonic
from services.kernel.kafka.tails import LogError, Tail
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record, TopicPartition

TOPIC = "queue-events"
#: Of one question: whoever asks is told how far it came, and asks again.
SLICE_SECONDS = 3.0
_PATIENCE_SECONDS = 10.0
_AT_ONCE = 2_000

_ENDS = """
SELECT partition, max(log_offset) + 1 AS ends_before
FROM operator.fact WHERE topic = %s GROUP BY partition
"""
_NEWEST = "SELECT coalesce(max(position), 0) AS newest FROM operator.fact"
_POSITIONS = """
SELECT partition, log_offset, position FROM operator.fact
WHERE topic = %s AND (partition, log_offset) IN (SELECT * FROM unnest(%s::integer[], %s::bigint[]))
"""


class OwnershipCheck:
    """One fold for all who ask; each of them waits for the slice of the one before."""

    def __init__(self, database: Database, servers: str) -> None:
        self._database, self._servers = database, servers
        self._turn = asyncio.Lock()
        self._owners = Owners()
        self._next: dict[int, int] = {}
        self._ends: Mapping[int, int] = {}
        self._facts = 0

    async def fold_on(self) -> Json:
        """Fold for a moment; a check that is done begins another, up to where the log is now."""
        async with self._turn:
            if not self._left():
                await self._aim()
            if self._left():
                await self._slice()
            return await self._report()

    def _left(self) -> dict[TopicPartition, int]:
        """Say where to read on, of every partition that is not read to its end."""
        return {
            TopicPartition(TOPIC, number): self._next.get(number, 0)
            for number, end in self._ends.items()
            if self._next.get(number, 0) < end
        }

    async def _aim(self) -> None:
        async with self._database.looking(EVERYTHING, snapshot=True) as (rows, _):
            found = await (await rows.execute(_ENDS, (TOPIC,))).fetchall()
            newest = await (await rows.execute(_NEWEST)).fetchone()
        self._ends = {row["partition"]: row["ends_before"] for row in found}
        self._facts = 0 if newest is None else newest["newest"]

    async def _slice(self) -> None:
        try:
            async with (
                asyncio.timeout(SLICE_SECONDS + _PATIENCE_SECONDS),
                Tail(self._servers, [TOPIC], Readiness(), catch_up=True) as tail,
            ):
                await self._read(tail)
        except (LogError, TimeoutError) as error:
            raise LogAway from error

    async def _read(self, tail: Tail) -> None:
        await tail.start_at(self._left())
        until = monotonic() + SLICE_SECONDS
        while self._left() and monotonic() < until:
            for at, records in (await tail.fetch(most=_AT_ONCE, only=self._left())).items():
                for record in records:
                    self._take(at, record)

    def _take(self, at: TopicPartition, record: Record) -> None:
        if record.offset >= self._ends[at.partition]:
            return
        self._next[at.partition] = record.offset + 1
        try:
            event = decode(record.value or b"").data
        except (Malformed, UnknownType):
            return  # the queue's own events are neither, or nothing here works
        self._owners.take(event, at.partition, record.offset)

    async def _report(self) -> Json:
        named = self._owners.named()
        async with self._database.looking(EVERYTHING) as (rows, _):
            places = [one.partition for one in named], [one.offset for one in named]
            cursor = await rows.execute(_POSITIONS, (TOPIC, *places))
            positions = {
                (row["partition"], row["log_offset"]): row["position"]
                for row in await cursor.fetchall()
            }
        return {
            "done": not self._left(),
            "facts": self._facts,
            "folded": sum(self._next.values()),
            "to_fold": sum(self._ends.values()),
            "conversations": len(self._owners.twice()),
            "found": [
                {
                    "position": positions[one.partition, one.offset],
                    "queue_id": one.queue_id,
                    "conversation_id": one.conversation_id,
                }
                for one in named
                if (one.partition, one.offset) in positions
            ],
        }
