"""The register of uploads in Postgres: one row each, moved on only from where it stands."""

from datetime import timedelta
from typing import LiteralString

import msgspec

from schemas.media import SentFile
from services.kernel import postgres
from services.kernel.postgres import Pool, Row, Values
from services.media.adapters.tables import now_or_away
from services.media.domain import uploading
from services.media.domain.uploading import NewUpload, NotTaken, Upload

#: One owner's openings go one after another, so that their limits hold: a statement of its own,
#: for the next one's snapshot must be younger than the lock.
_TURN = "SELECT pg_advisory_xact_lock(hashtextextended(%(tenant)s || '/' || %(owner)s, 7))"
_OPEN = """
WITH alive AS (
  SELECT count(*) AS all_of_them, count(*) FILTER (WHERE file IS NULL) AS open_ones,
         coalesce(sum(size) FILTER (WHERE file IS NULL), 0) AS open_bytes
  FROM upload WHERE tenant = %(tenant)s AND owner = %(owner)s
    AND expires_at > clock_timestamp())
INSERT INTO upload (id, tenant, owner, name, size, expires_at)
SELECT %(id)s, %(tenant)s, %(owner)s, %(name)s, %(size)s, clock_timestamp() + %(life)s FROM alive
WHERE all_of_them < %(most_alive)s AND open_ones < %(most_open)s
  AND open_bytes + %(size)s <= %(most_bytes)s
ON CONFLICT (id) DO NOTHING
RETURNING *"""
_FIND = """
SELECT * FROM upload
WHERE id = %s AND tenant = %s AND owner = %s AND expires_at > clock_timestamp()"""
_GROW = """
UPDATE upload SET received = received + %s, chunks = chunks || %s::text,
  expires_at = clock_timestamp() + %s
WHERE id = %s AND received = %s AND file IS NULL RETURNING *"""
_FINISH = """
UPDATE upload SET file = %s::json, chunks = '{}', expires_at = clock_timestamp() + %s
WHERE id = %s RETURNING *"""
_EXPIRED = """
SELECT * FROM upload
WHERE expires_at + CASE WHEN file IS NULL THEN interval '0' ELSE %s END < clock_timestamp()
ORDER BY expires_at LIMIT %s"""


class PostgresUploads:
    """Uploads by Postgres; StoreAway while it is away."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def open(self, new: NewUpload, life: timedelta) -> Upload:
        known = await self.find(new.id, new.tenant, new.owner)
        if known is not None:
            return known
        limits = {
            "most_alive": uploading.MOST_ALIVE,
            "most_open": uploading.MOST_OPEN,
            "most_bytes": uploading.MOST_OPEN_BYTES,
        }
        values = {**msgspec.structs.asdict(new), **limits, "life": life}
        opened = await now_or_away(lambda: self._insert(values)) or await self.find(
            new.id, new.tenant, new.owner
        )
        if opened is None:
            raise NotTaken(
                "too-many-uploads", "You have too many uploads waiting; send some first."
            )
        return opened

    async def find(self, upload_id: str, tenant: str, owner: str) -> Upload | None:
        return await self._one(_FIND, (upload_id, tenant, owner))

    async def grow(self, upload: Upload, chunk: str, length: int, life: timedelta) -> Upload | None:
        return await self._one(_GROW, (length, chunk, life, upload.id, upload.received))

    async def intend(self, upload: Upload, key: str) -> None:
        await self._rows("UPDATE upload SET key = %s WHERE id = %s", (key, upload.id))

    async def finish(self, upload: Upload, file: SentFile, life: timedelta) -> Upload | None:
        text = msgspec.json.encode(file).decode()
        return await self._one(_FINISH, (text, life, upload.id))

    async def drop(self, upload_id: str) -> None:
        await now_or_away(
            lambda: postgres.execute(self._pool, "DELETE FROM upload WHERE id = %s", (upload_id,))
        )

    async def expired(self, kept_on: timedelta, most: int) -> list[Upload]:
        return await self._rows(_EXPIRED, (kept_on, most))

    async def _insert(self, values: Values) -> Upload | None:
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute(_TURN, values)
            row = await (await connection.execute(_OPEN, values)).fetchone()
        return None if row is None else _upload(row)

    async def _one(self, statement: LiteralString, values: Values) -> Upload | None:
        return next(iter(await self._rows(statement, values)), None)

    async def _rows(self, statement: LiteralString, values: Values) -> list[Upload]:
        rows = await now_or_away(lambda: postgres.fetch_all(self._pool, statement, values))
        return [_upload(row) for row in rows]


def _upload(row: Row) -> Upload:
    """Read a row, in the order of `tables`."""
    return Upload(
        id=row[0],
        tenant=row[1],
        owner=row[2],
        name=row[3],
        size=row[4],
        received=row[5],
        chunks=tuple(row[6]),
        key=row[7],
        file=None if row[8] is None else msgspec.convert(row[8], SentFile),
        expires_at=row[9],
    )
