"""Two hundred agents that update one row where nobody holds it."""

import asyncio
import sys

from psycopg_pool import AsyncConnectionPool

from benchmarks.peers.claims.race import race
from benchmarks.peers.inside import serve

CONNECTIONS = 16
TABLE = "CREATE TABLE conversation (id bigint PRIMARY KEY, holder integer)"
_OFFER = "INSERT INTO conversation (id) VALUES (%s)"
_CLAIM = "UPDATE conversation SET holder = %s WHERE id = %s AND holder IS NULL"


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
                return (await connection.execute(_CLAIM, (agent, offered))).rowcount == 1

        await serve(lambda _: race(offer, claim))


if __name__ == "__main__":
    asyncio.run(_agents(sys.argv[1]))
