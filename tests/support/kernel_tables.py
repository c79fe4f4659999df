"""The kernel's statements, asked of a pool: PostgreSQL's, or the simulator's tables in memory."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from services.kernel import deadletters, effects, ids, outbox, positions, postgres, timers
from services.kernel.clock import Clock
from services.kernel.deciding import Dead, EffectRow, Knowledge, Misses, Outgoing, Plan, TimerRow
from services.kernel.handling import Addressed, Effect, Timer
from services.kernel.memory import Kept, Memory, Wanted
from services.kernel.positions import Claim, Position
from services.kernel.postgres import Pool
from services.kernel.runtime import Record, TopicPartition
from services.kernel.statement import Advance, build
from tests.simulation import statements
from tests.simulation.store import Schema
from tests.support.claims import Claims, NoteCall

#: Not a real service, whose role a running system of this session may use.
SERVICE = "kernelstables"
AT, OTHER = TopicPartition("claims-commands", 0), TopicPartition("other-events", 0)
ANA = Claim(SERVICE, "slot-0", 1, 10)
PAST, FUTURE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2199, 1, 1, tzinfo=UTC)
#: Any struct: the tables keep bytes.
_DATA = NoteCall("q", "a")
TABLES = (
    "stream_position, stream, part, command_result, outbox, timer, effect, lane, parked_key,"
    " dead_letter"
)


@dataclass
class MemoryPool:
    """The simulated tables behind psycopg's face, at once and without faults."""

    schema: Schema = field(default_factory=lambda: Schema(Clock().now))

    def connection(self) -> Self:
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Have nothing to give back."""

    @property
    def info(self) -> Any:  # noqa: ANN401 - psycopg's ConnectionInfo
        return type("Info", (), {"backend_pid": 1})

    async def execute(self, text: str | bytes, values: Any = (), **_: object) -> Any:  # noqa: ANN401 - psycopg's signature
        spelled = text.decode() if isinstance(text, bytes) else text
        return _Cursor(statements.run(self.schema, spelled, values))


class _Cursor:
    def __init__(self, done: statements.Done) -> None:
        self._rows = done.rows
        self.rowcount = done.changed or len(done.rows)
        self.description = True

    async def fetchone(self) -> Any:  # noqa: ANN401 - columns are of any type
        return self._rows[0] if self._rows else None

    async def fetchall(self) -> list[Any]:
        return self._rows


async def owned(pool: Pool, claim: Claim = ANA) -> Position:
    await positions.begin(pool, SERVICE, {AT: 5, OTHER: 0})
    return (await positions.take(pool, claim, [AT, OTHER]))[AT]


async def commit(
    pool: Pool,
    plan: Plan,
    first: int,
    epoch: int,
    **more: Any,  # noqa: ANN401 - of Advance and build
) -> tuple[int, int | None]:
    advance = Advance(SERVICE, more.get("at", AT), epoch, first, more.get("following", first + 1))
    text, values = build(advance, plan, more.get("published", ()), more.get("release"))
    async with pool.connection() as connection:
        cursor = await connection.execute(text.encode(), values)
        row: Any = await cursor.fetchone()
    return row[0], row[1]


async def load(pool: Pool, **wanted: Any) -> tuple[Knowledge, set[bytes]]:  # noqa: ANN401 - of Misses and Wanted
    known = Knowledge()
    misses = Misses(parts=wanted.get("parts", set()), sequences=wanted.get("sequences", set()))
    ask = Wanted(misses=misses, ids=wanted.get("ids", set()), keys=wanted.get("keys", set()))
    parked = await Memory(pool, SERVICE, Claims()).load(ask, Kept(), known)
    return known, parked


def id_of(name: str) -> str:
    return ids.derive(name)


def outgoing(name: str) -> Outgoing:
    return Outgoing("claims-events", b"k", name.encode(), [("id", b"1")])


def timer(name: str, due_at: datetime) -> TimerRow:
    command = Addressed(subject="s", partitionkey="s", tenant="t", data=_DATA)
    ring = Timer(kind="ring", version=name, due_at=due_at, command=command)
    return TimerRow(id_of(name), ring, name.encode())


def effect(name: str, order: str, due_at: datetime = PAST, **more: Any) -> EffectRow:  # noqa: ANN401 - of Effect
    call = Effect(kind="call", order_key=order, payload=_DATA, due_at=due_at, **more)
    return EffectRow(id_of(name), call, name.encode(), '{"correlation":"c","causation":"d"}')


def dead(offset: int, key: bytes = b"k", reason: str = deadletters.BUG) -> Dead:
    record = Record(AT.topic, AT.partition, offset, key, b"v", [("h", b"1")], 7)
    return Dead(record, reason, "Error: x", "")


class TimerRows:
    """The pump's statements, without its publisher."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def lease(self, seconds: float = 60, most: int = 9) -> list[bytes]:
        rows = await postgres.fetch_all(self._pool, timers._LEASE, (seconds, 0, most))
        assert all(at >= due_at for _, due_at, _, at in rows)
        return [command for _, _, command, _ in sorted(rows, key=lambda row: row[1])]

    async def fire(self, *names: str) -> None:
        await postgres.execute(self._pool, timers._FIRED, ([id_of(name) for name in names],))


class EffectRows:
    """The pump's statements, without its performers."""

    def __init__(self, pool: Pool, owner: str = "slot-0", born: int = 1) -> None:
        self._pool = pool
        self._values: dict[str, object] = {
            "owner": owner,
            "born": born,
            "lease": 60,
            "kinds": ["call"],
            "ahead": effects.AHEAD_SECONDS,
            "most": 9,
        }

    async def take(self, **values: object) -> list[bytes]:
        return await self._payloads(effects._TAKE, **values)

    async def adopt(self, **values: object) -> list[bytes]:
        return await self._payloads(effects._ADOPT, **values)

    async def rows(self, statement: Any, **values: object) -> list[Any]:  # noqa: ANN401 - the pump's constants
        return await postgres.fetch_all(self._pool, statement, {**self._values, **values})

    async def _payloads(self, statement: Any, **values: object) -> list[bytes]:  # noqa: ANN401 - as above
        return sorted(row[3] for row in await self.rows(statement, **values))


async def pending(pool: Pool, at: TopicPartition = AT) -> list[bytes]:
    values = {"consumer": SERVICE, "topics": [at.topic], "partitions": [at.partition], "limit": 9}
    rows = await postgres.fetch_all(pool, outbox._PENDING, values)
    return [payload for _, payload in rows]


async def with_effects(pool: Pool, *made: EffectRow) -> EffectRows:
    own = await owned(pool)
    await commit(pool, Plan(effects=list(made)), 5, own.epoch)
    return EffectRows(pool)
