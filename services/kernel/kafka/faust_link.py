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
        self._fenced_at: float | None = None

    async def acquire(
        self, assigned: Collection[TopicPartition], generation: int
    ) -> Mapping[TopicPartition, int]:
        """Take over; gives where to read from. What is ours flows when the consumer has sought."""
        self._readiness.lost("assignment", "rebalancing")
        gone = self.progress.assigned - frozenset(assigned)
        self.progress.assign(frozenset(assigned))
        self._fenced_at = None
        await self.processor.release(gone)
        return await self.processor.acquire(assigned, generation)

    def flows(self, firsts: Mapping[TopicPartition, int]) -> None:
        """Note where we read from now; whatever of it is somebody newer's must be rebalanced."""
        for at, offset in firsts.items():
            self.progress.decided(at, offset)
        missing = self.progress.assigned - firsts.keys()
        for at in missing:
            self.fenced(at)
        if self.progress.assigned and not missing:
            self._readiness.back("assignment")

    def fenced(self, at: TopicPartition) -> None:
        """Note that a partition is another's; of one that is no longer assigned it was known."""
        if at in self.progress.assigned and self._fenced_at is None:
            self._fenced_at = monotonic()

    def check(self, patience_seconds: float) -> None:
        """Raise OwnershipLost when a fence was not followed by a rebalance in time."""
        if self._fenced_at is not None and monotonic() - self._fenced_at > patience_seconds:
            raise OwnershipLost


class LinkedApp(faust.App):
    """A Faust app that knows its link."""

    link: Link


def link_of(app: Any) -> Link:  # noqa: ANN401 - Faust types it as an interface of its own
    """Find the link of an app."""
    link: Link = app.link
    return link
