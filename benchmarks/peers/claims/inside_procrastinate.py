"""Two hundred workers of procrastinate that fetch one job."""

import asyncio
import sys

from procrastinate import App, PsycopgConnector

from benchmarks.peers.claims.race import AGENTS, race
from benchmarks.peers.inside import serve

CONNECTIONS = 16


async def _agents(dsn: str) -> None:
    connector = PsycopgConnector(conninfo=dsn, min_size=CONNECTIONS, max_size=CONNECTIONS)
    app = App(connector=connector)

    @app.task(name="conversation")  # type: ignore[untyped-decorator]  # not installed here
    async def conversation() -> None:
        pass

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        manager = app.job_manager
        workers = [await manager.register_worker() for _ in range(AGENTS)]

        async def offer(_: int) -> None:
            await conversation.defer_async()

        async def claim(agent: int) -> bool:
            return await manager.fetch_job(queues=None, worker_id=workers[agent]) is not None

        await serve(lambda _: race(offer, claim))


if __name__ == "__main__":
    asyncio.run(_agents(sys.argv[1]))
