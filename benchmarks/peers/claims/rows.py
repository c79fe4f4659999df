"""Two hundred agents that claim a row, by the statement in which the raw contenders differ."""

from psycopg_pool import AsyncConnectionPool

from benchmarks.peers.claims.race import race
from benchmarks.peers.inside import serve

CONNECTIONS = 16
TABLE = "CREATE TABLE conversation (id bigint PRIMARY KEY, holder integer)"
_OFFER = "INSERT INTO conversation (id) VALUES (%s)"


async def agents(dsn: str, claim_by: str) -> None:
    """Serve runs; the statement claims one row for `%(agent)s`, which may ask for the `%(id)s`."""
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
            values = {"agent": agent, "id": offered}
            async with pool.connection() as connection:
                return (await connection.execute(claim_by.encode(), values)).rowcount == 1

        await serve(lambda _: race(offer, claim))
