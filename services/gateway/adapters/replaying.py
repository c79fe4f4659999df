"""Folds a range of the log into a set of projections of its own, and compares it with what serves.

Nothing but tables is written: no command, no effect, no frame. Where it was stopped it goes on, for
its watermark stands in the set that it fills; when it is done the set is dropped, and what was
found stays.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import psycopg
import structlog

from services.gateway.adapters import read_models
from services.gateway.adapters.background import Background, Stopped, Work
from services.gateway.adapters.database import Database
from services.gateway.adapters.jobs import STOPPED, Jobs
from services.gateway.adapters.rebuild import Progress, Replayed
from services.gateway.adapters.rebuilding import FAILURES, tables_of
from services.gateway.domain.rows import TOPICS
from services.gateway.domain.views import Json
from services.gateway.ports.work import Range
from services.kernel.postgres import Pool
from services.kernel.runtime import TopicPartition

Spans = Mapping[TopicPartition, tuple[int, int]]
Fold = Callable[[str, Spans, int, Progress], Awaitable[Replayed]]
_MOST_WAITING = 1
#: A worker hears within a second that it is to stop; who resumes at once waits for it.
_STOP_LOOKS, _STOP_LOOK_SECONDS = 20, 0.25
_RESUMED = ("cancelled", "failed", "lost")
_SPANS = """
SELECT topic, partition, min(log_offset) AS first, max(log_offset) + 1 AS ending, count(*) AS facts
FROM operator.fact WHERE position BETWEEN %s AND %s AND topic = ANY(%s)
GROUP BY topic, partition ORDER BY topic, partition
"""
_log = structlog.get_logger()


class Replaying:
    """Keeps the port's promises; `run` does what `start` and `resume` have begun."""

    def __init__(self, pool: Pool, jobs: Jobs, fold: Fold) -> None:
        self._pool, self._jobs, self._fold = pool, jobs, fold
        self._database = Database(pool)
        self._background = Background(jobs)
        self._waiting: asyncio.Queue[tuple[Work, Range]] = asyncio.Queue(_MOST_WAITING)

    async def run(self) -> None:
        """Do what is begun here, one after the other, for ever."""
        while True:
            await self._do(*await self._waiting.get())

    async def plan(self, wanted: Range) -> Json:
        spans = await self._spans(wanted)
        topics: dict[str, int] = {}
        for one in spans:
            topics[one["topic"]] = topics.get(one["topic"], 0) + one["facts"]
        facts = sum(topics.values())
        return {
            "facts": facts,
            "topics": [{"topic": name, "facts": count} for name, count in topics.items()],
            "seconds": -(-facts // wanted.pace),
            "texts": 0,
            "pushes": 0,
            "calls": 0,
        }

    async def start(self, wanted: Range, by: str) -> str:
        schema = await read_models.make_next(self._pool)
        asked = {"first": wanted.first, "last": wanted.last, "pace": wanted.pace}
        try:
            id_ = await self._jobs.begin("replay", schema, by, asked)
        except Exception:
            await read_models.discard(self._pool, schema)
            raise
        self._waiting.put_nowait((Work(id_, schema), wanted))
        return id_

    async def cancel(self, id_: str) -> bool:
        return await self._jobs.cancel(id_)

    async def resume(self, id_: str) -> bool:
        found = await self._jobs.latest("replay", id_)
        if not found or found[0]["state"] not in _RESUMED or not await self._let_run(id_):
            return False
        work = Work(id_, found[0]["about"], found[0]["done"], found[0]["total"])
        self._waiting.put_nowait((work, Range(**found[0]["asked"])))
        return True

    async def _let_run(self, id_: str) -> bool:
        for _ in range(_STOP_LOOKS):
            if await self._jobs.resume("replay", id_):
                return True
            await asyncio.sleep(_STOP_LOOK_SECONDS)
        return False

    async def replays(self, id_: str | None = None) -> list[Json]:
        return [_shown(one) for one in await self._jobs.latest("replay", id_)]

    async def _do(self, work: Work, wanted: Range) -> None:
        rows = await self._spans(wanted)
        spans = {
            TopicPartition(one["topic"], one["partition"]): (one["first"], one["ending"])
            for one in rows
        }
        before = sum(first for first, _ in spans.values())

        def progress(done: int, total: int) -> None:
            work.progress(done - before, total - before)

        fold = partial(self._fold, work.schema, spans, wanted.pace, progress)
        try:
            found = await self._background.do(work, fold)
        except Stopped:
            await self._background.end(work, "cancelled", {STOPPED: True})
        except FAILURES as error:
            _log.warning("replay-failed", error=type(error).__name__)
            await self._background.end(work, "failed", {"error": type(error).__name__})
        else:
            work.done = work.total
            await self._background.end(work, "done", {"tables": tables_of(found.hashes)})
            with suppress(read_models.StillInUse, psycopg.OperationalError):
                await read_models.discard(self._pool, work.schema)

    async def _spans(self, wanted: Range) -> list[Mapping[str, Any]]:
        async with self._database.knowing() as rows:
            values = (wanted.first, wanted.last, list(TOPICS))
            return list(await (await rows.execute(_SPANS, values)).fetchall())


def _shown(job: Mapping[str, Any]) -> Json:
    return {
        "id": job["id"],
        "state": job["state"],
        "first": job["asked"]["first"],
        "last": job["asked"]["last"],
        "pace": job["asked"]["pace"],
        "done": job["done"],
        "total": job["total"],
        "started_at": job["started_at"],
        "error": job["result"].get("error"),
        "tables": job["result"].get("tables", []),
        "texts": 0,
        "pushes": 0,
        "calls": 0,
    }
