"""M5: how late timers ring while a hundred thousand others wait, and with a kill in between.

The timers are rows of the queue's own table; what they ask is of a queue that is not there, so
nothing follows. Lateness is the broker's time of the command less the moment it was due.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg

from benchmarks.ringing import AHEAD_SECONDS, LIMIT_SECONDS, PENDING, RINGING, SECONDS
from benchmarks.ruler import Spread, spread
from schemas import codec
from schemas.base import ConversationId, QueueId
from schemas.envelope import Envelope
from schemas.queue import LapseClaim
from services.kernel import ids
from services.kernel.kafka.tails import Tail
from services.kernel.readiness import Readiness
from services.queue.handlers import QueueHandlers
from tests.support.stage import Stage
from tests.support.system import Running
from tests.support.waiting import eventually

_TOPIC = "queue-commands"
_NOBODY = QueueId("bench-nobody")
_stage = Stage("queue", QueueHandlers())
_INSERT = """
COPY timer (id, subject, kind, version, due_at, command) FROM STDIN"""


async def measure(system: Running, dsn: str) -> list[str]:
    """Ring once in quiet and once with a kill -9 in the middle; gives both, in words."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        set_pending(connection)
        try:
            quiet = await ring(system, connection, "quiet", kill=False)
            killed = await ring(system, connection, "killed", kill=True)
        finally:
            connection.execute("DELETE FROM timer WHERE subject = %s", (_NOBODY,))
    return [_words(quiet), _words(killed)]


def set_pending(connection: psycopg.Connection) -> None:
    """Let a hundred thousand be due tomorrow."""
    _set(connection, "pending", [_now(connection) + timedelta(days=1)] * PENDING)


def _words(late: Sequence[float]) -> str:
    told: Spread = spread(late)
    return f"{told}; the earliest {min(late) * 1000:+.1f} ms after it was due"


async def ring(
    system: Running, connection: psycopg.Connection, run: str, *, kill: bool
) -> list[float]:
    """Set timers over the next seconds and give how late each was asked, in seconds."""
    async with Tail(system.state["kafka"], [_TOPIC], Readiness()) as tail:
        await tail.start_at_end()
        first = _now(connection) + timedelta(seconds=AHEAD_SECONDS)
        dues = [first + timedelta(seconds=SECONDS * n / RINGING) for n in range(RINGING)]
        named = dict(zip(_set(connection, run, dues), dues, strict=True))
        killing = asyncio.create_task(_kill_halfway(system)) if kill else None
        late: dict[str, float] = {}

        async def all_rung() -> bool:
            for records in (await tail.fetch()).values():
                for record in records:
                    id_ = codec.decode(record.value or b"").id
                    if id_ in named:
                        after = record.timestamp / 1000 - named[id_].timestamp()
                        late.setdefault(id_, after)
            return len(late) == RINGING

        await eventually(all_rung, LIMIT_SECONDS, every=0.05)
        if killing is not None:
            await killing
    return list(late.values())


async def _kill_halfway(system: Running) -> None:
    await asyncio.sleep(AHEAD_SECONDS + SECONDS / 2)
    await asyncio.to_thread(system.kill, "queue")


def _set(connection: psycopg.Connection, run: str, dues: Sequence[datetime]) -> list[str]:
    """Write a timer for each moment; gives the ids of their commands."""
    commands = [_command(run, number, due) for number, due in enumerate(dues)]
    with connection.cursor() as cursor, cursor.copy(_INSERT) as copy:
        for command, due in zip(commands, dues, strict=True):
            id_ = ids.derive("bench-timer", command.id)
            copy.write_row((id_, _NOBODY, "lapse", "1", due, codec.encode(command)))
    return [command.id for command in commands]


def _command(run: str, number: int, due: datetime) -> Envelope[Any]:
    chat = ConversationId(ids.derive("bench-chat", str(number)))
    data = LapseClaim(queue_id=_NOBODY, conversation_id=chat, epoch=1)
    id_ = ids.derive("bench", run, str(number), due.isoformat())
    return _stage.wrap(data, tenant="town", source="queue", id_=id_)


def _now(connection: psycopg.Connection) -> datetime:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    if row is None:
        raise LookupError("the database does not know the time")
    return row[0]  # type: ignore[no-any-return]  # a column of any type
