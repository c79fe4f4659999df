"""Due timers become commands: leased, sent, marked; never early, and perhaps twice, never lost.

Three steps, because no transaction may stay open across a wait for Kafka (streaming.md §7). Any
replica may fire any timer: firing only asks, and the decider ignores what no longer applies.
"""

import asyncio
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

import msgspec

from schemas import catalog, codec
from services.kernel import postgres, telemetry
from services.kernel.crash import point
from services.kernel.deciding import Outgoing
from services.kernel.outbox import Publisher
from services.kernel.postgres import Pool
from services.kernel.readiness import Readiness

#: How often is looked, and so how far ahead: what is due before the next look is waited for.
TICK_SECONDS = 0.2
MOST_AT_ONCE = 500
#: A pump that died after leasing gives its timers back after this long.
LEASE_SECONDS = 3
#: Fired timers are kept this long, so that a late repeat is still known.
KEPT_DAYS = 7

#: By the time of the statement, which stands still in it: a clock that runs on would be asked of
#: every timer that waits, for no index goes by it.
_LEASE = """
UPDATE timer SET leased_until = statement_timestamp() + make_interval(secs => %s)
WHERE id IN (SELECT id FROM timer WHERE fired_at IS NULL
    AND due_at <= statement_timestamp() + make_interval(secs => %s)
    AND (leased_until IS NULL OR leased_until < statement_timestamp())
  ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id, due_at, command, clock_timestamp()"""
_FIRED = "UPDATE timer SET fired_at = clock_timestamp() WHERE id = ANY(%s)"
_PRUNE = """
DELETE FROM timer WHERE fired_at < clock_timestamp() - make_interval(days => %s)"""


class TimerPump:
    """Sends what is due; runs in every replica."""

    def __init__(self, pool: Pool, publisher: Publisher, readiness: Readiness) -> None:
        self._pool = pool
        self._publisher = publisher
        self._readiness = readiness

    async def run(self) -> None:
        """Pump for ever, a tick apart; at once again while there is more than one lot."""
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            if await self.pump() < MOST_AT_ONCE:
                await asyncio.sleep(began + TICK_SECONDS - clock())

    async def pump(self) -> int:
        """Send one lot of timers, each when it is due; gives how many."""
        rows = await self._patiently(_LEASE, (LEASE_SECONDS, TICK_SECONDS, MOST_AT_ONCE))
        if not rows:
            return 0
        point("timer-leased")
        await self._ring(sorted(rows, key=lambda row: row[1]))
        point("timer-sent")
        await self._patiently(_FIRED, ([row[0] for row in rows],))
        telemetry.TIMERS.inc(len(rows))
        return len(rows)

    async def _ring(self, rows: list[tuple[str, datetime, bytes, datetime]]) -> None:
        """Publish in order; the time is the database's when it leased, and what passed since."""
        clock = asyncio.get_running_loop().time
        leased_at, since = min(row[3] for row in rows), clock()
        while rows:
            now = leased_at + timedelta(seconds=clock() - since)
            due = list(takewhile(lambda row: row[1] <= now, rows))  # noqa: B023 - used at once
            if not due:
                await asyncio.sleep((rows[0][1] - now).total_seconds())
                continue
            await self._publisher.publish([_outgoing(command, now) for _, _, command, _ in due])
            for _, due_at, _, _ in due:
                telemetry.TIMER_LATENESS.observe((now - due_at).total_seconds())
            rows = rows[len(due) :]

    async def prune(self) -> None:
        """Drop what fired long ago."""
        await self._patiently(_PRUNE, (KEPT_DAYS,))

    async def _patiently(self, statement: Any, values: tuple[object, ...]) -> list[Any]:  # noqa: ANN401 - constants above
        return await postgres.patiently(
            lambda: postgres.fetch_all(self._pool, statement, values), self._readiness, "postgres"
        )


def _outgoing(command: bytes, at: datetime) -> Outgoing:
    """Date the command by the moment of firing: time is data, and never before it was due."""
    envelope = msgspec.structs.replace(codec.decode(command), time=at)
    topic = catalog.ENTRIES[envelope.type][1]
    key = envelope.partitionkey.encode()
    return Outgoing(topic, key, codec.encode(envelope), codec.headers(envelope))
