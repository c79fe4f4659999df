"""Ends a process that is alive and does nothing: a restart is free, a silent stall is not.

"Broker away" and "Postgres away" are no stalls; readiness says those (streaming.md §7).
"""

import asyncio
import os
import threading
from collections.abc import Callable

import structlog

from services.kernel import telemetry
from services.kernel.clock import monotonic
from services.kernel.readiness import Readiness
from services.kernel.runtime import TopicPartition

EXIT_CODE = 70
LOOP_SECONDS = 15.0
LAG_SECONDS = 30.0
UNASSIGNED_SECONDS = 90.0
_CHECK_SECONDS = 1.0

_log = structlog.get_logger()


def end_process(why: str) -> None:
    """End now, without any clean-up that could hang: the fence and the outbox are the clean-up."""
    telemetry.STALLS.labels(why).inc()
    _log.error("ended-by-watchdog", why=why)
    os._exit(EXIT_CODE)


class Progress:
    """What the runtime reports: assignment, how far the log goes, how far it is decided."""

    def __init__(self) -> None:
        self._assigned_at: float | None = None
        self._since = monotonic()
        self._moved: dict[TopicPartition, tuple[int, float]] = {}
        self._ends: dict[TopicPartition, int] = {}
        self.assigned: frozenset[TopicPartition] = frozenset()

    def assign(self, assigned: frozenset[TopicPartition]) -> None:
        """Note a new assignment; its partitions get a fresh patience."""
        self.assigned = assigned
        self._since = monotonic()
        self._moved.clear()
        self._ends.clear()

    def read(self, at: TopicPartition, end: int | None) -> None:
        """Note how far the log goes; standing still begins when there is something to decide."""
        if end is None:
            return
        next_offset, _ = self._moved.get(at, (end, 0.0))
        if self._ends.get(at, 0) <= next_offset < end:
            self._moved[at] = (next_offset, monotonic())
        self._ends[at] = end

    def decided(self, at: TopicPartition, next_offset: int) -> None:
        """Note how far it is decided; standing still is measured from the last change."""
        if self._moved.get(at, (None, 0.0))[0] != next_offset:
            self._moved[at] = (next_offset, monotonic())

    def positions(self) -> dict[TopicPartition, int]:
        return {at: next_offset for at, (next_offset, _) in self._moved.items()}

    def lags(self) -> dict[TopicPartition, int]:
        return {
            at: max(0, self._ends.get(at, 0) - next_offset)
            for at, (next_offset, _) in self._moved.items()
        }

    def stalled(self, now: float) -> str | None:
        """Name what stands still too long, if anything does."""
        if not self.assigned and now - self._since > UNASSIGNED_SECONDS:
            return "unassigned"
        lags = self.lags()
        for at, (_, moved_at) in self._moved.items():
            if lags[at] > 0 and now - moved_at > LAG_SECONDS:
                return "lag"
        return None

    def excuse(self) -> None:
        """Start all patience again: something outside was away."""
        now = monotonic()
        self._since = now
        self._moved = {at: (offset, now) for at, (offset, _) in self._moved.items()}


class Watchdog:
    """A tick in the loop, a thread that misses it, and a look at the progress."""

    def __init__(
        self,
        progress: Progress,
        readiness: Readiness,
        clients_alive: Callable[[], bool] = lambda: True,
        end: Callable[[str], None] = end_process,
    ) -> None:
        self._progress = progress
        self._readiness = readiness
        self._clients_alive = clients_alive
        self._end = end
        self._tick = monotonic()
        self._stop = threading.Event()

    async def run(self) -> None:
        """Tick and look, for ever; the thread watches the ticks."""
        self._tick = monotonic()
        thread = threading.Thread(target=self._watch_loop, name="watchdog", daemon=True)
        thread.start()
        try:
            while True:
                self._tick = monotonic()
                self._look()
                await asyncio.sleep(_CHECK_SECONDS)
        finally:
            self._stop.set()

    def _look(self) -> None:
        for at, lag in self._progress.lags().items():
            telemetry.LAG.labels(at.topic, at.partition).set(lag)
        if not self._clients_alive():
            self._end("client-task")
        if {"postgres", "kafka"} & self._readiness.away.keys():
            self._progress.excuse()
            return
        why = self._progress.stalled(monotonic())
        if why is not None:
            self._end(why)

    def _watch_loop(self) -> None:
        last_look = monotonic()
        while not self._stop.wait(_CHECK_SECONDS):
            now = monotonic()
            if now - last_look > LOOP_SECONDS / 2:
                # the whole process was frozen, not the loop alone: give it its chance
                self._tick = now
            elif now - self._tick > LOOP_SECONDS:
                self._end("loop")
            last_look = now
