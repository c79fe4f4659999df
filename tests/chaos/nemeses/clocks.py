"""Wall clocks that are wrong in one service at a time, and claims that end as their holder replies.

F14 a week later, F20, F30. The monotonic clock stays true, as it does in life.
"""

import asyncio
from datetime import datetime

from services.kernel.clock import Clock
from tests.chaos import town
from tests.chaos.scene import SHORT, WHILE, Fault, Scene

_HOUR, _DAY, _WEEK = 3_600, 86_400, 7 * 86_400
_JUMPS = (_HOUR, -_HOUR, _DAY, -_DAY, 300, -300)
_SERVICES = ("ingest", "router", "queue", "dispatch", "media", "notify", "gateway")
_AROUND_SECONDS = 0.05
_WAITING_SECONDS = 5.0
#: The shim looks at its switch more often than this.
_LOOK_SECONDS = 0.2


async def clock_jumps(scene: Scene) -> None:
    """F20: the wall clock of one service, then of another, is an hour or a day off."""
    for service in scene.fate.sample(_SERVICES, 2):
        scene.stack.shim.jump(service, scene.fate.choice(_JUMPS))
        await scene.last(WHILE)
        scene.stack.shim.set_right(service)


async def repeats_after_a_week(scene: Scene) -> None:
    """F14: a text comes again when ingest's clock says that a week has passed."""
    line, customer = town.LINES[1], scene.fate.choice(town.CUSTOMERS)
    first = await scene.people.text(line, customer, "once a week")
    await scene.last(SHORT)
    scene.stack.shim.jump("ingest", _WEEK)
    await asyncio.sleep(_LOOK_SECONDS)
    await scene.people.text(line, customer, "once a week", id=first)
    await scene.last(SHORT)
    scene.stack.shim.set_right("ingest")


async def claim_lapses_under_the_reply(scene: Scene) -> None:
    """F30: the holder replies when the claim ends, give or take 50 ms: one of the two wins."""
    desk = next(desk for desk in town.DESKS if desk.queue == "sales")
    customers = scene.fate.sample(town.CUSTOMERS, 3)
    for customer in customers:
        await scene.people.text(desk, customer, "in a hurry", wait=True)
    await asyncio.gather(*(_race(scene, customer) for customer in customers))


async def _race(scene: Scene, customer: str) -> None:
    people, desk = scene.people, next(d for d in town.DESKS if d.queue == "sales")
    agent = desk.agents[0]
    deadline = scene.stack.now + _WAITING_SECONDS
    place = None
    while place is None and scene.stack.now < deadline:
        found = [one for one in await people.waiting(desk)
                 if one["counterpart"]["number"] == customer]  # fmt: skip
        place = str(found[0]["conversation_id"]) if found else None
        await asyncio.sleep(_LOOK_SECONDS)
    if place is None or await people.claim(desk, agent, place) != 200:
        return
    mine = [one for one in await people.held(desk, agent) if one["id"] == place]
    if not mine or mine[0]["queue"]["lapses_at"] is None:
        return
    due = datetime.fromisoformat(mine[0]["queue"]["lapses_at"])
    wait = (due - Clock().now()).total_seconds()
    await asyncio.sleep(max(0.0, wait + scene.fate.uniform(-_AROUND_SECONDS, _AROUND_SECONDS)))
    answer = await people.say(agent, place, "just in time?", epoch=mine[0]["queue"]["epoch"])
    if answer is not None:
        refused = answer.status_code == 409 and answer.json()["code"] == "claim-lapsed"
        scene.expect(answer.is_success or refused, f"a late reply got {answer.text[:200]}")


FAULTS = (
    Fault("F20", "clock jumps in services", clock_jumps, frozenset({"clocks"}), frozenset({"cc"})),
    Fault("F14", "duplicate a week later", repeats_after_a_week, frozenset({"clocks"}),
          frozenset({"cc"})),
    Fault("F30", "claim lapses under the reply", claim_lapses_under_the_reply),
)  # fmt: skip
