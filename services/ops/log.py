"""Reading the log from its beginning to where it ends now, once."""

from collections.abc import AsyncIterator, Collection
from typing import Any

from schemas import codec
from schemas.codec import Malformed, UnknownType
from schemas.envelope import Envelope
from services.kernel.kafka import topics
from services.kernel.kafka.tails import Tail
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record, TopicPartition

_MOST_AT_ONCE = 5_000


def events_topics() -> list[str]:
    """Name every topic that is kept for ever."""
    return [name for name in topics.described() if name.endswith("-events")]


async def records(
    servers: str, names: Collection[str], *, until: dict[TopicPartition, int] | None = None
) -> AsyncIterator[Record]:
    """Give every record of these topics up to their ends, or to `until`; in order by partition."""
    async with Tail(servers, names, Readiness("ops"), catch_up=True) as tail:
        partitions = await tail.partitions()
        ends = await tail.ends(partitions) if until is None else until
        firsts = await tail.firsts(partitions)
        left = {at: end for at, end in ends.items() if firsts.get(at, 0) < end}
        await tail.start_at({at: firsts.get(at, 0) for at in left})
        while left:
            for at, found in (await tail.fetch(most=_MOST_AT_ONCE)).items():
                for record in found:
                    if record.offset < ends[at]:
                        yield record
                if found[-1].offset >= ends[at] - 1:
                    left.pop(at, None)


async def envelopes(
    servers: str, names: Collection[str]
) -> AsyncIterator[tuple[Record, Envelope[Any]]]:
    """Give every record that can be read, with its envelope; what cannot is in the dead letters."""
    async for record in records(servers, names):
        try:
            yield record, codec.decode(record.value or b"")
        except (Malformed, UnknownType):
            continue
