"""Two hundred queue managers of pgqueuer that dequeue one job."""

import asyncio
import sys
import uuid
from datetime import timedelta

import asyncpg
import uvloop
from pgqueuer.ports.repository import EntrypointExecutionParameter
from pgqueuer.queries import Queries

from benchmarks.peers.claims.race import AGENTS, race
from benchmarks.peers.inside import serve

CONNECTIONS = 16
_ENTRY = "conversation"
_NEVER_STALE = timedelta(hours=1)


async def _agents(dsn: str) -> None:
    async with asyncpg.create_pool(dsn, min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:
        queries = Queries.from_asyncpg_pool(pool)
        await queries.install()
        asked = {_ENTRY: EntrypointExecutionParameter(concurrency_limit=0)}
        managers = [
            uuid.uuid4()  # noqa: TID251 - the peer's own ids
            for _ in range(AGENTS)
        ]

        async def offer(_: int) -> None:
            await queries.enqueue(_ENTRY, None)

        async def claim(agent: int) -> bool:
            got = await queries.dequeue(
                batch_size=1,
                entrypoints=asked,
                queue_manager_id=managers[agent],
                global_concurrency_limit=None,
                heartbeat_timeout=_NEVER_STALE,
            )
            return len(got) == 1

        await serve(lambda _: race(offer, claim))


if __name__ == "__main__":
    uvloop.install()
    asyncio.run(_agents(sys.argv[1]))
