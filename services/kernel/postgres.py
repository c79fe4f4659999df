"""The way to Postgres: a pool per service, and one judgement of which errors only need patience."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString, TypeVar

import orjson
import psycopg
from psycopg import errors
from psycopg.types.json import set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from services.kernel import telemetry
from services.kernel.readiness import Readiness

# A page of a list carries hundreds of small jsonb values; the standard library's reader costs more
# than PostgreSQL does.
set_json_loads(orjson.loads)

ResultT = TypeVar("ResultT")
Connection = psycopg.AsyncConnection[tuple[Any, ...]]
Pool = AsyncConnectionPool[Connection]
Row = tuple[Any, ...]
Values = Sequence[Any] | Mapping[str, Any]

#: Backoff of a retry in place; the longest wait is 2 s (streaming.md §7).
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.05, 2.0
_POOL_TIMEOUT_SECONDS = 10.0
_OPTIONS = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "options": "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=10000"
    " -c timezone=UTC -c jit=off",
}


def make_pool(dsn: str, name: str, size: int, *, smallest: int = 1) -> Pool:
    """Make a closed pool of autocommit connections; open it inside the running loop."""
    return AsyncConnectionPool(
        dsn,
        name=name,
        min_size=min(smallest, size),
        max_size=size,
        open=False,
        timeout=_POOL_TIMEOUT_SECONDS,
        reconnect_timeout=LONGEST_WAIT_SECONDS,
        kwargs={**_OPTIONS, "autocommit": True, "application_name": f"tandem-{name}"},
    )


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
