"""A read model of its own, made from stories without a log in between, and served."""

from collections.abc import Sequence
from typing import Any

from schemas.catalog import topic_of
from schemas.codec import encode
from schemas.envelope import Envelope
from services.gateway.adapters import feed, read_models
from services.gateway.adapters.applying import Applier
from services.gateway.adapters.batches import gather
from services.gateway.adapters.database import Database
from services.gateway.projections import project
from services.kernel.clock import Clock
from services.kernel.postgres import Pool
from services.kernel.runtime import Record, TopicPartition


class Nobody:
    """Presence of nobody."""

    def is_online(self, tenant: str, user: str) -> bool:  # noqa: ARG002 - the port's signature
        return False


class Told:
    """Applies what stories tell, and remembers the frames that followed."""

    def __init__(self, pool: Pool, schema: str) -> None:
        self.schema = schema
        self.frames: list[feed.Placed] = []
        self._applier = Applier(pool, schema, lambda _: False, self._deliver)
        self._ends: dict[TopicPartition, int] = {}

    def _deliver(self, _feed_id: str, placed: Sequence[feed.Placed]) -> None:
        self.frames += placed

    async def hears(self, *told: Envelope[Any]) -> None:
        """Apply these as one batch."""
        records: dict[TopicPartition, list[Record]] = {}
        for one in told:
            at = TopicPartition(topic_of(one.data), 0)
            there = records.setdefault(at, [])
            offset = self._ends.get(at, 0) + len(there)
            there.append(Record(*at, offset, one.partitionkey.encode(), encode(one), (), 0))
        await self._applier.begin({at: 0 for at in records if at not in self._ends})
        batch = gather(records, {at: self._ends.get(at, 0) for at in records}, project)
        self._ends |= {at: after for at, (_, after) in batch.moves.items()}
        await self._applier.apply(batch, Clock().now())


async def serving(pool: Pool, *told: Envelope[Any]) -> tuple[Database, Told]:
    """Build a read model from these, and let it serve instead of the one before."""
    await read_models.ensure(pool)
    model = Told(pool, await read_models.make_next(pool))
    await model.hears(*told)
    async with pool.connection() as plain:
        await plain.execute("DELETE FROM gateway.read_model WHERE state = 'serving'")
        await plain.execute(
            "UPDATE gateway.read_model SET state = 'serving' WHERE schema = %s", (model.schema,)
        )
    return Database(pool), model
