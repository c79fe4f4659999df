"""The state tables are a fold of the log: built again from it, and compared or replaced.

Reads the service's own events and the foreign ones that it remembers. A part is fed by one stream
only, so the interleaving of topics does not matter (handling.py).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from schemas import codec
from schemas.envelope import Envelope
from services.kernel import ids, postgres
from services.kernel.deciding import is_command
from services.kernel.handling import Handlers, Part
from services.kernel.kafka.tails import Tail
from services.kernel.postgres import Pool
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record, TopicPartition

_LOT = 1000


class Refolded(NamedTuple):
    """What the log says, and how it differs from what is stored."""

    parts: Mapping[str, Part]
    events: int
    #: Keys whose stored value is another than the fold's, or that only one of the two has.
    different: tuple[str, ...]


class Fold:
    """Folds records as they come; an event that is seen again changes nothing."""

    def __init__(self, handlers: Handlers) -> None:
        self._handlers = handlers
        self._seen: set[str] = set()
        self.parts: dict[str, Part] = {}

    @property
    def events(self) -> int:
        return len(self._seen)

    def add(self, record: Record) -> None:
        """Fold one record; what is malformed or a command changes nothing here either."""
        try:
            envelope = codec.decode(record.value or b"")
        except codec.Malformed:
            return
        id_ = ids.canonical(envelope.id)
        if is_command(envelope) or id_ in self._seen:
            return
        self._seen.add(id_)
        self._evolve(envelope)

    def _evolve(self, event: Envelope[Any]) -> None:
        keys = list(self._handlers.touches(event))
        if keys:
            view = {key: self.parts[key] for key in keys if key in self.parts}
            self.parts.update(self._handlers.evolve(event, view))


async def refold(
    servers: str,
    pool: Pool,
    handlers: Handlers,
    *,
    own: Collection[str],
    foreign: Collection[str] = (),
    consumer: str = "",
) -> Refolded:
    """Fold the service's own topics whole, and foreign ones as far as they were decided."""
    positions = await _positions(pool, consumer)
    fold = Fold(handlers)
    async with Tail(servers, (*foreign, *own), Readiness(), catch_up=True) as tail:
        partitions = await tail.partitions()
        ends = await tail.ends(partitions)
        limits = {at: positions.get(at, 0) if at.topic in foreign else ends[at] for at in ends}
        await _read(tail, limits, fold)
    return Refolded(fold.parts, fold.events, await _differences(pool, handlers, fold.parts))


async def replace(pool: Pool, parts: Mapping[str, Part]) -> None:
    """Put the fold in the place of what is stored; the service must not run."""
    rows = [(key, msgspec.json.encode(part).decode()) for key, part in parts.items()]
    async with pool.connection() as connection, connection.transaction():
        await connection.execute("TRUNCATE part")
        for start in range(0, len(rows), _LOT):
            lot = rows[start : start + _LOT]
            await connection.execute(
                "INSERT INTO part SELECT u.key, u.value::json"
                " FROM unnest(%s::text[], %s::text[]) u (key, value)",
                ([key for key, _ in lot], [value for _, value in lot]),
            )


async def _positions(pool: Pool, consumer: str) -> dict[TopicPartition, int]:
    rows = await postgres.fetch_all(
        pool,
        "SELECT topic, partition, next_offset FROM stream_position WHERE consumer = %s",
        (consumer,),
    )
    return {TopicPartition(topic, number): offset for topic, number, offset in rows}


async def _read(tail: Tail, limits: Mapping[TopicPartition, int], fold: Fold) -> None:
    firsts = await tail.firsts(list(limits))
    missing = {at for at, limit in limits.items() if firsts[at] < limit}
    await tail.start_at({at: firsts[at] for at in missing})
    while missing:
        for at, records in (await tail.fetch()).items():
            _take(records, limits[at], fold)
            if records[-1].offset + 1 >= limits[at]:
                missing.discard(at)


def _take(records: Sequence[Record], limit: int, fold: Fold) -> None:
    for record in records:
        if record.offset < limit:
            fold.add(record)


async def _differences(
    pool: Pool, handlers: Handlers, parts: Mapping[str, Part]
) -> tuple[str, ...]:
    rows = await postgres.fetch_all(pool, "SELECT key, value::text FROM part")
    stored = {key: msgspec.json.decode(value, type=handlers.part_type(key)) for key, value in rows}
    keys = stored.keys() | parts.keys()
    return tuple(sorted(key for key in keys if stored.get(key) != parts.get(key)))
