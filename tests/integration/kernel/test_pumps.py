"""Timers never ring early; effects keep to their lane's pace and their order."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from schemas import codec
from services.kernel import postgres, timers
from services.kernel.clock import Clock
from services.kernel.deciding import Outgoing
from services.kernel.effects import AHEAD_SECONDS, Around, EffectPump
from services.kernel.handling import Addressed
from services.kernel.readiness import Readiness
from services.kernel.tables import prepare
from services.kernel.timers import TimerPump
from tests.support.claims import claim
from tests.support.claims_rig import Rig, command
from tests.support.waiting import eventually

pytestmark = pytest.mark.integration


class FakePublisher:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.records: list[Outgoing] = []

    async def publish(self, records: Sequence[Outgoing]) -> None:
        self.records += records


class Diary:
    """A performer that notes when it was called."""

    def __init__(self) -> None:
        self.calls: list[tuple[float, str]] = []

    async def perform(self, _effect_id: str, payload: bytes) -> tuple[Addressed, ...]:
        self.calls.append((asyncio.get_running_loop().time(), msgspec.json.decode(payload)))
        await asyncio.sleep(0)
        return ()

    def interrupted(self, _effect_id: str, _payload: bytes) -> tuple[Addressed, ...] | None:
        return None


@pytest.fixture
async def pool(rig: Rig) -> AsyncIterator[postgres.Pool]:
    await prepare(rig.database, {rig.service: "claims"})
    async with postgres.make_pool(rig.dsn, "test", 6) as pool:
        yield pool


async def _set(pool: postgres.Pool, due_at: datetime) -> None:
    record, id_ = command(claim("q1", "c1", "ana"))
    await postgres.execute(
        pool,
        "INSERT INTO timer (id, subject, kind, version, due_at, command)"
        " VALUES (%s, 'q1', 'k', '1', %s, %s)",
        (id_, due_at, record.value),
    )


async def test_timers_that_wait_are_not_looked_at(pool: postgres.Pool) -> None:
    """M5: a look costs what is due, however many are not."""
    explained = await postgres.fetch_all(pool, f"EXPLAIN {timers._LEASE}", (3, 0.2, 500))

    plan = "\n".join(line for (line,) in explained)
    assert "Index Cond: (due_at <=" in plan, plan


async def test_a_timer_rings_once_not_early_and_carries_the_moment(pool: postgres.Pool) -> None:
    now = await postgres.now(pool)
    await _set(pool, now - timedelta(seconds=1))
    await _set(pool, now + timedelta(hours=1))
    out = FakePublisher()
    pumps = [TimerPump(pool, out, Readiness()) for _ in range(3)]
    assert sum(await asyncio.gather(*(pump.pump() for pump in pumps))) == 1
    assert await pumps[0].pump() == 0
    (record,) = out.records
    assert (record.topic, record.key) == ("queue-commands", b"q1")
    assert codec.decode(record.value).time >= now


async def test_timers_ring_when_they_are_due_and_not_at_the_next_look(
    pool: postgres.Pool,
) -> None:
    now = await postgres.now(pool)
    dues = [now + timedelta(milliseconds=20 * number) for number in range(1, 9)]
    for due in reversed(dues):
        await _set(pool, due)
    out = FakePublisher()
    assert await TimerPump(pool, out, Readiness()).pump() == len(dues)
    rung = [codec.decode(record.value).time for record in out.records]
    assert all(at >= due for at, due in zip(rung, dues, strict=True))
    assert len(set(rung)) > 1
    assert await TimerPump(pool, out, Readiness()).pump() == 0


async def test_a_timer_of_a_pump_that_died_after_leasing_rings_later(pool: postgres.Pool) -> None:
    await _set(pool, await postgres.now(pool) - timedelta(seconds=9))
    await postgres.execute(
        pool, "UPDATE timer SET leased_until = clock_timestamp() - interval '1 s'"
    )
    out = FakePublisher()
    assert await TimerPump(pool, out, Readiness()).pump() == 1


async def _wish(pool: postgres.Pool, **row: Any) -> None:  # noqa: ANN401 - columns
    absent = dict.fromkeys(("lane", "spacing", "shared_lane", "shared_spacing"))
    values = {**absent, "priority": 0, "key": row["name"], **row}
    await postgres.execute(
        pool,
        "INSERT INTO effect (id, kind, order_key, payload, cause, due_at, lane, spacing_seconds,"
        " shared_lane, shared_spacing_seconds, priority) VALUES (gen_random_uuid(), 'note',"
        " %(key)s, convert_to(%(payload)s, 'utf8'),"
        """ '{"correlation": "c", "causation": "d"}', clock_timestamp(), %(lane)s,"""
        " %(spacing)s, %(shared_lane)s, %(shared_spacing)s, %(priority)s)",
        {**values, "payload": f'"{row["name"]}"'},
    )


async def _pumped(pool: postgres.Pool, diary: Diary, calls: int, pumps: int = 1) -> None:
    readiness, publisher = Readiness(), FakePublisher()
    tasks = []
    for number in range(pumps):
        around = Around("s", f"s-{number}", number, pool, publisher, readiness, Clock())
        pump = EffectPump({"note": diary}, around, asyncio.Event())
        tasks.append(asyncio.create_task(pump.run()))
    try:
        await eventually(lambda: len(diary.calls) >= calls, 15)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_lane_keeps_its_pace_over_all_replicas_and_replies_go_first(
    pool: postgres.Pool,
) -> None:
    for number in range(4):
        await _wish(pool, name=f"bulk-{number}", lane="+1", spacing=0.25, priority=5)
    await _wish(pool, name="reply", lane="+1", spacing=0.25, priority=0)
    await _wish(pool, name="other lane", lane="+2", spacing=0.25)
    diary = Diary()
    await _pumped(pool, diary, 6, pumps=3)
    paced = [(at, name) for at, name in diary.calls if name != "other lane"]
    assert paced[0][1] == "reply"
    gaps = [after[0] - before[0] for before, after in itertools.pairwise(paced)]
    assert min(gaps) > 0.2


async def test_many_lanes_together_keep_the_pace_of_what_they_share(pool: postgres.Pool) -> None:
    for number in range(30):
        await _wish(pool, name=f"{number}", lane=f"+{number}", shared_lane="a", shared_spacing=0.05)
    diary = Diary()
    await _pumped(pool, diary, 30, pumps=3)
    began = diary.calls[0][0]
    # the n-th is due after n spacings; nobody is further ahead of that than the bound
    early = [n * 0.05 - (at - began) for n, (at, _) in enumerate(sorted(diary.calls))]
    assert max(early) <= AHEAD_SECONDS + 0.05


async def test_one_order_key_is_performed_in_the_order_of_deciding(pool: postgres.Pool) -> None:
    for number in range(10):
        await _wish(pool, name=f"{number}", key="same", priority=10 - number)
    diary = Diary()
    await _pumped(pool, diary, 10, pumps=3)
    assert [name for _, name in diary.calls] == [f"{number}" for number in range(10)]
