"""Calls to the outside: after the commit, one at a time per order key, paced, never blindly twice.

An effect is marked started, and that is committed, before the call is made; its result goes out as
commands with derived ids before it is marked done. So a crash anywhere leaves one of two questions,
and the performer's `interrupted` answers the only hard one: did the call happen? Both a result and
an `interrupted` carry the same command ids, so whichever the decider sees first is the one.
"""

import asyncio
import contextlib
from collections.abc import Coroutine, Mapping, Sequence
from typing import LiteralString, NamedTuple

import msgspec
import structlog

from schemas import catalog
from schemas.envelope import Envelope
from services.kernel import ids, postgres, telemetry, tracing
from services.kernel.clock import Clock, monotonic
from services.kernel.crash import point
from services.kernel.deciding import Cause, Outgoing, outgoing
from services.kernel.handling import Addressed, Performer
from services.kernel.outbox import Publisher
from services.kernel.postgres import Pool
from services.kernel.readiness import Readiness
from services.kernel.traceparent import follow

TICK_SECONDS = 0.2
#: Calls in flight at once in one process.
MOST_AT_ONCE = 32
#: A started effect whose process does not renew this is taken over by another replica.
LEASE_SECONDS = 20
#: How far a shared lane may be ahead of its pace.
AHEAD_SECONDS = TICK_SECONDS
RENEW_SECONDS = 5.0
#: Calls in flight get this long to end when the service stops.
GRACE_SECONDS = 6.0
#: Done effects are kept this long for whoever asks why.
KEPT_DAYS = 7

_log = structlog.get_logger()

# Heads of their order key, due, whose lane is free; one a lane, and the lane's row decides between
# two replicas (GCRA: `free_at` is the theoretical arrival time of the next cost unit). A lane that
# many share may be as much ahead of its time as a round lasts, or rounds would be its pace.
_TAKE = """
WITH due AS (
  SELECT e.number, e.lane, e.spacing_seconds, e.priority, e.shared_lane,
    coalesce(e.shared_spacing_seconds, 0) AS shared_spacing, s.free_at AS shared_free_at
  FROM effect e
  LEFT JOIN lane l ON l.lane = e.lane
  LEFT JOIN lane s ON s.lane = e.shared_lane
  WHERE e.done_at IS NULL AND e.started_at IS NULL AND e.due_at <= clock_timestamp()
    AND e.kind = ANY(%(kinds)s)
    AND (l.free_at IS NULL OR l.free_at <= clock_timestamp())
    AND (s.free_at IS NULL OR s.free_at <= clock_timestamp() + make_interval(secs => %(ahead)s))
    AND NOT EXISTS (SELECT 1 FROM effect o WHERE o.order_key = e.order_key
      AND o.number < e.number AND o.done_at IS NULL)
  ORDER BY e.priority, e.number LIMIT %(most)s FOR UPDATE OF e SKIP LOCKED),
firsts AS (
  SELECT DISTINCT ON (coalesce(lane, number::text)) *
  FROM due ORDER BY coalesce(lane, number::text), priority, number),
queued AS (
  SELECT *, sum(shared_spacing) OVER (PARTITION BY shared_lane ORDER BY priority, number)
    - shared_spacing AS before FROM firsts),
chosen AS (
  SELECT * FROM queued WHERE shared_lane IS NULL
    OR greatest(shared_free_at, clock_timestamp()) + make_interval(secs => before)
      <= clock_timestamp() + make_interval(secs => %(ahead)s)),
paced AS (
  INSERT INTO lane (lane, free_at)
  SELECT lane, clock_timestamp() + make_interval(secs => coalesce(spacing_seconds, 0))
  FROM chosen WHERE lane IS NOT NULL ORDER BY lane
  ON CONFLICT (lane) DO UPDATE SET free_at = excluded.free_at
    WHERE lane.free_at <= clock_timestamp()
  RETURNING lane),
shared AS (
  INSERT INTO lane (lane, free_at)
  SELECT shared_lane, clock_timestamp() + make_interval(secs => sum(shared_spacing))
  FROM chosen WHERE shared_lane IS NOT NULL GROUP BY shared_lane ORDER BY shared_lane
  ON CONFLICT (lane) DO UPDATE
    SET free_at = greatest(lane.free_at, clock_timestamp()) + (excluded.free_at - clock_timestamp())
    WHERE lane.free_at <= clock_timestamp() + make_interval(secs => %(ahead)s)
  RETURNING lane)
UPDATE effect e SET started_at = clock_timestamp(), owner = %(owner)s, born = %(born)s,
  leased_until = clock_timestamp() + make_interval(secs => %(lease)s)
FROM chosen f WHERE e.number = f.number
  AND (f.lane IS NULL OR f.lane IN (SELECT lane FROM paced))
  AND (f.shared_lane IS NULL OR f.shared_lane IN (SELECT lane FROM shared))
RETURNING e.number, e.id::text, e.kind, e.payload, e.cause::text"""
# What a dead process had started: its own slot's predecessor at once, another's after the lease.
_ADOPT = """
UPDATE effect SET owner = %(owner)s, born = %(born)s,
  leased_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE number IN (SELECT number FROM effect
  WHERE done_at IS NULL AND started_at IS NOT NULL AND kind = ANY(%(kinds)s)
    AND ((owner = %(owner)s AND born < %(born)s) OR leased_until < clock_timestamp())
    AND NOT (owner = %(owner)s AND born = %(born)s)
  ORDER BY number LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING number, id::text, kind, payload, cause::text"""
_RENEW = """
UPDATE effect SET leased_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE done_at IS NULL AND owner = %(owner)s AND born = %(born)s RETURNING 1"""
_DONE = "UPDATE effect SET done_at = clock_timestamp() WHERE number = %(number)s RETURNING 1"
_AGAIN = """
UPDATE effect SET started_at = NULL, owner = NULL, leased_until = NULL
WHERE number = %(number)s RETURNING 1"""
_PRUNE = """
DELETE FROM effect WHERE done_at < clock_timestamp() - make_interval(days => %(days)s)
RETURNING 1"""


class Started(NamedTuple):
    """An effect that is ours to perform."""

    number: int
    id: str
    kind: str
    payload: bytes
    cause: str


class Around(NamedTuple):
    """What the pump stands on."""

    service: str
    instance: str
    born: int
    pool: Pool
    publisher: Publisher
    readiness: Readiness
    clock: Clock


class EffectPump:
    """Performs due effects; runs in every replica."""

    def __init__(
        self, performers: Mapping[str, Performer], around: Around, wanted: asyncio.Event
    ) -> None:
        self._performers = performers
        self._around = around
        self._wanted = wanted
        self._working: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None
        self._values = {
            "owner": around.instance,
            "born": around.born,
            "lease": LEASE_SECONDS,
            "kinds": list(performers),
            "ahead": AHEAD_SECONDS,
        }

    async def run(self) -> None:
        """Pump until cancelled; an error of a performer ends the process.

        Calls in flight get their time then: of an interrupted call nobody knows the end.
        """
        renewing = asyncio.create_task(self._renew())
        try:
            while True:
                self._wanted.clear()
                if not await self._round():
                    await self._rest()
                if self._failure is not None:
                    raise self._failure
        finally:
            if self._working:
                await asyncio.wait(self._working, timeout=GRACE_SECONDS)
            renewing.cancel()

    async def _rest(self) -> None:
        # not wait_for: before Python 3.12 it may forget that it was cancelled, and we never stop
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TICK_SECONDS):
                await self._wanted.wait()

    async def _round(self) -> int:
        """Take what is due; what is taken is performed, also when the service stops just now."""
        taking = asyncio.create_task(self._take())
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            await asyncio.wait({taking}, timeout=GRACE_SECONDS)
            raise

    async def _take(self) -> int:
        room = MOST_AT_ONCE - len(self._working)
        if room <= 0:
            return 0
        for effect in await self._rows(_ADOPT, most=room):
            self._spawn(self._resume(Started(*effect)))
        rows = await self._rows(_TAKE, most=max(0, MOST_AT_ONCE - len(self._working)))
        for effect in rows:
            self._spawn(self._perform(Started(*effect)))
        return len(rows)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._failure = task.exception()
        self._wanted.set()

    async def _perform(self, effect: Started) -> None:
        point("effect-started")
        started = monotonic()
        results = await self._performers[effect.kind].perform(effect.id, effect.payload)
        point("effect-performed")
        cause = msgspec.json.decode(effect.cause, type=Cause)
        seconds = monotonic() - started
        tracing.tracer.followed(effect.kind, effect.id, cause.traceparent, seconds)
        await self._finish(effect, results, "performed")

    async def _resume(self, effect: Started) -> None:
        """A process died between start and done: ask what that means."""
        results = self._performers[effect.kind].interrupted(effect.id, effect.payload)
        if results is None:
            await self._rows(_AGAIN, number=effect.number)
            return
        _log.warning("effect-interrupted", kind=effect.kind, effect_id=effect.id)
        await self._finish(effect, results, "interrupted")

    async def _finish(self, effect: Started, results: Sequence[Addressed], end: str) -> None:
        await self._around.publisher.publish(self._commands(effect, results))
        point("effect-published")
        await self._rows(_DONE, number=effect.number)
        telemetry.EFFECTS.labels(effect.kind, end).inc()

    def _commands(self, effect: Started, results: Sequence[Addressed]) -> list[Outgoing]:
        cause = msgspec.json.decode(effect.cause, type=Cause)
        now = self._around.clock.now()
        commands = []
        for index, what in enumerate(results):
            envelope = Envelope(
                id=ids.derive(effect.id, "result", str(index)),
                type=catalog.wire_name(what.data),
                source=self._around.service,
                subject=what.subject,
                time=now,
                partitionkey=what.partitionkey,
                tenant=what.tenant or None,
                correlation=cause.correlation,
                causation=cause.causation,
                traceparent=follow(cause.traceparent, effect.id, self._around.service),
                data=what.data,
            )
            commands.append(outgoing(catalog.topic_of(what.data), envelope))
        return commands

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if self._working:
                await self._rows(_RENEW)

    async def prune(self) -> None:
        """Drop what was done long ago."""
        await self._rows(_PRUNE, days=KEPT_DAYS)

    async def _rows(self, statement: LiteralString, **values: object) -> list[postgres.Row]:
        around = self._around
        return await postgres.patiently(
            lambda: postgres.fetch_all(around.pool, statement, {**self._values, **values}),
            around.readiness,
            "postgres",
        )
