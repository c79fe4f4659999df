"""Due timers become commands: leased, sent, marked; never early, and perhaps twice, never lost.

Three steps, because no transaction may stay open across a wait for Kafka (streaming.md §7). Any
replica may fire any timer: firing only asks, and the decider ignores what no longer applies.
"""

import asyncio
from datetime import datetime
from typing import Any

import msgspec

from schemas import catalog, codec
from services.kernel import postgres, telemetry
from services.kernel.crash import point
from services.kernel.deciding import Outgoing
from services.kernel.outbox import Publisher
from services.kernel.postgres import Pool
from services.kernel.readiness import Readiness

TICK_SECONDS = 0.2
MOST_AT_ONCE = 500
#: A pump that died after leasing gives its timers back after this long.
LEASE_SECONDS = 3
#: Fired timers are kept this long, so that a late repeat is still known.
KEPT_DAYS = 7

_LEASE = """
UPDATE timer SET leased_until = clock_timestamp() + make_interval(secs => %s)
WHERE id IN (SELECT id FROM timer WHERE fired_at IS NULL AND due_at <= clock_timestamp()
    AND (leased_until IS NULL OR leased_until < clock_timestamp())
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
        """Pump for ever; at once again while there is more than one lot."""
        while True:
            if await self.pump() < MOST_AT_ONCE:
                await asyncio.sleep(TICK_SECONDS)

    async def pump(self) -> int:
        """Send one lot of due timers; gives how many."""
        rows = await self._patiently(_LEASE, (LEASE_SECONDS, MOST_AT_ONCE))
        if not rows:
            return 0
        point("timer-leased")
        rows.sort(key=lambda row: row[1])
        await self._publisher.publish([_outgoing(command, at) for _, _, command, at in rows])
        point("timer-sent")
        await self._patiently(_FIRED, ([row[0] for row in rows],))
        for _, due_at, _, at in rows:
            telemetry.TIMER_LATENESS.observe((at - due_at).total_seconds())
        telemetry.TIMERS.inc(len(rows))
        return len(rows)

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
