"""Two hundred agents that each take the first row that nobody holds, past locked ones."""

import asyncio
import sys

from psycopg_pool import AsyncConnectionPool

from benchmarks.peers.claims.race import race
from benchmarks.peers.inside import serve

CONNECTIONS = 16
TABLE = """
CREATE TABLE conversation (id bigint PRIMARY KEY, holder integer);
CREATE INDEX ON conversation (id) WHERE holder IS NULL"""
_OFFER = "INSERT INTO conversation (id) VALUES (%s)"
_CLAIM = """
UPDATE conversation SET holder = %s WHERE id = (
  SELECT id FROM conversation WHERE holder IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)"""


async def _agents(dsn: str) -> None:
    options = {"autocommit": True, "prepare_threshold": 1}
    async with AsyncConnectionPool(
        dsn, min_size=CONNECTIONS, max_size=CONNECTIONS, kwargs=options
    ) as pool:
        offered = 0

        async def offer(_: int) -> None:
            nonlocal offered
            offered += 1
            async with pool.connection() as connection:
                await connection.execute(_OFFER, (offered,))

        async def claim(agent: int) -> bool:
            async with pool.connection() as connection:
                return (await connection.execute(_CLAIM, (agent,))).rowcount == 1

        await serve(lambda _: race(offer, claim))


if __name__ == "__main__":
    asyncio.run(_agents(sys.argv[1]))
