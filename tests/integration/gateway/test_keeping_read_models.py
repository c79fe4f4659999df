"""The keeper follows what may serve; what an operator discards meanwhile takes nobody along."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest
from psycopg.errors import UndefinedTable

from services.gateway.adapters import read_models
from services.gateway.adapters.keeper import Keeper
from services.kernel.postgres import Pool, make_pool
from tests.support.gateway_rig import ROLE_PASSWORD, prepare_tables

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def dsn(database: str) -> str:
    prepare_tables(database)
    parts = psycopg.conninfo.conninfo_to_dict(database)
    parts |= {"user": "tandem_gateway", "password": ROLE_PASSWORD}
    return psycopg.conninfo.make_conninfo(**parts)  # type: ignore[arg-type]  # strings all


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[Pool]:
    async with make_pool(dsn, "test", 2) as pool:
        await read_models.ensure(pool)
        yield pool


async def _its_tables_are_gone() -> None:
    raise UndefinedTable


async def _ended(pool: Pool, name: str) -> Keeper:
    """A keeper whose projector of this read model has just lost its tables."""
    around: Any = SimpleNamespace(pool=pool)
    keeper = Keeper(around, lambda _: False, lambda _feed, _placed: None)
    task = asyncio.create_task(_its_tables_are_gone())
    await asyncio.wait({task})
    keeper._running[name] = cast("Any", None), task
    await keeper._ended(name, task)
    return keeper


async def test_a_read_model_that_is_discarded_under_its_projector_ends_nothing(pool: Pool) -> None:
    keeper = await _ended(pool, "gateway_v9")
    assert keeper._running == {}


async def test_the_one_that_serves_must_have_its_tables(pool: Pool) -> None:
    with pytest.raises(UndefinedTable):
        await _ended(pool, "gateway_v1")
