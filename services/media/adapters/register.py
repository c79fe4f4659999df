"""The register of written objects in Postgres: its clock is the clock of every replica."""

from datetime import datetime

from services.kernel import postgres
from services.kernel.postgres import Pool
from services.media.adapters.tables import now_or_away

_WRITING = """
INSERT INTO shelf VALUES (%s, clock_timestamp(), false)
ON CONFLICT (key) DO UPDATE SET written_at = excluded.written_at WHERE NOT shelf.removing"""
_REMOVING = """
INSERT INTO shelf VALUES (%s, '-infinity', true)
ON CONFLICT (key) DO UPDATE SET removing = true
  WHERE shelf.removing OR shelf.written_at < %s"""
_REMOVED = "DELETE FROM shelf WHERE key = %s AND removing"


class PostgresRegister:
    """Register by one row an object."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def writing(self, key: str) -> bool:
        done = await now_or_away(lambda: postgres.execute(self._pool, _WRITING, (key,)))
        return done == 1

    async def removing(self, key: str, written_before: datetime) -> bool:
        values = (key, written_before)
        done = await now_or_away(lambda: postgres.execute(self._pool, _REMOVING, values))
        return done == 1

    async def removed(self, key: str) -> None:
        await now_or_away(lambda: postgres.execute(self._pool, _REMOVED, (key,)))
