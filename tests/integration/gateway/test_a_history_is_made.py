"""The history that the benchmarks measure over fits the tables as they are now."""

import pytest

from benchmarks.dataset import THREAD, fill
from schemas.base import ExtensionId
from services.gateway.adapters import read_models
from services.gateway.adapters.database import Database
from services.gateway.adapters.views import PostgresViews
from services.gateway.domain.scope import Scope
from services.kernel.postgres import Pool
from tests.support.read_models import Nobody

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

_MESSAGES = 20_000


async def test_a_made_history_is_listed_like_any_other(pool: Pool) -> None:
    schema = await read_models.serving(pool)
    async with pool.connection() as connection:
        size = await fill(connection, schema, _MESSAGES)
    who = Scope("t1", ExtensionId("t1-p1"))
    page = await PostgresViews(Database(pool), Nobody()).conversations(who, "all", None, 10)

    assert size.messages == pytest.approx(_MESSAGES, rel=0.1)
    assert len(page["items"]) == 10
    assert {one["last_position"] for one in page["items"]} == {THREAD}
    assert all(one["preview"]["text"] for one in page["items"])
