"""The database's machine is lost and its standby takes over: F9."""

import asyncio
from pathlib import Path

import psycopg

from deploy.local.ports import free_port
from deploy.local.postgres import READY_SECONDS, Postgres, copy_server, start_postgres
from tests.chaos.scene import Fault, Scene
from tests.support.waiting import eventually

#: reliability.md §8: from the loss of the database until every service is ready again.
_MOST_SECONDS = 30.0
_PROMOTED_SECONDS = 30.0


async def standby_takes_over(scene: Scene) -> None:
    """F9: a synchronous standby is promoted; what was committed is there, and nobody goes back.

    A standby that lags cannot be promoted without loss: docs/decisions say why it is not offered.
    """
    stack = scene.stack
    standby, data, port = await _standby(scene)
    await _commit_waits_for_it(stack.postgres_dsn)
    await scene.people.customer_texts(scene.fate)
    await scene.last()
    await stack.put_down("postgres")
    lost = stack.now
    await asyncio.to_thread(_promote, standby.dsn)
    stack.fail_over(standby, data, port)
    stack.down.discard("postgres")
    await scene.people.customer_texts(scene.fate)
    await stack.wait_ready()
    seconds = stack.now - lost
    scene.expect(seconds <= _MOST_SECONDS, f"services were ready after {seconds:.1f} s")


async def _standby(scene: Scene) -> tuple[Postgres, Path, int]:
    stack = scene.stack
    port = free_port()
    data = stack.layout.data / "postgres" / f"standby-{port}"
    await asyncio.to_thread(copy_server, data, stack.postgres_data, stack.postgres_dsn)
    standby = start_postgres(data=data, logs=stack.layout.logs, port=port)
    await asyncio.to_thread(standby.wait_ready, READY_SECONDS)
    return standby, data, port


async def _commit_waits_for_it(dsn: str) -> None:
    """A commit is answered when the standby has it on its disk too."""

    def ask() -> None:
        with psycopg.connect(dsn, autocommit=True) as plain:
            plain.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            plain.execute("SELECT pg_reload_conf()")

    def is_so() -> bool:
        with psycopg.connect(dsn, autocommit=True) as plain:
            row = plain.execute(
                "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
            ).fetchone()
        return row is not None

    await asyncio.to_thread(ask)
    await eventually(lambda: asyncio.to_thread(is_so), _PROMOTED_SECONDS, every=0.2)


def _promote(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as plain:
        plain.execute("SELECT pg_promote(true, %s)", (int(_PROMOTED_SECONDS),))


FAULTS = (
    Fault("F9", "synchronous standby takes over", standby_takes_over,
          frozenset({"postgres", "links"})),
)  # fmt: skip
