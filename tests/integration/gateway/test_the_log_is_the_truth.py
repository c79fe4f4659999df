"""Kill -9 at every side of a commit, replay beside what serves, switch, and switch back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import dict_row
from websockets.asyncio.client import connect

from services.gateway import app
from services.gateway.adapters.read_models import NothingToSwitchTo, ReadModel
from tests.support.gateway_rig import GatewayRig, close_code, gateway_rig
from tests.support.gateway_words import Story, a_busy_morning
from tests.support.waiting import eventually

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]


@pytest.fixture
async def rig(kafka: str, prepared: str, tmp_path: Path) -> AsyncIterator[GatewayRig]:
    async with gateway_rig(kafka, prepared, tmp_path) as rig:
        yield rig


async def _feed_of(rig: GatewayRig, schema: str) -> list[tuple[str, int]]:
    async with await psycopg.AsyncConnection.connect(rig.database, row_factory=dict_row) as link:
        cursor = await link.execute(
            f"SELECT viewer, sequence FROM {schema}.feed ORDER BY viewer, sequence"  # noqa: S608 - a name of ours
        )
        return [(row["viewer"], row["sequence"]) for row in await cursor.fetchall()]


async def test_killed_around_a_commit_then_replayed_it_is_the_same_and_can_be_switched(
    rig: GatewayRig,
) -> None:
    story = Story("kills")
    rig.start()
    await rig.ready()
    story.defines("alice", "bert", "sam")
    await rig.tells(story)
    async with rig.person(story, "alice") as alice:
        token = alice.headers["authorization"]

        async def known() -> bool:
            return bool((await alice.get("/bootstrap")).json()["queues"])

        await eventually(known, 30)
    rig.kill()
    for turn, point in enumerate(("before-commit:1", "after-commit:1", "before-commit:2")):
        rig.start(CRASH_AT=point)
        for position in range(1, 8):
            counterpart = f"+1415555{turn:02}{position:02}"
            story.starts_sms(counterpart)
            story.receives(1, counterpart=counterpart)
            story.waits(counterpart)
            await rig.tells(story)
        await _until_dead(rig, story)
    await rig.publish(*a_busy_morning("morning").told)

    await _same_when_replayed(rig)
    await _dense(rig)
    await _switched_and_back(rig, token)


async def _until_dead(rig: GatewayRig, story: Story) -> None:
    """Keep telling until it has died: how many batches a fetch makes is the broker's affair."""
    process = rig.process
    assert process is not None

    async def dead() -> bool:
        counterpart = f"+14155{len(story.told) + story.at.minute * 60 + story.at.second:06}"
        story.starts_sms(counterpart)
        await rig.tells(story)
        return process.poll() is not None

    await eventually(dead, 60, every=0.2)
    assert process.returncode == -9


async def _same_when_replayed(rig: GatewayRig) -> None:
    """Begin while what serves is behind: to be ahead of it is no difference."""
    replaying = asyncio.create_task(app.replay(rig.dsn, rig.kafka, lambda _done, _total: None))
    await eventually(lambda: _is_ahead(rig), 60, every=0.2)
    rig.start()
    await rig.ready()
    done = await replaying

    assert done.differs == ()
    assert done.records > 50
    assert done.schema == "gateway_v2"


async def _dense(rig: GatewayRig) -> None:
    told = [sequence for _, sequence in await _feed_of(rig, "gateway_v1")]

    assert told == list(range(1, len(told) + 1))
    assert len(told) > 20


async def _switched_and_back(rig: GatewayRig, token: str) -> None:
    async with rig.client(Authorization=token) as alice:
        before = (await alice.get("/bootstrap")).json()
        place = before["feed"]
        address = rig.url.replace("http", "ws")
        async with connect(
            f"{address}/api/v1/feed?id={place['id']}&after={place['sequence']}",
            additional_headers={"Authorization": token},
            proxy=None,
        ) as socket:
            old = await app.switch(rig.dsn, "gateway_v2")
            code = await close_code(socket)
        after = (await alice.get("/bootstrap")).json()
        assert (old, code) == ("gateway_v1", 4410)
        assert after["feed"]["id"] != place["id"]
        assert after["waiting"] == before["waiting"]
        assert await app.switch(rig.dsn, old) == "gateway_v2"
        back = (await alice.get("/bootstrap")).json()
        assert back["waiting"] == before["waiting"]
    await app.discard(rig.dsn, "gateway_v2")
    assert await app.models(rig.dsn) == [ReadModel("gateway_v1", "serving")]
    with pytest.raises(NothingToSwitchTo):
        await app.switch(rig.dsn, "gateway_v2")


async def _is_ahead(rig: GatewayRig) -> bool:
    """Whether the one that is being built has what the one that serves has not."""
    async with await psycopg.AsyncConnection.connect(rig.database) as link:
        names = await link.execute("SELECT schema FROM gateway.read_model WHERE state = 'building'")
        row = await names.fetchone()
        if row is None:
            return False
        cursor = await link.execute(f"SELECT count(*) FROM {row[0]}.message")  # noqa: S608 - a name of ours
        count = await cursor.fetchone()
        return count is not None and count[0] > 0
