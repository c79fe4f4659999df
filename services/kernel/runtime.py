"""The seam between a runtime that moves records and the processor that decides them.

Two runtimes stand behind it (aiokafka, hardened Faust); one conformance suite runs on both.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol


class TopicPartition(NamedTuple):
    """A partition of a topic."""

    topic: str
    partition: int


class Record(NamedTuple):
    """A Kafka record, as bytes."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]
    #: Broker's append time, milliseconds since the epoch.
    timestamp: int


class Processor(Protocol):
    """Owns partitions and decides their records; a service's topics share partition numbers."""

    async def acquire(
        self, assigned: Collection[TopicPartition], generation: int
    ) -> Mapping[TopicPartition, int]:
        """Take over: bump the epochs, publish what the outbox holds, give the offsets to read.

        Serialised; repeating it in the same generation only reads (streaming.md §7).
        """
        ...

    async def handle(self, partition: TopicPartition, records: Sequence[Record]) -> int:
        """Decide a run of contiguous records, commit, publish; returns the next offset to read.

        A return below the last record + 1 is a gap or a trimmed batch: seek there and go on.
        Raises `Fenced` when the partition is no longer ours; anything else ends the process.
        """
        ...

    async def release(self, revoked: Collection[TopicPartition]) -> None:
        """Stop deciding these; waits for what is in work."""
        ...


class Fenced(Exception):
    """Another process owns the partition now: publish nothing, stop it, exit if it stays so."""
