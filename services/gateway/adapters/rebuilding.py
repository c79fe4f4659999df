"""Builds read models again while the gateway serves: in a thread with a loop of its own.

What is served goes on beside it; a process that stops leaves a set that was never finished, which
can be discarded, and the next one begins anew.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from hashlib import sha256
from typing import Any

import psycopg
import structlog

from services.gateway.adapters import read_models
from services.gateway.adapters.background import Background, Stopped, Work
from services.gateway.adapters.database import SNAPSHOT, Database
from services.gateway.adapters.jobs import Jobs
from services.gateway.adapters.rebuild import Progress, Replayed
from services.gateway.adapters.schema import enter, hashes
from services.gateway.domain.scope import EVERYTHING
from services.gateway.domain.views import Json
from services.gateway.ports.work import NoSuchModel, NotThere
from services.kernel import postgres
from services.kernel.kafka.tails import LogError
from services.kernel.runtime import TopicPartition

Build = Callable[[str, Progress], Awaitable[Replayed]]
#: Both are followed live, so a moment comes in which they stand at one place.
_COMPARE_TRIES, _COMPARE_PAUSE = 20, 0.5
_MOST_WAITING = 1
#: What may go wrong with a job without anything being wrong with us.
FAILURES = (psycopg.Error, LogError, LookupError, OSError, RuntimeError)
#: Only what serves hears answers; nothing that is compared comes of them.
_UNCOMPARED = "answers"
_MODELS = "SELECT schema, state, made_at FROM gateway.read_model ORDER BY made_at DESC, schema DESC"
_ENDS = "SELECT topic, partition, next_offset FROM operator.watermark"

_log = structlog.get_logger()
Positions = Mapping[TopicPartition, int]


class Rebuilding:
    """Keeps the port's promises; `run` does what `rebuild` has begun."""

    def __init__(self, pool: postgres.Pool, dsn: str, jobs: Jobs, build: Build) -> None:
        self._pool, self._dsn = pool, dsn
        self._jobs, self._build = jobs, build
        self._database = Database(pool)
        self._background = Background(jobs)
        self._waiting: asyncio.Queue[Work] = asyncio.Queue(_MOST_WAITING)

    async def run(self) -> None:
        """Build what is begun here, one after the other, for ever."""
        while True:
            await self._do(await self._waiting.get())

    async def rebuild(self, by: str) -> str:
        schema = await read_models.make_next(self._pool)
        try:
            id_ = await self._jobs.begin("rebuild", schema, by, {})
        except Exception:
            await read_models.discard(self._pool, schema)
            raise
        self._waiting.put_nowait(Work(id_, schema))
        return schema

    async def cancel(self, schema: str) -> bool:
        latest = (one for one in await self._jobs.latest("rebuild") if one["about"] == schema)
        found = next(latest, None)
        return found is not None and await self._jobs.cancel(found["id"])

    async def _do(self, work: Work) -> None:
        try:
            found = await self._background.do(
                work, partial(self._build, work.schema, work.progress)
            )
        except Stopped:
            await self._background.end(work, "cancelled", {})
            with suppress(NoSuchModel, NotThere, psycopg.OperationalError):
                await self.discard(work.schema)
        except FAILURES as error:
            _log.warning("rebuild-failed", error=type(error).__name__)
            await self._background.end(work, "failed", {"error": type(error).__name__})
        else:
            work.done = work.total
            await self._background.end(work, "done", {"tables": tables_of(found.hashes)})

    async def models(self) -> list[Json]:
        jobs = await self._jobs.latest("rebuild")
        async with self._database.knowing() as rows:
            models = await (await rows.execute(_MODELS)).fetchall()
            ends = _positions(await (await rows.execute(_ENDS)).fetchall())
        shown = []
        for model in models:
            job = next((one for one in jobs if one["about"] == model["schema"]), None)
            async with self._pool.connection() as plain, plain.transaction():
                with suppress(psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
                    there = await read_models.positions(plain, model["schema"])
                    shown.append(_model(model, there, ends, job))
        serving = next((one for one in shown if one["state"] == "serving"), None)
        compared = next((one for one in jobs if one["result"].get("tables")), None)
        if serving is not None and compared is not None:
            serving["hash"] = _whole(compared["result"]["tables"], "serving_hash")
        return shown

    async def compare(self, schema: str) -> Json:
        known = {one.schema: one.state for one in await read_models.every(self._pool)}
        serving = next(name for name, state in known.items() if state == "serving")
        if schema == serving or schema not in known:
            raise NoSuchModel(schema)
        async with postgres.make_pool(self._dsn, "gateway-compare", 1, patient=True) as pool:
            for _ in range(_COMPARE_TRIES):
                found = await _compared(pool, serving, schema)
                if found is not None:
                    tables = tables_of(found)
                    await self._jobs.note("rebuild", schema, {"tables": tables})
                    return {"schema": schema, "tables": tables, "equal": _equal(tables)}
                await asyncio.sleep(_COMPARE_PAUSE)
        raise NotThere

    async def switch(self, schema: str, *, anyway: bool) -> None:
        if anyway:
            await self._let_stand_ready(schema)
        try:
            await read_models.switch(self._pool, schema)
        except read_models.NothingToSwitchTo as error:
            raise NoSuchModel(schema) from error
        except read_models.FarBehind as error:
            raise NotThere from error

    async def _let_stand_ready(self, schema: str) -> None:
        """Only what was built whole: one that a process left half-way is never let serve."""
        jobs = await self._jobs.latest("rebuild")
        if any(one["about"] == schema and one["state"] == "done" for one in jobs):
            await read_models.note(self._pool, schema, "ready")

    async def discard(self, schema: str) -> None:
        known = {one.schema: one.state for one in await read_models.every(self._pool)}
        if known.get(schema, "serving") == "serving":
            raise NoSuchModel(schema)
        try:
            await read_models.discard(self._pool, schema)
        except read_models.StillInUse as error:
            raise NotThere from error


async def _compared(
    pool: postgres.Pool, serving: str, schema: str
) -> Mapping[str, tuple[str, str]] | None:
    """Hash both in one snapshot; None while they stand at different places."""
    async with pool.connection() as plain, plain.transaction():
        await plain.execute(SNAPSHOT)
        there = _shared(await read_models.positions(plain, serving))
        if there != _shared(await read_models.positions(plain, schema)):
            return None
        await enter(plain, EVERYTHING, schema)
        ours, theirs = await hashes(plain, schema), await hashes(plain, serving)
    return {name: (theirs[name], ours[name]) for name in sorted(ours)}


def _shared(positions: Positions) -> dict[TopicPartition, int]:
    return {at: offset for at, offset in positions.items() if at.topic != _UNCOMPARED}


def _positions(rows: list[dict[str, Any]]) -> dict[TopicPartition, int]:
    return {TopicPartition(one["topic"], one["partition"]): one["next_offset"] for one in rows}


def tables_of(found: Mapping[str, tuple[str, str]]) -> list[Json]:
    """Spell `count:hash` of both sides, table by table."""
    return [
        {
            "name": name,
            "serving_rows": int(theirs.partition(":")[0] or 0),
            "rows": int(ours.partition(":")[0] or 0),
            "serving_hash": theirs.partition(":")[2],
            "hash": ours.partition(":")[2],
            "equal": theirs == ours,
        }
        for name, (theirs, ours) in found.items()
    ]


def _equal(tables: list[Json]) -> bool:
    return all(one["equal"] for one in tables)


def _whole(tables: list[Json], column: str) -> str:
    """Give one hash for all tables."""
    return sha256("\n".join(one[column] for one in tables).encode()).hexdigest()


def _model(model: Json, there: Positions, ends: Positions, job: Mapping[str, Any] | None) -> Json:
    tables = [] if job is None else job["result"].get("tables", [])
    return {
        "name": model["schema"],
        "version": int(model["schema"].rpartition("_v")[2]),
        "state": model["state"],
        "made_at": model["made_at"],
        "checkpoint": sum(there.values()),
        "lag": sum(max(0, ends[at] - offset) for at, offset in there.items() if at in ends),
        "hash": _whole(tables, "hash") if tables else None,
        "tables": tables,
        "equal": _equal(tables) if tables else None,
        "rebuild": None if job is None else _job(job),
    }


def _job(job: Mapping[str, Any]) -> Json:
    pace = job["done"] / job["seconds"] if job["seconds"] else None
    running = job["state"] == "running"
    left = (job["total"] - job["done"]) / pace if running and pace else None
    return {
        "state": job["state"],
        "done": job["done"],
        "total": job["total"],
        "started_at": job["started_at"],
        "facts_per_second": None if pace is None else round(pace),
        "seconds_left": None if left is None else round(left),
        "error": job["result"].get("error"),
    }
