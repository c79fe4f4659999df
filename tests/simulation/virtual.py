"""Virtual time: an event loop that jumps to the next thing to happen, and never waits for it."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from services.kernel import clock

#: When every simulation begins, by true time.
BEGINNING = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
_RESOLUTION = 1e-6
ResultT = TypeVar("ResultT")


class Stalled(RuntimeError):
    """Nothing is ready, nothing is due: whoever waits, waits for ever."""


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs callbacks in one order, which the program alone decides; executors run in line."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._clock_resolution = _RESOLUTION
        self._selector = self  # BaseEventLoop asks it how long to wait

    def time(self) -> float:
        return self._now

    def select(self, seconds: float | None) -> list[Any]:
        """Stand in for the operating system: nothing comes from outside, time passes."""
        if seconds is None:
            raise Stalled
        self._now += seconds
        return []

    def _process_events(self, event_list: list[Any]) -> None:
        """Do nothing: there are none."""

    def _write_to_self(self) -> None:
        """Do nothing: there is no other thread."""

    def run_in_executor(  # type: ignore[override]  # a future of this loop, as asyncio's own gives
        self,
        executor: Executor | None,
        func: Callable[..., ResultT],
        *args: Any,  # noqa: ANN401 - asyncio's signature
    ) -> "asyncio.Future[ResultT]":
        """Run it now: a thread would bring an order of its own."""
        del executor
        done: asyncio.Future[ResultT] = self.create_future()
        try:
            done.set_result(func(*args))
        except BaseException as error:  # noqa: BLE001 - handed to whoever awaits it, as a thread's is
            done.set_exception(error)
        return done


class MachineTime:
    """Stands in for `time` inside the kernel's clock: monotonic, by the loop."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def monotonic(self) -> float:
        return self._loop.time()


class MachineDate:
    """Stands in for `datetime` inside the kernel's clock: a wall clock that may be wrong."""

    def __init__(self, loop: VirtualLoop, error: Callable[[], float]) -> None:
        self._loop = loop
        self._error = error

    def now(self, zone: object) -> datetime:
        del zone
        return BEGINNING + timedelta(seconds=self._loop.time() + self._error())


@contextlib.contextmanager
def simulated_time(loop: VirtualLoop, error: Callable[[], float]) -> Iterator[None]:
    """Let the kernel's clock read virtual time; `error` is the wall clock's, of whoever asks."""
    names: Any = clock  # what the module has imported, which it does not export
    real_time, real_datetime = names.time, names.datetime
    names.time, names.datetime = MachineTime(loop), MachineDate(loop, error)
    try:
        yield
    finally:
        names.time, names.datetime = real_time, real_datetime


def run(loop: VirtualLoop, main: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run a coroutine to its end in virtual time, and close the loop with all that is left."""
    try:
        return loop.run_until_complete(main)
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left, timeout=60))
        loop.close()
