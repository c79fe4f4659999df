"""One running Tandem for everything here: starting it costs more than any test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.chaos.run import Rig, rig


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage() -> AsyncIterator[Rig]:
    """The whole of Tandem on real servers, with its people, all of it ours to break."""
    stage = await rig()
    try:
        yield stage
    finally:
        await stage.close()
