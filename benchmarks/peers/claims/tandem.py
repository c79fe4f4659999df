"""Tandem: a claim by the API of the gateway, decided by the queue service."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.crowd import customers_wait, inbound_of
from benchmarks.peers.claims.race import ROUNDS, race, with_cpu
from benchmarks.peers.contest import RUNS, Measured, Run, metered
from benchmarks.peers.ours import card, pids, system_of_the_town
from benchmarks.webhooks import Pool
from tests.support import town
from tests.support.api import Api
from tests.support.crowd import crowd_of

CARD = card(
    durable="the claim's event: PostgreSQL commit, then the broker's log, each synced",
    tuned="nothing: as `make run` starts it",
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start all of Tandem, with the town's agents signed in and customers waiting."""
    with system_of_the_town(home) as system, asyncio.Runner() as runner:
        agents_of = crowd_of(system)
        agents = runner.run(agents_of.__aenter__())
        pool = runner.run(Pool(system.state["addresses"]["webhooks"]).open())
        inbound = inbound_of(system, town.CROWD_NUMBERS["twilio"])
        many = ROUNDS * (RUNS + 1)
        waiting = runner.run(customers_wait(agents[0], pool, inbound, many))

        def run(number: int) -> Measured:
            with metered(pids(system)) as used:
                said = runner.run(_race(agents, waiting[number * ROUNDS :]))
            return with_cpu(said, used)

        yield run
        pool.close()
        runner.run(agents_of.__aexit__(None, None, None))


async def _race(agents: Sequence[Api], waiting: Sequence[str]) -> Measured:
    offered = ""

    async def offer(number: int) -> None:
        nonlocal offered
        offered = f"/queues/{town.CROWD_QUEUE}/conversations/{waiting[number]}/claim"

    async def claim(agent: int) -> bool:
        answer = await agents[agent].send("POST", offered)
        if answer.status_code not in {200, 409}:
            raise AssertionError(f"{answer.status_code} {answer.text}")
        return answer.status_code == 200

    return await race(offer, claim)
