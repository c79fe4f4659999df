"""Deciding once: read, decide, one fenced statement, publish; whatever dies in between.

Implements `runtime.Processor` for a service's handlers (DESIGN.md §4).
"""

import asyncio
import contextlib
import functools
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import NamedTuple

import psycopg
import structlog

from services.kernel import deadletters, outbox, positions, postgres, telemetry, tracing
from services.kernel.clock import Clock, monotonic
from services.kernel.crash import point
from services.kernel.deciding import Outgoing, Plan
from services.kernel.handling import Handlers
from services.kernel.memory import Kept, Memory
from services.kernel.outbox import Published, Publisher
from services.kernel.planning import Planner, TooManyPasses, Work
from services.kernel.positions import Claim, Position
from services.kernel.postgres import Pool
from services.kernel.readiness import Readiness
from services.kernel.runtime import Fenced, Record, TopicPartition
from services.kernel.statement import Advance, Release, build

#: The same gap this often in a row is no hiccup of fetching: records are gone.
MOST_GAPS = 20

_log = structlog.get_logger()

Firsts = Callable[[Collection[TopicPartition]], Awaitable[Mapping[TopicPartition, int]]]


class RecordsMissing(RuntimeError):
    """The log has a hole before the next record to decide: an alarm, never skipped."""


class Surroundings(NamedTuple):
    """What the processor stands on."""

    pool: Pool
    publisher: Publisher
    readiness: Readiness
    clock: Clock
    #: Where new partitions begin, asked of the broker.
    firsts: Firsts


@dataclass(slots=True)
class _Owned:
    """One partition number: its lock, what is kept, and the positions of its topics."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    kept: Kept = field(default_factory=Kept)
    at: dict[TopicPartition, Position] = field(default_factory=dict)
    #: Where the row in Postgres stands, for topics whose last records left nothing to write.
    written: dict[TopicPartition, int] = field(default_factory=dict)
    gaps: int = 0

    def put(self, at: TopicPartition, position: Position) -> None:
        """Take over what stands in Postgres."""
        self.at[at] = position
        self.written.pop(at, None)

    def drop(self, at: TopicPartition) -> None:
        self.at.pop(at, None)
        self.written.pop(at, None)

    def go_on(self, at: TopicPartition, following: int) -> None:
        """Pass by records of which nothing is to be written; a crash reads them again."""
        before = self.at[at]
        self.written.setdefault(at, before.next_offset)
        self.at[at] = Position(following, before.epoch)


class BatchProcessor:
    """Owns partitions by epoch; serialises what shares a partition number."""

    def __init__(
        self, service: str, instance: str, handlers: Handlers, around: Surroundings
    ) -> None:
        self._consumer = service
        self._instance = instance
        self._around = around
        memory = Memory(around.pool, service, handlers)
        self._planner = Planner(service, handlers, memory, around.clock)
        self._numbers: dict[int, _Owned] = {}
        self._acquiring = asyncio.Lock()
        self._claim = Claim(service, instance, -1, 0)
        self._limit = deadletters.Limit()
        self._published = Published()
        #: Set when a commit has left an effect to perform.
        self.effects_wanted = asyncio.Event()

    # -- ownership

    async def acquire(
        self, assigned: Collection[TopicPartition], generation: int
    ) -> Mapping[TopicPartition, int]:
        """Take over what nobody newer owns, and publish what the last owner left unpublished."""
        async with self._acquiring, AsyncExitStack() as locks:
            for number in sorted({at.partition for at in assigned}):
                await locks.enter_async_context(self._number(number).lock)
            self._claim = await self._claim_of(generation)
            await self._begin(assigned)
            owned = await self._patiently(
                lambda: positions.take(self._around.pool, self._claim, assigned)
            )
            point("after-acquire")
            await self._drain(owned)
            self._own(assigned, owned)
            for at, position in owned.items():
                await self._count_dead(at, position)
            _log.info("acquired", partitions=len(owned), generation=generation)
            return {at: position.next_offset for at, position in owned.items()}

    async def release(self, revoked: Collection[TopicPartition]) -> None:
        """Stop deciding these; waits for what is in work."""
        for at in revoked:
            owned = self._number(at.partition)
            async with owned.lock:
                owned.drop(at)
                owned.kept.forget()

    def owned(self) -> dict[TopicPartition, int]:
        """What we own now and how far it is decided; for the watchdog and the pumps."""
        return {
            at: position.next_offset
            for owned in self._numbers.values()
            for at, position in owned.at.items()
        }

    async def _claim_of(self, generation: int) -> Claim:
        born = self._claim.born or await self._patiently(lambda: positions.born(self._around.pool))
        return Claim(self._consumer, self._instance, generation, born)

    async def _begin(self, assigned: Collection[TopicPartition]) -> None:
        known = await self._patiently(lambda: positions.known(self._around.pool, self._consumer))
        fresh = [at for at in assigned if at not in known]
        if fresh:
            firsts = await self._around.firsts(fresh)
            await self._patiently(
                lambda: positions.begin(self._around.pool, self._consumer, firsts)
            )

    def _own(
        self, assigned: Collection[TopicPartition], owned: Mapping[TopicPartition, Position]
    ) -> None:
        for at in assigned:
            number = self._number(at.partition)
            number.kept.forget()
            number.drop(at)
            if at in owned:
                number.put(at, owned[at])

    async def _count_dead(self, at: TopicPartition, position: Position) -> None:
        count = await self._patiently(
            lambda: deadletters.in_a_row(
                self._around.pool, self._consumer, at, position.next_offset
            )
        )
        self._limit.start(at, count)

    def _number(self, number: int) -> _Owned:
        return self._numbers.setdefault(number, _Owned())

    # -- a batch

    async def handle(self, partition: TopicPartition, records: Sequence[Record]) -> int:
        """Decide a run of records, commit, publish; gives the next offset to read."""
        owned = self._number(partition.partition)
        async with owned.lock:
            position = owned.at.get(partition)
            if position is None:
                raise Fenced(f"{partition.topic}/{partition.partition}")
            run = contiguous(records, position.next_offset)
            self._watch_gaps(owned, records, run, position)
            if run:
                point("after-read")
                await self._work(owned, partition, run)
            return owned.at[partition].next_offset

    def _watch_gaps(
        self,
        owned: _Owned,
        records: Sequence[Record],
        run: Sequence[Record],
        position: Position,
    ) -> None:
        gap = not run and bool(records) and records[0].offset > position.next_offset
        owned.gaps = owned.gaps + 1 if gap else 0
        if owned.gaps > MOST_GAPS:
            raise RecordsMissing(f"{records[0].topic}: no record {position.next_offset}")

    async def _work(self, owned: _Owned, at: TopicPartition, run: Sequence[Record]) -> None:
        """Decide a run; what the database refuses is halved until the record is found."""
        work = self._planner.read(run, owned.kept)
        telemetry.RECORDS.labels(at.topic, "idle").inc(len(run) - len(work.items))
        if not work.items:
            return owned.go_on(at, run[-1].offset + 1)
        for attempt in range(1, deadletters.TRIES + 2):
            try:
                return await self._attempt(owned, at, work)
            except (psycopg.Error, TooManyPasses) as error:
                owned.kept.forget()
                if len(run) > 1:
                    middle = len(run) // 2
                    await self._work(owned, at, run[:middle])
                    if owned.at[at].next_offset == run[middle].offset:
                        await self._work(owned, at, run[middle:])
                    return None
                if attempt >= deadletters.TRIES:
                    work.condemned[run[0].offset] = deadletters.autopsy(
                        run[0], deadletters.BUG, error
                    )
        raise RuntimeError("a dead letter itself could not be written")

    async def _attempt(self, owned: _Owned, at: TopicPartition, work: Work) -> None:
        started = monotonic()
        plan = await self._patiently(lambda: self._planner.plan(work))
        self._limit.judge(at, work.records, plan.dead)
        telemetry.DECIDE_SECONDS.observe(monotonic() - started)
        advance = self._advance(owned, at, work.records[-1].offset + 1)
        if not await self._commit(owned, advance, plan, None):
            await self._look_again(owned, at, advance.first)
            return
        telemetry.BATCH_SIZE.observe(len(work.items))
        telemetry.RECORDS.labels(at.topic, "decided").inc(len(work.items) - len(plan.dead))
        deadletters.report(plan.dead)
        headers = (record.headers for record, _ in work.items)
        tracing.tracer.decided(headers, monotonic() - started)

    def _advance(self, owned: _Owned, at: TopicPartition, following: int) -> Advance:
        position = owned.at[at]
        first = owned.written.get(at, position.next_offset)
        return Advance(self._consumer, at, position.epoch, first, following)

    async def _commit(
        self, owned: _Owned, advance: Advance, plan: Plan, release: Release | None
    ) -> bool:
        """Run the one statement, then publish; False where the fence let nothing through."""
        at = advance.at
        out = self._published.of(at.partition)
        text, values = build(advance, plan, out, release)
        point("before-commit")
        started = monotonic()
        passed, outbox_id = await self._patiently(lambda: self._execute(text, values))
        telemetry.COMMIT_SECONDS.observe(monotonic() - started)
        if not passed:
            return False
        point("after-commit")
        self._published.done(at.partition, out)
        owned.kept.learn(plan)
        if plan.effects:
            self.effects_wanted.set()
        if outbox_id is not None:
            await outbox.publish(self._around.publisher, plan.outgoing)
            self._published.add(at.partition, outbox_id)
        # only now may the runtime go on: a position that it sees is committed and published
        owned.put(at, Position(advance.next, advance.epoch))
        point("before-ack")
        return True

    async def _execute(self, text: str, values: dict[str, object]) -> tuple[int, int | None]:
        async with self._around.pool.connection() as connection:
            cursor = await connection.execute(text.encode(), values, prepare=True)
            row = await cursor.fetchone()
        return (0, None) if row is None else (row[0], row[1])

    async def _look_again(self, owned: _Owned, at: TopicPartition, first: int) -> None:
        """The fence said no. Ahead: an answer was lost; behind: a gap; another's: gone."""
        owned.kept.forget()
        found = await self._patiently(lambda: positions.read(self._around.pool, self._claim, [at]))
        position = found.get(at)
        if position is None or position.epoch != owned.at[at].epoch:
            owned.at.clear()
            owned.written.clear()
            telemetry.FENCED.inc()
            raise Fenced(f"{at.topic}/{at.partition}")
        if position.next_offset > first:
            await self._drain([at])
        owned.put(at, position)

    async def _drain(self, partitions: Collection[TopicPartition]) -> None:
        around = self._around
        await outbox.drain(
            around.pool, around.publisher, self._consumer, partitions, around.readiness
        )

    async def _patiently(self, work: Callable[[], Awaitable[postgres.ResultT]]) -> postgres.ResultT:
        return await postgres.patiently(work, self._around.readiness, "postgres")

    # -- between batches

    async def sweep(self) -> None:
        """Forget published outbox rows of partitions that have nothing to do; write positions."""
        for owned in list(self._numbers.values()):
            for at in list(owned.written):
                await self._write_position(owned, at)
        for number in self._published.partitions():
            out = self._published.of(number)
            await outbox.forget(self._around.pool, out, self._around.readiness)
            self._published.done(number, out)

    async def _write_position(self, owned: _Owned, at: TopicPartition) -> None:
        async with owned.lock:
            if at not in owned.written:
                return
            advance = self._advance(owned, at, owned.at[at].next_offset)
            if not await self._commit(owned, advance, Plan(), None):
                with contextlib.suppress(Fenced):  # the next record will say so to the runtime
                    await self._look_again(owned, at, advance.first)

    async def decide_again(self, key: bytes, number: int) -> bool:
        """Decide the dead letters of a key that the operator releases; True if it is unparked."""
        owned = self._number(number)
        async with owned.lock:
            if not owned.at:
                return False
            at = next(iter(owned.at))
            letters = await self._patiently(
                lambda: deadletters.open_letters(self._around.pool, self._consumer, key)
            )
            return await self._settle(owned, at, key, letters)

    async def _settle(
        self,
        owned: _Owned,
        at: TopicPartition,
        key: bytes,
        letters: Sequence[tuple[int, Record]],
    ) -> bool:
        for id_, record in letters:
            work = self._planner.read([record], owned.kept, frozenset({key}))
            plan = await self._patiently(functools.partial(self._planner.plan, work))
            if not plan.dead:
                plan.outgoing.append(self._settlement(record))
            release = Release(() if plan.dead else (id_,), None)
            if not await self._write_release(owned, at, plan, release) or plan.parked:
                return False  # what is malformed parks nothing: it stays a letter, the key goes on
        return await self._write_release(owned, at, Plan(), Release((), key))

    def _settlement(self, record: Record) -> Outgoing:
        place = deadletters.place_of(self._consumer, record)
        return deadletters.settlement(place, deadletters.DECIDED, self._around.clock.now())

    async def _write_release(
        self, owned: _Owned, at: TopicPartition, plan: Plan, release: Release
    ) -> bool:
        advance = self._advance(owned, at, owned.at[at].next_offset)
        return await self._commit(owned, advance, plan, release)


def contiguous(records: Sequence[Record], first: int) -> Sequence[Record]:
    """Give the run of records that begins at `first`: stale ones are skipped, a gap ends it."""
    start = next((i for i, record in enumerate(records) if record.offset >= first), len(records))
    for index in range(start, len(records)):
        if records[index].offset != first + index - start:
            return records[start:index]
    return records[start:]
