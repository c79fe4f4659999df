"""The history that the benchmarks measure over fits the tables as they are now."""

import psycopg
import pytest

from benchmarks.dataset import THREAD, fill
from benchmarks.lists import Nobody
from schemas.base import ExtensionId
from services.gateway.adapters import read_models
from services.gateway.adapters.database import Database
from services.gateway.adapters.views import PostgresViews
from services.gateway.domain.scope import Scope
from services.kernel.postgres import make_pool
from tests.support.gateway_rig import ROLE_PASSWORD

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

_MESSAGES = 20_000


@pytest.fixture
def dsn(prepared: str) -> str:
    return psycopg.conninfo.make_conninfo(prepared, user="tandem_gateway", password=ROLE_PASSWORD)


async def test_a_made_history_is_listed_like_any_other(dsn: str) -> None:
    async with make_pool(dsn, "test", 1) as pool:
        await read_models.ensure(pool)
        schema = await read_models.serving(pool)
        async with pool.connection() as connection:
            size = await fill(connection, schema, _MESSAGES)
        who = Scope("t1", ExtensionId("t1-p1"))
        page = await PostgresViews(Database(pool), Nobody()).conversations(who, "all", None, 10)

    assert size.messages == pytest.approx(_MESSAGES, rel=0.1)
    assert len(page["items"]) == 10
    assert {one["last_position"] for one in page["items"]} == {THREAD}
    assert all(one["preview"]["text"] for one in page["items"])
