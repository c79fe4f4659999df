"""A worker that ends or freezes between any two side effects: nothing is lost or done twice."""

import asyncio
import signal

import pytest

from services.kernel.crash import POINTS
from tests.support.claims_checker import decided, finish
from tests.support.claims_rig import Rig
from tests.support.waiting import eventually

pytestmark = pytest.mark.integration

_BATCH_POINTS = [point for point in POINTS if not point.startswith(("effect", "timer"))]
_TIMER_POINTS = [point for point in POINTS if point.startswith("timer")]


@pytest.mark.parametrize("point", [*_BATCH_POINTS, *_TIMER_POINTS])
async def test_a_crash_between_any_two_side_effects_changes_nothing(rig: Rig, point: str) -> None:
    await rig.prepare()
    nth = 3 if point in _BATCH_POINTS[1:] else 1
    worker = rig.start(CRASH_AT=f"{point}:{nth}")
    await rig.load(10)
    assert await asyncio.to_thread(worker.wait, 20) == -signal.SIGKILL
    rig.start()
    await finish(rig)


@pytest.mark.parametrize("point", ["before-commit", "after-commit"])
async def test_a_worker_frozen_around_its_one_statement_cannot_decide_twice(
    rig: Rig, point: str
) -> None:
    await rig.prepare()
    rig.start(0, CRASH_AT=f"{point}:5", CRASH_WITH="SIGSTOP")
    await rig.load(20)
    rig.start(1)
    await rig.load(5)
    owned_by_other = "SELECT count(*) = 0 FROM stream_position WHERE owner NOT LIKE '%-1'"
    await eventually(lambda: rig.rows(owned_by_other) == [(True,)], 30)
    await _until_all_decided(rig)
    rig.kill(0, signal.SIGCONT)
    await rig.load(5)
    await finish(rig)


async def _until_all_decided(rig: Rig) -> None:
    """Wait until the new owner has decided all that was sent, timers aside."""
    await eventually(lambda: decided(rig) >= len(rig.sent), 30)
