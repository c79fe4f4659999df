"""The town's two hundred agents of one queue."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from tests.support import town
from tests.support.api import Api, bearer
from tests.support.system import Running
from tests.support.tokens import tokens_of


@asynccontextmanager
async def crowd_of(system: Running) -> AsyncIterator[list[Api]]:
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
