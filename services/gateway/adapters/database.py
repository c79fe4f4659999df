"""Transactions of the read models: whose eyes, which schema; nothing is read outside of one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

from services.gateway.domain.scope import EVERYTHING, Scope
from services.kernel.postgres import Pool

Rows = psycopg.AsyncConnection[DictRow]

#: The schema that serves is named where it cannot be rebuilt: in Alembic's `gateway.read_model`.
_ENTER = """
SELECT set_config('search_path', schema || ', gateway', true),
       set_config('app.tenant', %s, true), set_config('app.user', %s, true), feed_id
FROM gateway.read_model WHERE state = 'serving'
"""
#: Before the first question of a transaction: all of them are answered as of one moment.
SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"


class NothingServes(LookupError):
    """No read model has been built yet."""


class Database:
    """Opens transactions; the only way of the API to Postgres."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def looking(
        self, scope: Scope, *, snapshot: bool = False
    ) -> AsyncIterator[tuple[Rows, str]]:
        """Look at the serving read model through these eyes; gives the feed's id too."""
        async with self._pool.connection() as plain, plain.transaction():
            if snapshot:
                await plain.execute(SNAPSHOT)
            cursor = await plain.execute(_ENTER, (scope.tenant, scope.user))
            found = await cursor.fetchone()
            if found is None:
                raise NothingServes
            async with as_dicts(plain) as rows:
                yield rows, found[3]

    @asynccontextmanager
    async def knowing(self) -> AsyncIterator[Rows]:
        """Look at accounts, sessions and tokens, before it is known who asks."""
        async with self._pool.connection() as plain, plain.transaction():
            await plain.execute(
                "SELECT set_config('search_path', 'gateway', true),"
                " set_config('app.tenant', %s, true), set_config('app.user', %s, true)",
                (EVERYTHING.tenant, EVERYTHING.user),
            )
            async with as_dicts(plain) as rows:
                yield rows


@asynccontextmanager
async def as_dicts(plain: Any) -> AsyncIterator[Rows]:  # noqa: ANN401 - a connection changes its row type
    """Let rows be dictionaries for this transaction only."""
    before = plain.row_factory
    plain.row_factory = dict_row
    try:
        yield plain
    finally:
        plain.row_factory = before
