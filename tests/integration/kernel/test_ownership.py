"""Who owns a partition, who may read a schema, and what topics must be like."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from psycopg import sql

from services.kernel import positions, postgres
from services.kernel.kafka import topics
from services.kernel.kafka.lag import lags
from services.kernel.positions import Claim
from services.kernel.refold import refold, replace
from services.kernel.runtime import TopicPartition
from services.kernel.tables import prepare, role_of
from tests.support.claims import Claims, claim
from tests.support.claims_checker import quiet
from tests.support.claims_rig import TOPICS, Rig, command

pytestmark = pytest.mark.integration

AT = TopicPartition("queue-commands", 3)
ALSO = TopicPartition("carrier-events", 3)


@pytest.fixture
async def pool(rig: Rig) -> AsyncIterator[postgres.Pool]:
    await prepare(rig.database, {rig.service: "claims"})
    async with postgres.make_pool(rig.dsn, "test", 4) as pool:
        await positions.begin(pool, "c", {AT: 10, ALSO: 20})
        yield pool


def _claim(generation: int, born: int, owner: str = "a") -> Claim:
    return Claim("c", owner, generation, born)


async def test_a_newer_generation_takes_over_and_bumps_all_topics_of_the_partition(
    pool: postgres.Pool,
) -> None:
    first = await positions.take(pool, _claim(1, 5), [AT, ALSO])
    second = await positions.take(pool, _claim(2, 4, "b"), [AT, ALSO])
    assert {at: p.epoch for at, p in first.items()} == {AT: 1, ALSO: 1}
    assert {at: (p.next_offset, p.epoch) for at, p in second.items()} == {
        AT: (10, 2),
        ALSO: (20, 2),
    }
    assert await positions.read(pool, _claim(1, 5), [AT]) == {}


async def test_an_older_generation_and_an_older_process_of_the_same_one_get_nothing(
    pool: postgres.Pool,
) -> None:
    await positions.take(pool, _claim(5, 100), [AT])
    assert await positions.take(pool, _claim(4, 200, "b"), [AT]) == {}
    assert await positions.take(pool, _claim(5, 99, "b"), [AT]) == {}
    assert (await positions.take(pool, _claim(5, 101, "b"), [AT]))[AT].epoch == 2


async def test_the_same_owner_in_the_same_generation_only_reads(pool: postgres.Pool) -> None:
    await positions.take(pool, _claim(5, 100), [AT])
    assert (await positions.take(pool, _claim(5, 100), [AT]))[AT].epoch == 1


async def test_after_the_groups_metadata_is_lost_an_operator_lets_it_begin_again(
    pool: postgres.Pool,
) -> None:
    await positions.take(pool, _claim(50, 100), [AT])
    await positions.reset_generation(pool, "c")
    assert AT in await positions.take(pool, _claim(1, 200), [AT])


async def test_a_predecessor_frozen_with_our_row_locked_is_ended(
    pool: postgres.Pool, rig: Rig
) -> None:
    with psycopg.connect(rig.dsn) as frozen:
        frozen.execute("SELECT 1 FROM stream_position FOR UPDATE")
        taken = await asyncio.wait_for(positions.take(pool, _claim(1, 1), [AT]), 8)
        assert taken[AT].epoch == 1
        with pytest.raises(psycopg.OperationalError):
            frozen.execute("SELECT 1")


async def test_a_services_role_reads_no_other_schema(rig: Rig) -> None:
    passwords = {rig.service: "claims", f"{rig.service}b": "other"}
    await prepare(rig.database, passwords)
    await prepare(rig.database, passwords)
    with psycopg.connect(rig.dsn) as connection:
        assert connection.execute("SELECT count(*) FROM part").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                sql.SQL("SELECT 1 FROM {}.part").format(sql.Identifier(f"{rig.service}b"))
            )
    with psycopg.connect(rig.database, autocommit=True) as connection:
        role = sql.Identifier(role_of(f"{rig.service}b"))
        connection.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(role))
        connection.execute(sql.SQL("DROP ROLE {}").format(role))


async def test_topics_are_made_once_and_one_that_differs_is_refused(rig: Rig) -> None:
    await rig.prepare()
    assert await topics.prepare(rig.kafka, text=TOPICS) == []
    await topics.compare(rig.kafka, text=TOPICS)
    other = TOPICS.replace("partitions = 12", "partitions = 7")
    with pytest.raises(topics.TopicsDiffer, match="queue-commands: 12 partitions, not 7"):
        await topics.prepare(rig.kafka, text=other)
    with pytest.raises(topics.TopicsDiffer, match=r"retention\.ms"):
        await topics.compare(rig.kafka, text=TOPICS.replace('"30d"', '"31d"'))


async def test_the_state_is_rebuilt_from_the_log_and_a_difference_is_found(rig: Rig) -> None:
    await rig.prepare()
    rig.start()
    await rig.load(3)
    await rig.send([command(claim("q1", "cx", "ana"))[0]])
    await quiet(rig)
    rig.stop()
    async with postgres.make_pool(rig.dsn, "test", 2) as pool:

        async def fold() -> tuple[str, ...]:
            found = await refold(
                rig.kafka,
                pool,
                Claims(),
                own=["queue-events"],
                foreign=["carrier-events"],
                consumer=rig.service,
            )
            if found.different:
                await replace(pool, found.parts)
            return found.different

        assert await fold() == ()
        await postgres.execute(pool, "UPDATE part SET value = '{}' WHERE key = 'queue/q1'")
        assert await fold() == ("queue/q1",)
        assert await fold() == ()
        behind = await lags(rig.kafka, pool, rig.service, ["queue-commands"])
        assert [lag.records for lag in behind] == [0] * 12
