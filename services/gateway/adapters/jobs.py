"""Keeps what operators let run: any replica shows how far it is, and one runs it.

A job is heard of every second; one that is not heard of any more has gone with its process.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from services.gateway.adapters.database import Database, Rows
from services.gateway.domain.views import Json
from services.gateway.ports.work import Busy, JobKind
from services.kernel import ids

#: Silent for longer, its process is gone.
HEARD_SECONDS = 15
MOST_JOBS = 50
#: In the result of one that was cancelled, once its worker has let go of it.
STOPPED = "stopped"
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('operator.job'))"
_RUNNING = f"""
SELECT 1 FROM operator.job WHERE kind = %s AND state = 'running'
  AND heard_at > clock_timestamp() - interval '{HEARD_SECONDS} seconds'
"""  # noqa: S608 - a constant of this file
_BEGIN = """
INSERT INTO operator.job (id, kind, about, started_by, state, asked, total, done)
VALUES (%s, %s, %s, %s, 'running', %s::jsonb, %s, %s)
"""
_HEAR = """
UPDATE operator.job SET done = %s, total = %s, heard_at = clock_timestamp()
WHERE id = %s AND state = 'running' RETURNING id
"""
_END = """
UPDATE operator.job SET state = %s, done = %s, total = %s, result = result || %s::jsonb,
  heard_at = clock_timestamp() WHERE id = %s AND state IN ('running', 'cancelled')
"""
_CANCEL = """
UPDATE operator.job SET state = 'cancelled' WHERE id = %s AND state = 'running' RETURNING id
"""
_RESUME = f"""
UPDATE operator.job SET state = 'running', heard_at = clock_timestamp(),
  started_at = clock_timestamp(), result = result - '{STOPPED}'
WHERE id = %s AND (state = 'failed' OR state = 'cancelled' AND result ? '{STOPPED}'
  OR state IN ('running', 'cancelled')
    AND heard_at < clock_timestamp() - interval '{HEARD_SECONDS} seconds')
RETURNING id
"""  # noqa: S608 - a constant of this file
_NOTE = """
UPDATE operator.job SET result = result || %s::jsonb
WHERE id = (SELECT id FROM operator.job WHERE kind = %s AND about = %s
  ORDER BY started_at DESC LIMIT 1)
"""
_LATEST = f"""
SELECT j.id, j.kind, j.about, j.started_by, j.done, j.total, j.asked, j.result, j.started_at,
  j.heard_at, extract(epoch FROM j.heard_at - j.started_at)::float8 AS seconds,
  CASE WHEN j.state = 'running'
    AND j.heard_at < clock_timestamp() - interval '{HEARD_SECONDS} seconds'
    THEN 'lost' ELSE j.state END AS state
FROM operator.job j WHERE j.kind = %s AND (%s::text IS NULL OR j.id = %s)
ORDER BY j.started_at DESC LIMIT {MOST_JOBS}
"""  # noqa: S608 - constants of this file


class Jobs:
    """The table of jobs, seen with an operator's eyes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(
        self, kind: JobKind, about: str, by: str, asked: Json, *, total: int = 0, done: int = 0
    ) -> str:
        """Begin one, unless one of its kind runs: Busy."""
        id_ = ids.new()
        async with self._database.knowing() as rows:
            await rows.execute(_LOCK)
            if await (await rows.execute(_RUNNING, (kind,))).fetchone() is not None:
                raise Busy
            values = (id_, kind, about, by, orjson.dumps(asked).decode(), total, done)
            await rows.execute(_BEGIN, values)
        return id_

    async def hear(self, id_: str, done: int, total: int) -> bool:
        """Say that it runs; False where it was cancelled meanwhile."""
        async with self._database.knowing() as rows:
            cursor = await rows.execute(_HEAR, (done, total, id_))
            return await cursor.fetchone() is not None

    async def end(self, id_: str, state: str, done: int, total: int, result: Json) -> None:
        said = orjson.dumps(result).decode()
        async with self._database.knowing() as rows:
            await rows.execute(_END, (state, done, total, said, id_))

    async def cancel(self, id_: str) -> bool:
        async with self._database.knowing() as rows:
            return await (await rows.execute(_CANCEL, (id_,))).fetchone() is not None

    async def resume(self, kind: JobKind, id_: str) -> bool:
        """Let one run again whose worker has ended, unless another of its kind runs: Busy."""
        async with self._database.knowing() as rows:
            await rows.execute(_LOCK)
            if await (await rows.execute(_RUNNING, (kind,))).fetchone() is not None:
                raise Busy
            return await (await rows.execute(_RESUME, (id_,))).fetchone() is not None

    async def note(self, kind: JobKind, about: str, result: Json) -> None:
        """Add to what the latest job about this has found."""
        async with self._database.knowing() as rows:
            await rows.execute(_NOTE, (orjson.dumps(result).decode(), kind, about))

    async def latest(self, kind: JobKind, id_: str | None = None) -> list[Mapping[str, Any]]:
        async with self._database.knowing() as rows:
            return await self._latest(rows, kind, id_)

    async def _latest(self, rows: Rows, kind: JobKind, id_: str | None) -> list[Mapping[str, Any]]:
        found = await (await rows.execute(_LATEST, (kind, id_, id_))).fetchall()
        return list(found)
