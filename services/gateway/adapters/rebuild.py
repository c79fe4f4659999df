"""Builds the read models again from the log, beside those that serve, and compares the two.

`services.gateway.app.replay()` wires it for `tandem replay`; `read_models.switch` lets it serve.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import LiteralString

from services.gateway.adapters import derive, finding, read_models
from services.gateway.adapters.applying import Applier
from services.gateway.adapters.batches import Batch, Project, gather
from services.gateway.adapters.database import SNAPSHOT, Rows, as_dicts
from services.gateway.adapters.schema import enter, hashes
from services.gateway.domain.scope import EVERYTHING
from services.kernel.clock import Clock, monotonic
from services.kernel.kafka.tails import Tail
from services.kernel.postgres import Pool
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record, TopicPartition

#: Bigger transactions than live ones: nobody waits for these (streaming.md §2.8).
MOST_RECORDS = 10_000
_ROWS_AT_ONCE = 500
#: How far the serving read model may be behind, before it is compared as it stands.
_LATEST_SECONDS, _LOOK_SECONDS = 60.0, 0.2

#: Called with (records done, records to do).
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Replayed:
    """What a replay found; `differs` names tables whose bytes are not those that serve."""

    schema: str
    records: int
    seconds: float
    #: Of every table: its hash in what serves, and in what was built.
    hashes: Mapping[str, tuple[str, str]]

    @property
    def differs(self) -> tuple[str, ...]:
        return tuple(sorted(name for name, (a, b) in self.hashes.items() if a != b))


class Rebuild:
    """One replay into one new schema."""

    def __init__(self, pool: Pool, servers: str, project: Project, clock: Clock) -> None:
        self._pool, self._servers = pool, servers
        self._project, self._clock = project, clock
        self._positions: dict[TopicPartition, int] = {}
        self._records = 0
        #: Records a second; None is as fast as it goes.
        self._pace: int | None = None

    async def run(
        self, topics: tuple[str, ...], progress: Progress, schema: str | None = None
    ) -> Replayed:
        """Build, compare, and let the service follow it from here; a difference keeps it apart.

        schema: a read model that is there and empty; None makes one.
        """
        begun = monotonic()
        old = await read_models.serving(self._pool)
        schema = schema or await read_models.make_next(self._pool)
        applier = Applier(self._pool, schema, lambda _: False, live=False)
        async with Tail(self._servers, topics, Readiness(), catch_up=True) as tail:
            partitions = await tail.partitions()
            await applier.begin(await tail.firsts(partitions))
            stored = await applier.positions()
            self._positions = {at: stored[at] for at in partitions}
            await tail.start_at(self._positions)
            await self._follow(tail, applier, await tail.ends(partitions), progress)
            await derive_all(self._pool, schema)
            applier.live = True
            await self._overtaken_by(old)
            target, theirs = await self._serving(old)
            await self._follow(tail, applier, target, progress)
        found = await self._found(schema, theirs, begun)
        if not found.differs:
            await read_models.note(self._pool, schema, "ready")
        return found

    async def fold(
        self,
        schema: str,
        spans: Mapping[TopicPartition, tuple[int, int]],
        pace: int,
        progress: Progress,
    ) -> Replayed:
        """Fold some facts only, so many a second, from where an earlier attempt has come to."""
        begun, self._pace = monotonic(), pace
        applier = Applier(self._pool, schema, lambda _: False, live=False)
        target = {at: end for at, (_, end) in spans.items()}
        await applier.begin({at: first for at, (first, _) in spans.items()})
        stored = await applier.positions()
        self._positions = {at: stored[at] for at in spans}
        async with Tail(self._servers, {at.topic for at in spans}, Readiness()) as tail:
            await tail.partitions()
            await tail.start_at(self._positions)
            await self._follow(tail, applier, target, progress)
        await derive_all(self._pool, schema)
        _, theirs = await self._serving(await read_models.serving(self._pool))
        return await self._found(schema, theirs, begun)

    async def _follow(
        self,
        tail: Tail,
        applier: Applier,
        target: Mapping[TopicPartition, int],
        progress: Progress,
    ) -> None:
        """Apply until exactly these offsets; what is fetched beyond them is fetched again.

        Each batch is read and projected while Postgres takes the one before.
        """
        total = sum(target.values())
        applying: asyncio.Task[None] | None = None
        try:
            while any(self._positions[at] < target[at] for at in self._positions):
                batch = await self._next(tail, target)
                await self._keep_pace(batch)
                if applying is not None:
                    await applying
                progress(sum(self._positions.values()), total)
                applying = asyncio.create_task(applier.apply(batch, self._clock.now()))
                await asyncio.sleep(0)  # it sends what Postgres then works on
        finally:
            if applying is not None:
                await applying
        for at, offset in self._positions.items():
            tail.seek(at, offset)

    async def _next(self, tail: Tail, target: Mapping[TopicPartition, int]) -> Batch:
        """Read on until something is there to be applied."""
        while True:
            most = min(self._pace or MOST_RECORDS, MOST_RECORDS)
            fetched = _until(target, await tail.fetch(most=most))
            batch = gather(fetched, self._positions, self._project)
            if batch.parked is not None:
                raise LookupError(f"unknown type {batch.parked}: replay with the newer version")
            for at, (before, after) in batch.moves.items():
                self._positions[at] = after
                self._records += after - before
            if batch.moves:
                return batch

    async def _keep_pace(self, batch: Batch) -> None:
        if self._pace is not None:
            records = sum(after - before for before, after in batch.moves.values())
            await asyncio.sleep(records / self._pace)

    async def _overtaken_by(self, schema: str) -> None:
        """Wait until the serving read model has all that we have: a step ahead is a difference."""
        deadline = monotonic() + _LATEST_SECONDS
        while monotonic() < deadline:
            async with self._pool.connection() as plain, plain.transaction():
                there = await read_models.positions(plain, schema)
            if all(there.get(at, 0) >= offset for at, offset in self._positions.items()):
                return
            await asyncio.sleep(_LOOK_SECONDS)

    async def _serving(self, schema: str) -> tuple[dict[TopicPartition, int], dict[str, str]]:
        """Take the serving read model's place and hashes in one snapshot."""
        async with self._pool.connection() as plain, plain.transaction():
            await plain.execute(SNAPSHOT)
            await enter(plain, EVERYTHING, schema)
            target = await read_models.positions(plain, schema)
            theirs = await hashes(plain, schema)
        here = {at: offset for at, offset in target.items() if at in self._positions}
        return here, theirs

    async def _found(self, schema: str, theirs: Mapping[str, str], begun: float) -> Replayed:
        """Hash what was built, beside the hashes of what serves."""
        async with self._pool.connection() as plain, plain.transaction():
            await enter(plain, EVERYTHING, schema)
            ours = await hashes(plain, schema)
        both = {name: (theirs[name], ours[name]) for name in sorted(theirs)}
        return Replayed(schema, self._records, monotonic() - begun, both)


async def derive_all(pool: Pool, schema: str) -> None:
    """Derive everything once, at the end of the long way."""
    for text, work in _DERIVES:
        last = ""
        while True:
            async with pool.connection() as plain, plain.transaction():
                await enter(plain, EVERYTHING, schema)
                async with as_dicts(plain) as rows:
                    cursor = await rows.execute(text, (last, _ROWS_AT_ONCE))
                    found = [one["id"] for one in await cursor.fetchall()]
                    await work(rows, found)
            if not found:
                break
            last = found[-1]


async def _conversations(rows: Rows, ids: list[str]) -> None:
    await finding.parties(rows, ids)
    await derive.lists(rows, ids)


async def _contacts(rows: Rows, ids: list[str]) -> None:
    await finding.contacts(rows, ids)


_CONVERSATIONS: LiteralString = """
SELECT conversation_id AS id FROM conversation WHERE conversation_id > %s
ORDER BY conversation_id LIMIT %s
"""
_CONTACTS: LiteralString = """
SELECT contact_id AS id FROM contact WHERE contact_id > %s ORDER BY contact_id LIMIT %s
"""
_MESSAGES: LiteralString = """
SELECT message_id AS id FROM message WHERE message_id > %s ORDER BY message_id LIMIT %s
"""
_DERIVES = (
    (_CONVERSATIONS, _conversations),
    (_CONTACTS, _contacts),
    (_MESSAGES, finding.words),
)


def _until(
    target: Mapping[TopicPartition, int], fetched: Mapping[TopicPartition, list[Record]]
) -> dict[TopicPartition, list[Record]]:
    return {
        at: [record for record in records if record.offset < target[at]]
        for at, records in fetched.items()
    }
