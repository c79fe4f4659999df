"""The rig is checked on the real thing: what is spoiled behind the services' backs is named.

Every name of the checker is planted in `tests/simulation/test_the_checker_bites.py`; here it is
seen that the rig gathers what the checker needs. It spoils the stack, so it is the last.
"""

import psycopg
import pytest
from psycopg import sql

from tests.chaos import town
from tests.chaos.run import Rig
from tests.chaos.stack import Stack
from tests.checking.checker import check

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
_LINE = town.LINES[0]


def _spoil(stack: Stack) -> None:
    """Forget a message in the read model, and a decision in the router's tables."""
    with psycopg.connect(stack.postgres_dsn) as plain:
        rows = plain.execute("SELECT schema FROM gateway.read_model WHERE state = 'serving'")
        row = rows.fetchone()
        assert row is not None
        table = sql.Identifier(row[0], "message")
        one = sql.SQL("(SELECT max(message_id) FROM {})").format(table)
        plain.execute(sql.SQL("DELETE FROM {} WHERE message_id = {}").format(table, one))
        plain.execute(
            "DELETE FROM router.command_result WHERE command_id ="
            " (SELECT command_id FROM router.command_result LIMIT 1)"
        )


@pytest.mark.asyncio(loop_scope="session")
async def test_what_is_spoiled_in_the_tables_is_named(stage: Rig) -> None:
    await stage.people.text(_LINE, town.CUSTOMERS[0], "to be forgotten", wait=True)
    await stage.looker.settle(60)
    _spoil(stage.stack)
    found = check(await stage.looker.look([], stage.stack.now))
    assert {"projection-divergence", "lost-write"} <= {anomaly.name for anomaly in found}
