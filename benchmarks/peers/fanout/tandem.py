"""Tandem: a customer who comes into a queue, on every screen of its two hundred agents."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import screens
from benchmarks.crowd import inbound_of
from benchmarks.peers.contest import Run
from benchmarks.peers.fanout.fan import SCREENS, Fan, loaded
from benchmarks.peers.ours import card, pids, system_of_the_town
from benchmarks.webhooks import Pool
from tests.support import town
from tests.support.crowd import crowd_of

CARD = card(
    durable="what is told is in the log and in each agent's feed, synced, before it is told",
    tuned="nothing: as `make run` starts it",
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start all of Tandem, with the town's agents signed in."""
    with system_of_the_town(home) as system, asyncio.Runner() as runner:
        agents_of = crowd_of(system)
        agents = runner.run(agents_of.__aenter__())
        pool = runner.run(Pool(system.state["addresses"]["webhooks"]).open())
        inbound = inbound_of(system, town.CROWD_NUMBERS["twilio"])

        async def publish(number: int) -> bool:
            text = inbound.text(f"+1202555{number:04}", f"{screens.SAID}{number}")
            return await pool.accepted(text)

        async def kill() -> None:
            await asyncio.to_thread(system.kill, "gateway")

        fan = Fan(
            screens=runner.run(screens.screens_of(system, agents, SCREENS // len(agents))),
            publish=publish,
            server=lambda: int(system.state["pids"]["gateway"]),
            trees=lambda: pids(system),
            kill=kill,
        )
        with loaded(runner, fan) as run:
            yield run
        pool.close()
        runner.run(agents_of.__aexit__(None, None, None))
