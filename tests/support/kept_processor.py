"""A processor that keeps positions and records in memory, shared by the members of a group.

It holds the runtime to its side of the bargain: only what is acquired is handed in, in order, and a
process that lost a partition is fenced. `plant` breaks it where a test wants it broken.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from services.kernel.batch import contiguous
from services.kernel.runtime import Fenced, Record, TopicPartition


@dataclass
class Group:
    """What Postgres would keep: who owns a partition, and what has been decided of it."""

    owners: dict[TopicPartition, "KeptProcessor"] = field(default_factory=dict)
    kept: dict[TopicPartition, list[Record]] = field(default_factory=dict)

    def count(self) -> int:
        return sum(len(records) for records in self.kept.values())


class KeptProcessor:
    """One member."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.released: list[TopicPartition] = []
        self.generations: list[int] = []
        #: Raised by the next call of `handle`.
        self.plant: Exception | None = None
        #: `handle` waits here; set at first.
        self.gate = asyncio.Event()
        self.gate.set()
        #: `acquire` waits here; set at first.
        self.takeover = asyncio.Event()
        self.takeover.set()

    @property
    def owned(self) -> set[TopicPartition]:
        return {at for at, owner in self.group.owners.items() if owner is self}

    async def acquire(
        self, assigned: Collection[TopicPartition], generation: int
    ) -> Mapping[TopicPartition, int]:
        self.generations.append(generation)
        await self.takeover.wait()
        for at in assigned:
            self.group.owners[at] = self
        return {at: len(self.group.kept.setdefault(at, [])) for at in assigned}

    async def handle(self, partition: TopicPartition, records: Sequence[Record]) -> int:
        await self.gate.wait()
        if self.plant is not None:
            raise self.plant
        if self.group.owners.get(partition) is not self:
            raise Fenced
        kept = self.group.kept[partition]
        kept += contiguous(records, len(kept))  # one run a call, as the real one does
        return len(kept)

    async def release(self, revoked: Collection[TopicPartition]) -> None:
        self.released += revoked
