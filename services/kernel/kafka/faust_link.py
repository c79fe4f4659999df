"""What ties Faust's consumer to our processor."""

from collections.abc import Collection, Mapping
from typing import Any

import faust

from services.kernel.clock import monotonic
from services.kernel.readiness import Readiness
from services.kernel.runtime import Processor, TopicPartition
from services.kernel.watchdog import Progress


class OwnershipLost(RuntimeError):
    """Fenced, and no rebalance followed: this process is a zombie and ends."""


class Link:
    """Acquires for the consumer, and remembers when we were last told that we own nothing."""

    def __init__(self, processor: Processor, progress: Progress, readiness: Readiness) -> None:
        self.processor = processor
        self.progress = progress
        self._readiness = readiness
        self.fenced_at: float | None = None

    async def acquire(
        self, assigned: Collection[TopicPartition], generation: int
    ) -> Mapping[TopicPartition, int]:
        """Take over; gives where to read from. What is ours flows when the consumer has sought."""
        self._readiness.lost("assignment", "rebalancing")
        self.progress.assign(frozenset(assigned))
        self.fenced_at = None
        gone = [at for at in self.progress.positions() if at not in assigned]
        await self.processor.release(gone)
        firsts = await self.processor.acquire(assigned, generation)
        for at, offset in firsts.items():
            self.progress.decided(at, offset)
        if assigned and len(firsts) == len(assigned):
            self._readiness.back("assignment")
        return firsts

    def check(self, patience_seconds: float) -> None:
        """Raise OwnershipLost when a fence was not followed by a rebalance in time."""
        if self.fenced_at is not None and monotonic() - self.fenced_at > patience_seconds:
            raise OwnershipLost


class LinkedApp(faust.App):
    """A Faust app that knows its link."""

    link: Link


def link_of(app: Any) -> Link:  # noqa: ANN401 - Faust types it as an interface of its own
    """Find the link of an app."""
    link: Link = app.link
    return link
