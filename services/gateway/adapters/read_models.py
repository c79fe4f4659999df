"""Which read model serves, which stands ready, which can be switched back to."""

import asyncio
from dataclasses import dataclass

from psycopg import errors
from psycopg.rows import dict_row

from services.gateway.adapters import schema as tables
from services.gateway.adapters.hub import SWITCHED
from services.gateway.adapters.schema import enter
from services.gateway.domain.scope import EVERYTHING
from services.kernel import ids
from services.kernel.postgres import Connection, Pool
from services.kernel.runtime import TopicPartition

#: Any number, the same in every process: read models are made and switched one after the other.
_LOCK = "SELECT pg_advisory_xact_lock(7240002)"
#: Less than PostgreSQL takes to look for a deadlock: who reads is never the one who is ended.
_BRIEFLY = "SET LOCAL lock_timeout = '500ms'"
_MOST_TRIES, _PAUSE_SECONDS = 60, 0.5
#: States whose read models are kept at the end of the log.
FOLLOWED = ("serving", "ready", "previous")


@dataclass(frozen=True)
class ReadModel:
    schema: str
    state: str


class NothingToSwitchTo(LookupError):
    """No read model of that name stands ready."""


class StillInUse(RuntimeError):
    """Somebody has read or followed the read model all the while: nothing was dropped."""


class FarBehind(RuntimeError):
    """The read model is not at the end of the log: switching would show the past."""


async def ensure(pool: Pool) -> None:
    """Make the first read model where there is none; replicas that start at once make one."""
    async with pool.connection() as plain, plain.transaction():
        await plain.execute(_LOCK)
        cursor = await plain.execute("SELECT 1 FROM gateway.read_model WHERE state = 'serving'")
        if await cursor.fetchone() is None:
            await tables.make(plain, "gateway_v1")
            await _insert(plain, "gateway_v1", "serving")


async def every(pool: Pool) -> list[ReadModel]:
    async with pool.connection() as plain:
        cursor = await plain.execute("SELECT schema, state FROM gateway.read_model ORDER BY schema")
        return [ReadModel(row[0], row[1]) for row in await cursor.fetchall()]


async def serving(pool: Pool) -> str:
    """Name the schema that serves."""
    found = [one.schema for one in await every(pool) if one.state == "serving"]
    return found[0]


async def make_next(pool: Pool) -> str:
    """Make the next read model, empty, beside the others."""
    async with pool.connection() as plain, plain.transaction():
        await plain.execute(_LOCK)
        cursor = await plain.execute("SELECT schema FROM gateway.read_model")
        numbers = [int(row[0].rpartition("_v")[2]) for row in await cursor.fetchall()]
        name = f"gateway_v{max(numbers, default=0) + 1}"
        await tables.make(plain, name)
        await _insert(plain, name, "building")
    return name


async def note(pool: Pool, schema: str, state: str) -> None:
    async with pool.connection() as plain:
        await plain.execute(
            "UPDATE gateway.read_model SET state = %s WHERE schema = %s AND state <> 'serving'",
            (state, schema),
        )


async def discard(pool: Pool, schema: str) -> None:
    """Drop a read model that does not serve, once nobody follows it.

    Whoever still reads it goes first: dropping waits for a moment only, and tries again.
    """
    await note(pool, schema, "building")  # nobody follows one that is being built
    for _ in range(_MOST_TRIES):
        try:
            async with pool.connection() as plain, plain.transaction():
                await plain.execute(_BRIEFLY)
                await plain.execute(_LOCK)
                await _drop(plain, schema)
        except (errors.LockNotAvailable, errors.DeadlockDetected):
            await asyncio.sleep(_PAUSE_SECONDS)
        else:
            return
    raise StillInUse(schema)


async def _drop(plain: Connection, schema: str) -> None:
    await plain.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (schema,))  # its projector's
    cursor = await plain.execute(
        "DELETE FROM gateway.read_model WHERE schema = %s AND state <> 'serving'", (schema,)
    )
    if cursor.rowcount:
        await tables.drop(plain, schema)


async def switch(pool: Pool, schema: str) -> str:
    """Let another read model serve, in one transaction; gives the one that served until now.

    The same call with that name switches back. Every feed gets a new id: clients bootstrap.
    """
    async with pool.connection() as plain, plain.transaction():
        await plain.execute(_LOCK)
        models = await plain.execute("SELECT schema, state FROM gateway.read_model")
        states: dict[str, str] = {row[0]: row[1] for row in await models.fetchall()}
        if states.get(schema) not in {"ready", "previous"}:
            raise NothingToSwitchTo(schema)
        old = next(name for name, state in states.items() if state == "serving")
        if await _is_behind(plain, schema, old):
            raise FarBehind(schema)
        await plain.execute(
            "UPDATE gateway.read_model SET state = 'previous' WHERE schema = %s", (old,)
        )
        await plain.execute(
            "UPDATE gateway.read_model SET state = 'serving', feed_id = %s WHERE schema = %s",
            (ids.new(), schema),
        )
        await plain.execute(f"NOTIFY {SWITCHED}")
    return old


async def _is_behind(plain: Connection, schema: str, old: str) -> bool:
    theirs, ours = await positions(plain, schema), await positions(plain, old)
    behind = sum(max(0, offset - theirs.get(at, 0)) for at, offset in ours.items())
    return behind > _MOST_BEHIND


#: Records that a projector puts in within a moment.
_MOST_BEHIND = 1_000


async def positions(plain: Connection, schema: str) -> dict[TopicPartition, int]:
    """Give the watermark of a read model, within the caller's transaction."""
    await enter(plain, EVERYTHING, schema)
    cursor = plain.cursor(row_factory=dict_row)
    await cursor.execute("SELECT topic, partition, next_offset FROM watermark")
    return {
        TopicPartition(row["topic"], row["partition"]): row["next_offset"]
        for row in await cursor.fetchall()
    }


async def _insert(plain: Connection, schema: str, state: str) -> None:
    await plain.execute(
        "INSERT INTO gateway.read_model (schema, feed_id, state) VALUES (%s, %s, %s)",
        (schema, ids.new(), state),
    )
