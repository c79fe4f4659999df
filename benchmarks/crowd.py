"""Customers who wait in the queue of two hundred agents, and where their texts come in."""

from benchmarks.webhooks import Inbound, Pool
from tests.support import town
from tests.support.api import Api
from tests.support.system import Running
from tests.support.waiting import eventually

_WAIT_SECONDS = 60.0


def inbound_of(system: Running, number: str) -> Inbound:
    """Give where texts for one of our numbers come in."""
    return Inbound(system.account("twilio"), system.state["addresses"]["webhooks"], number)


async def customers_wait(agent: Api, pool: Pool, inbound: Inbound, many: int) -> list[str]:
    """Let so many customers text the queue; gives their conversations once all of them wait."""
    for n in range(many):
        await pool.accepted(inbound.text(f"+1202999{n:04}", f"claim {n}"))

    async def all_wait() -> list[str]:
        board = (await agent.get("/bootstrap"))["waiting"]
        mine = [one["conversation_id"] for one in board if one["queue_id"] == town.CROWD_QUEUE]
        return mine if len(mine) >= many else []

    return await eventually(all_wait, _WAIT_SECONDS, every=0.2)
