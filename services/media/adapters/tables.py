"""Media's two tables beside the kernel's: uploads on their way, and when objects were written.

Neither is the truth about a message: uploads are forgotten after days, and without a row an object
counts as written long ago. So they are made where they are missing, and may be dropped.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from services.kernel import postgres
from services.kernel.postgres import Pool
from services.kernel.readiness import Readiness
from services.media.ports import StoreAway

ResultT = TypeVar("ResultT")

_MAKE = """
CREATE TABLE IF NOT EXISTS upload (
  id text PRIMARY KEY, tenant text NOT NULL, owner text NOT NULL, name text NOT NULL,
  size bigint NOT NULL, received bigint NOT NULL DEFAULT 0, chunks text[] NOT NULL DEFAULT '{}',
  key text, file json, expires_at timestamptz NOT NULL)"""
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS upload_owner ON upload (tenant, owner)",
    "CREATE INDEX IF NOT EXISTS upload_expires ON upload (expires_at)",
)
_SHELF = """
CREATE TABLE IF NOT EXISTS shelf (
  key text PRIMARY KEY, written_at timestamptz NOT NULL, removing boolean NOT NULL)"""


async def make(pool: Pool, readiness: Readiness) -> None:
    """Make what is missing; waits for the database."""
    for statement in (_MAKE, *_INDEXES, _SHELF):
        await postgres.patiently(
            lambda text=statement: postgres.execute(pool, text),  # type: ignore[misc]  # mypy cannot infer a default's type in a lambda
            readiness,
            "postgres",
        )


async def now_or_away(work: Callable[[], Awaitable[ResultT]]) -> ResultT:
    """Do it, or say StoreAway where the database is: somebody waits for an answer."""
    try:
        return await work()
    except Exception as error:
        if postgres.is_transient(error):
            raise StoreAway("postgres") from error
        raise
