"""Records of many partitions in the one order in which the broker wrote them down; pure.

A partition of which more is known to come holds back whatever is younger in the others.
"""

import heapq
from collections import deque
from collections.abc import Iterable, Mapping

from services.kernel.runtime import Record, TopicPartition


class Merging:
    """Takes records as they are fetched and gives them by time; order within a partition stays."""

    def __init__(
        self, starts: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]
    ) -> None:
        self._next = dict(starts)
        self._ends = dict(ends)
        self._waiting: dict[TopicPartition, deque[Record]] = {at: deque() for at in starts}
        #: The first of each partition that has any: append time, topic, partition.
        self._firsts: list[tuple[int, TopicPartition]] = []
        self._wanted = {at for at in starts if self._has_more(at)}

    @property
    def wanted(self) -> frozenset[TopicPartition]:
        """Partitions without which nothing more can be given."""
        return frozenset(self._wanted)

    @property
    def behind(self) -> int:
        """How many records are known of and not given yet."""
        unseen = sum(self._ends[at] - offset for at, offset in self._next.items())
        return unseen + sum(map(len, self._waiting.values()))

    def add(self, at: TopicPartition, records: Iterable[Record], end: int | None) -> None:
        """Take what was fetched of a partition, and where it was seen to end."""
        waiting = self._waiting[at]
        for record in records:
            if not waiting:
                heapq.heappush(self._firsts, (record.timestamp, at))
            waiting.append(record)
            self._next[at] = record.offset + 1
        self._ends[at] = max(self._ends[at], self._next[at], end or 0)
        self._judge(at)

    def take(self, most: int) -> list[Record]:
        """Give what nothing older can come before."""
        taken: list[Record] = []
        while self._firsts and not self._wanted and len(taken) < most:
            _, at = heapq.heappop(self._firsts)
            waiting = self._waiting[at]
            taken.append(waiting.popleft())
            if waiting:
                heapq.heappush(self._firsts, (waiting[0].timestamp, at))
            self._judge(at)
        return taken

    def _has_more(self, at: TopicPartition) -> bool:
        return self._next[at] < self._ends[at]

    def _judge(self, at: TopicPartition) -> None:
        if not self._waiting[at] and self._has_more(at):
            self._wanted.add(at)
        else:
            self._wanted.discard(at)
