"""Two hundred agents of one queue, and the customers who wait in it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from benchmarks.webhooks import Inbound, Pool
from tests.support import town
from tests.support.api import Api, bearer
from tests.support.system import Running
from tests.support.tokens import tokens_of
from tests.support.waiting import eventually

_WAIT_SECONDS = 60.0


def inbound_of(system: Running, number: str) -> Inbound:
    """Give where texts for one of our numbers come in."""
    return Inbound(system.account("twilio"), system.state["addresses"]["webhooks"], number)


@asynccontextmanager
async def crowd(system: Running) -> AsyncIterator[list[Api]]:
    """Sign two hundred agents in, and into their queue."""
    tokens = tokens_of(system.settings["GATEWAY_POSTGRES"], town.CROWD)
    async with AsyncExitStack() as stack:
        agents = [
            await stack.enter_async_context(bearer(system.portal, login, token))
            for login, token in zip(town.CROWD, tokens, strict=True)
        ]
        for agent in agents:
            await agent.post(f"/queues/{town.CROWD_QUEUE}/login")
        yield agents


async def customers_wait(agent: Api, pool: Pool, inbound: Inbound, many: int) -> list[str]:
    """Let so many customers text the queue; gives their conversations once all of them wait."""
    for n in range(many):
        await pool.accepted(inbound.text(f"+1202999{n:04}", f"claim {n}"))

    async def all_wait() -> list[str]:
        board = (await agent.get("/bootstrap"))["waiting"]
        mine = [one["conversation_id"] for one in board if one["queue_id"] == town.CROWD_QUEUE]
        return mine if len(mine) >= many else []

    return await eventually(all_wait, _WAIT_SECONDS, every=0.2)
