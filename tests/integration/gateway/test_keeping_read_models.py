"""The keeper follows what may serve; what an operator discards meanwhile takes nobody along."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest
from psycopg.errors import UndefinedTable

from services.gateway.adapters import read_models
from services.gateway.adapters.keeper import Keeper
from services.gateway.adapters.projector import Projector
from services.kernel.postgres import Pool
from services.kernel.readiness import Readiness
from tests.support.waiting import eventually

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


async def _its_tables_are_gone() -> None:
    raise UndefinedTable


class _Away:
    """A connection that nobody gives."""

    async def __aenter__(self) -> None:
        raise psycopg.OperationalError

    async def __aexit__(self, *_: object) -> None:
        """Nothing was given."""


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


async def test_a_projector_that_goes_leaves_nothing_lost_behind() -> None:
    """Its read model was discarded while Postgres was away: who serves is ready all the same."""
    readiness = Readiness()
    away: Any = SimpleNamespace(connection=_Away)
    around: Any = SimpleNamespace(pool=away, readiness=readiness)
    task = asyncio.create_task(Projector(around, cast("Any", None), "gateway_v9").run())
    await eventually(lambda: not readiness.ready)
    task.cancel()
    await asyncio.wait({task})
    assert readiness.ready


async def test_discarding_waits_for_who_follows_and_who_reads_and_ends_nobody(
    pool: Pool, dsn: str
) -> None:
    """Dropping in their midst was a deadlock: a reader or the operator lost (F26)."""
    name = await read_models.make_next(pool)
    async with await psycopg.AsyncConnection.connect(dsn) as reader:
        await reader.execute("SELECT pg_advisory_lock(hashtext(%s))", (name,))
        await reader.execute(f"SELECT 1 FROM {name}.message")  # noqa: S608 - a name of ours
        discarding = asyncio.create_task(read_models.discard(pool, name))
        await eventually(lambda: _waits(dsn), 10)
        await reader.execute(f"SELECT 1 FROM {name}.conversation")  # noqa: S608 - as above
        assert not discarding.done()
        await reader.commit()
        await reader.execute("SELECT pg_advisory_unlock_all()")
        await reader.commit()
        await asyncio.wait_for(discarding, 20)
    assert name not in {one.schema for one in await read_models.every(pool)}


def _waits(dsn: str) -> bool:
    with psycopg.connect(dsn) as plain:
        row = plain.execute("SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1").fetchone()
    return row is not None


async def test_the_one_that_serves_must_have_its_tables(pool: Pool) -> None:
    with pytest.raises(UndefinedTable):
        await _ended(pool, "gateway_v1")
