"""Tandem: a carrier's webhook, to the agent's WebSocket."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import screen
from benchmarks.crowd import inbound_of
from benchmarks.peers.contest import Measured, Run
from benchmarks.peers.ours import card, pids, system_of_the_town
from benchmarks.peers.screen.seeing import seen
from benchmarks.webhooks import Inbound, Pool
from tests.support import town
from tests.support.api import Api, bearer, token_of
from tests.support.system import Running

CARD = card(
    durable="the spool, the log and the read model, each synced, before it is seen",
    tuned="nothing: as `make run` starts it",
)


@dataclass(frozen=True)
class Looking:
    """Alice, who looks on, and the way to her."""

    system: Running
    alice: Api
    token: str
    pool: Pool
    inbound: Inbound


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start all of Tandem, with Alice signed in."""
    with system_of_the_town(home) as system, asyncio.Runner() as runner:
        token = runner.run(token_of(system.portal, "alice", system.sign_ins["alice"]))
        pool = runner.run(Pool(system.state["addresses"]["webhooks"]).open())
        alice_is = bearer(system.portal, "alice", token)
        alice = runner.run(alice_is.__aenter__())
        inbound = inbound_of(system, town.ALICES_NUMBER)

        def run(number: int) -> Measured:
            return runner.run(_run(Looking(system, alice, token, pool, inbound), number))

        yield run
        pool.close()
        runner.run(alice_is.__aexit__(None, None, None))


async def _run(at: Looking, number: int) -> Measured:
    feed = (await at.alice.get("/bootstrap"))["feed"]

    async def watch(arrived: dict[int, float], many: int) -> None:
        await screen.watch(at.system.portal, at.token, feed, arrived, many)

    async def send(message: int) -> bool:
        text = at.inbound.text(f"+1202777{message % 50:04}", f"screen {message}")
        return await at.pool.accepted(text)

    return await seen(watch, send, pids(at.system), number)
