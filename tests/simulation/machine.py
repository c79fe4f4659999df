"""Processes of the simulation: born, frozen, thawed, killed; a dead one touches nothing more."""

import asyncio
import contextvars
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from services.kernel.crash import POINTS, SPOOL_POINTS
from tests.simulation.fate import Fate

#: Every place where a process may die (services/kernel/crash.py).
EVERY_POINT = (*POINTS, *SPOOL_POINTS)
CURRENT: contextvars.ContextVar["Process | None"] = contextvars.ContextVar("process", default=None)


class Died(BaseException):
    """The process is gone: nothing that it was doing goes on. Nobody catches it."""


class Process:
    """One operating-system process of a service."""

    def __init__(self, name: str, ended: Callable[["Process", BaseException | None], None]) -> None:
        self.name = name
        self.alive = True
        #: Seconds by which its machine's wall clock is wrong.
        self.clock_error = 0.0
        #: Loop time of the last thaw; whoever was frozen may have looked long ago.
        self.thawed_at = -1.0
        self._ended = ended
        self._running = asyncio.Event()
        self._running.set()
        #: In the order in which they were made: a set's order would be chance's.
        self._every: dict[asyncio.Task[Any], None] = {}
        self._context = contextvars.copy_context()
        self._context.run(CURRENT.set, self)

    @property
    def frozen(self) -> bool:
        return not self._running.is_set()

    def start(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Run this in the process; its end, if it is an error, is the end of the process."""
        task = asyncio.get_running_loop().create_task(work, context=self._context)
        task.add_done_callback(self._done)
        return task

    async def passes(self) -> None:
        """Stand here while the process is frozen; every way to the outside begins and ends so."""
        while self.alive and self.frozen:
            await self._running.wait()
        if not self.alive:
            raise Died

    def freeze(self) -> None:
        """Stop it as SIGSTOP does: what it has sent is on its way, it learns of nothing."""
        self._running.clear()

    def thaw(self) -> None:
        if self.frozen:
            self.thawed_at = asyncio.get_running_loop().time()
            self._running.set()

    def kill(self, why: BaseException | None = None) -> None:
        """End it as kill -9 does."""
        if not self.alive:
            return
        self.alive = False
        self._running.set()
        for task in tuple(self._every):
            task.cancel()
        self._ended(self, why)

    def adopt(self, task: asyncio.Task[Any]) -> None:
        """Count a task as the process's own, whoever of its code has made it."""
        self._every[task] = None
        task.add_done_callback(lambda done: self._every.pop(done, None))

    def _done(self, task: asyncio.Task[Any]) -> None:
        if task.cancelled() or not self.alive:
            return
        error = task.exception()
        if error is not None:
            self.kill(error)


def current() -> Process | None:
    """Tell whose code runs now; None for the world's own."""
    return CURRENT.get()


def make_task(
    loop: asyncio.AbstractEventLoop,
    work: Coroutine[Any, Any, Any],
    context: contextvars.Context | None = None,
) -> "asyncio.Task[Any]":
    """Make every task of the simulation: it dies with the process in which it was made."""
    task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, context=context)
    process = CURRENT.get() if context is None else context.get(CURRENT)
    if process is not None:
        process.adopt(task)
    return task


async def passes() -> None:
    """Stand where the current process stands."""
    process = CURRENT.get()
    if process is not None:
        await process.passes()


class Trap:
    """Waits at one crash point for whoever comes by, and ends or freezes it there."""

    def __init__(self, point: str, after: int, *, freezes: bool) -> None:
        self.point = point
        self.left = after
        self.freezes = freezes


class Traps:
    """Told of every crash point that is passed; keeps which were hit, by point and service."""

    def __init__(self, fate: Fate, freeze: Callable[[Process], None]) -> None:
        self._fate = fate
        self._freeze = freeze
        self._set: list[Trap] = []
        self.passed: Counter[str] = Counter()
        self.crashed: Counter[str] = Counter()
        self.where: Counter[tuple[str, str]] = Counter()

    def set_one(self) -> None:
        """Lay a trap at the point where fewest have died yet; a rare point is not forgotten."""
        least = min(self.crashed[point] for point in EVERY_POINT)
        rarest = [point for point in EVERY_POINT if self.crashed[point] == least]
        open_ = {trap.point for trap in self._set}
        points = [point for point in rarest if point not in open_] or list(EVERY_POINT)
        freezes = self._fate.happens(0.3)
        self._set.append(Trap(self._fate.choose(points), self._fate.whole(1, 6), freezes=freezes))

    def clear(self) -> None:
        self._set.clear()

    def reached(self, name: str) -> None:
        """Judge one passing; the kernel's own `point` calls this."""
        process = CURRENT.get()
        if process is None:
            return
        if not process.alive:
            raise Died
        self.passed[name] += 1
        for trap in self._set:
            if trap.point == name:
                trap.left -= 1
                if trap.left <= 0:
                    self._set.remove(trap)
                    self._spring(trap, process)
                return

    def _spring(self, trap: Trap, process: Process) -> None:
        if trap.freezes:
            self._freeze(process)
            return
        self.crashed[trap.point] += 1
        self.where[process.name.partition("-")[0], trap.point] += 1
        process.kill()
        raise Died


def merged(counters: Iterable[Counter[Any]]) -> Counter[Any]:
    """Add up what several runs counted."""
    total: Counter[Any] = Counter()
    for counter in counters:
        total.update(counter)
    return total
