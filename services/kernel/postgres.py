"""The way to Postgres: nobody waits for ever, and one judgement says which errors need patience."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString, TypeVar

import orjson
import psycopg
from psycopg import errors
from psycopg.abc import PQGen
from psycopg.types.json import set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from services.kernel import telemetry
from services.kernel.readiness import Readiness

# A page of a list carries hundreds of small jsonb values; the standard library's reader costs more
# than PostgreSQL does.
set_json_loads(orjson.loads)

ResultT = TypeVar("ResultT")
RowT = TypeVar("RowT")
Connection = psycopg.AsyncConnection[tuple[Any, ...]]
Pool = AsyncConnectionPool[Connection]
Row = tuple[Any, ...]
Values = Sequence[Any] | Mapping[str, Any]
#: How often psycopg looks up while it waits; its own default.
_LOOK_SECONDS = 0.1

#: Backoff of a retry in place; the longest wait is 2 s (streaming.md §7).
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.05, 2.0
_POOL_TIMEOUT_SECONDS = 10.0
#: The server ends a statement after this.
STATEMENT_SECONDS = 15
#: Whoever has no answer by then hears nobody: the server is well, and something between is silent.
#: With the time that giving up takes it is less than the watchdog's patience.
ANSWER_SECONDS = STATEMENT_SECONDS + 2.0
#: TCP notices a peer that is gone; of a middleman that stays and passes nothing on it sees nothing.
_OPTIONS: dict[str, Any] = {
    "autocommit": True,
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_SESSION = "-c idle_in_transaction_session_timeout=10000 -c timezone=UTC -c jit=off"


class Answered(psycopg.AsyncConnection[RowT]):
    """A connection that is given up, with a TimeoutError, where an answer does not come in time."""

    async def wait(
        self,
        gen: PQGen[ResultT],
        interval: float = _LOOK_SECONDS,
        timeout: float | None = None,  # noqa: ASYNC109 - psycopg's signature
    ) -> ResultT:
        """Wait for the server as psycopg does, and not for ever."""
        async with asyncio.timeout(ANSWER_SECONDS):
            return await super().wait(gen, interval, timeout)


def make_pool(dsn: str, name: str, size: int, *, smallest: int = 1, patient: bool = False) -> Pool:
    """Make a closed pool of autocommit connections; open it inside the running loop.

    patient: for an operator's long statements, which nobody else waits for.
    """
    return AsyncConnectionPool(
        dsn,
        name=name,
        min_size=min(smallest, size),
        max_size=size,
        open=False,
        timeout=_POOL_TIMEOUT_SECONDS,
        reconnect_timeout=LONGEST_WAIT_SECONDS,
        connection_class=psycopg.AsyncConnection if patient else Answered,
        kwargs=_settings(name, 0 if patient else STATEMENT_SECONDS),
    )


async def connect(dsn: str, name: str) -> Connection:
    """Open one connection beside the pool, for whoever listens."""
    return await Answered[Row].connect(dsn, **_settings(name, STATEMENT_SECONDS))


def _settings(name: str, statement_seconds: int) -> dict[str, Any]:
    limit = f"-c statement_timeout={statement_seconds * 1000}"
    return {**_OPTIONS, "options": f"{_SESSION} {limit}", "application_name": f"tandem-{name}"}


def is_transient(error: BaseException) -> bool:
    """Tell an error that patience cures from one that the data or the code causes."""
    if isinstance(error, errors.IdleInTransactionSessionTimeout):
        return True  # the server names it an InternalError
    if isinstance(error, psycopg.OperationalError):
        return not (error.sqlstate or "").startswith("54")  # 54: the data passes a limit
    return isinstance(
        error, psycopg.InterfaceError | PoolTimeout | PoolClosed | TooManyRequests | TimeoutError
    )


async def patiently(
    work: Callable[[], Awaitable[ResultT]], readiness: Readiness, what: str
) -> ResultT:
    """Do it again until the outside is back: backoff to 2 s, readiness false meanwhile."""
    wait = FIRST_WAIT_SECONDS
    while True:
        try:
            result = await work()
        except Exception as error:
            if not is_transient(error):
                raise
            readiness.lost(what, error)
            telemetry.RETRIES.labels(what).inc()
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)
        else:
            readiness.back(what)
            return result


async def now(pool: Pool) -> datetime:
    """Read Postgres's clock: the clock."""
    row = await fetch_one(pool, "SELECT clock_timestamp()")
    found: datetime = row[0]
    return found


async def fetch_one(pool: Pool, statement: LiteralString, values: Values = ()) -> Row:
    """Run a statement that gives exactly one row."""
    async with pool.connection() as connection:
        cursor = await connection.execute(statement, values)
        row: Row | None = await cursor.fetchone()
    if row is None:
        raise LookupError(f"no row: {statement[:80]}")
    return row


async def fetch_all(pool: Pool, statement: LiteralString, values: Values = ()) -> list[Row]:
    """Run one statement and give all its rows; the statement bounds them."""
    async with pool.connection() as connection:
        cursor = await connection.execute(statement, values)
        return await cursor.fetchall() if cursor.description else []


async def execute(pool: Pool, statement: LiteralString, values: Values = ()) -> int:
    """Run one statement and give the number of rows that it changed."""
    async with pool.connection() as connection:
        cursor = await connection.execute(statement, values)
        changed: int = cursor.rowcount
        return changed
