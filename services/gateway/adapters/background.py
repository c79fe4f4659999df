"""Runs one job in a thread with a loop of its own, and says every second how far it is."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from services.gateway.adapters.jobs import Jobs
from services.gateway.domain.views import Json
from services.kernel import postgres
from services.kernel.readiness import Readiness

HEAR_SECONDS = 1.0
ResultT = TypeVar("ResultT")


class Stopped(Exception):
    """An operator has cancelled it, or the process ends."""


@dataclass
class Work:
    """One job, shared by its thread, which counts, and the loop, which tells."""

    id: str
    schema: str
    done: int = 0
    total: int = 0
    stop: bool = False

    def progress(self, done: int, total: int) -> None:
        """Count, called from the thread; the way out of it is here."""
        self.done, self.total = done, total
        if self.stop:
            raise Stopped


class Background:
    """Does jobs one at a time while the gateway serves."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    async def do(self, work: Work, build: Callable[[], Awaitable[ResultT]]) -> ResultT:
        """Give what came of it; Stopped where it was cancelled."""
        thread = asyncio.create_task(asyncio.to_thread(_in_thread, build))
        try:
            while not thread.done():
                await asyncio.wait({thread}, timeout=HEAR_SECONDS)
                work.stop = not await _patiently(partial(self._hear, work))
        finally:
            work.stop = True
        return thread.result()

    async def end(self, work: Work, state: str, result: Json) -> None:
        end = partial(self._jobs.end, work.id, state, work.done, work.total, result)
        await _patiently(end)

    async def _hear(self, work: Work) -> bool:
        return await self._jobs.hear(work.id, work.done, work.total)


async def _patiently(work: Callable[[], Awaitable[ResultT]]) -> ResultT:
    """Wait while Postgres is away: nobody's readiness hangs on a job."""
    return await postgres.patiently(work, Readiness(), "postgres")


def _in_thread(build: Callable[[], Awaitable[ResultT]]) -> ResultT:
    return asyncio.run(_awaited(build))


async def _awaited(build: Callable[[], Awaitable[ResultT]]) -> ResultT:
    return await build()
