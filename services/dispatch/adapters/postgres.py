"""Reads dispatch's own parts outside a batch: who has said STOP, right before a call."""

from collections.abc import Collection, Mapping

import msgspec

from services.dispatch.domain.state import Consent, binding
from services.dispatch.ports import Leave, SendNow
from services.kernel import postgres
from services.kernel.postgres import Pool
from services.kernel.readiness import Readiness
from services.kernel.runtime import TopicPartition

_READ = "SELECT value::text FROM part WHERE key = ANY(%s)"
_FOLDED = """SELECT partition, next_offset FROM stream_position
WHERE consumer = 'dispatch' AND topic = %s"""


class PostgresConsents:
    """Consents as the last committed batch left them; waits while the database is away."""

    def __init__(self, pool: Pool, readiness: Readiness) -> None:
        self._pool = pool
        self._readiness = readiness

    async def ask(self, send: SendNow) -> Leave:
        """Tell whether this text may go, as far as it is folded."""
        keys = binding(send.tenant, send.number, send.recipient, send.purpose)
        return Leave(held=await self.has_opted_out(*keys))

    async def has_opted_out(self, *keys: str) -> bool:
        """Tell whether any of these consents is withdrawn."""
        if not keys:
            return False
        rows = await postgres.patiently(
            lambda: postgres.fetch_all(self._pool, _READ, (list(keys),)),
            self._readiness,
            "postgres",
        )
        return any(msgspec.json.decode(row[0], type=Consent).opted_out for row in rows)

    async def folded(self, partitions: Collection[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Say how far these partitions of one topic are folded."""
        topic = next(iter(partitions)).topic
        rows = await postgres.patiently(
            lambda: postgres.fetch_all(self._pool, _FOLDED, (topic,)), self._readiness, "postgres"
        )
        return {TopicPartition(topic, row[0]): row[1] for row in rows}
