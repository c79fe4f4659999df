"""Processes that are killed, frozen, asked to go, and raced: F1, F4-F8, F18, F21, F22, F29, F34."""

import asyncio
import signal

from services.kernel.crash import POINTS, SPOOL_POINTS
from tests.chaos import town
from tests.chaos.scene import LONG, MOMENT, SHORT, STEP_SECONDS, WHILE, Fault, Scene

_DECIDERS = ("router", "queue", "dispatch", "media", "notify")
_CRASH_SECONDS = 8.0
#: What must be there for an agent to get a definite answer.
_ASKED_THROUGH = ("kafka", "postgres", "gateway", "links")
#: A session lasts 6 s; a worker that is frozen longer wakes as a zombie.
_FROZEN_SECONDS = 8.0
_STOP_SECONDS = 10.0
#: A second worker has joined by then; and how long claims are under way.
_JOINED_SECONDS, _RACE_SECONDS = 2.0, 0.05


async def broker_dies(scene: Scene) -> None:
    """F1: the broker is killed and comes back; carriers are answered meanwhile."""
    stack = scene.stack
    await stack.put_down("kafka")
    await scene.people.customer_texts(scene.fate)
    await scene.last(WHILE)
    await stack.put_up("kafka")


async def worker_dies_in_a_batch(scene: Scene) -> None:
    """F4: a decider is killed at a place between two side effects, and at any moment."""
    service = scene.fate.choice(_DECIDERS)
    points = [one for one in POINTS if not one.startswith(("timer", "effect"))]
    if service == "dispatch":
        points += [one for one in POINTS if one.startswith("effect")]
    await _crash_at(scene, service, scene.fate.choice(points))
    scene.stack.kill(scene.fate.choice(_DECIDERS))
    await scene.last(SHORT)


async def producer_dies_unanswered(scene: Scene) -> None:
    """F5: the log has it, the answer is lost, the producer is killed and sends it again."""
    service = scene.fate.choice(("ingest", "router", "gateway"))
    scene.stack.relays.hold(f"{service}-kafka", there=False, back=True)
    await scene.people.customer_texts(scene.fate)
    await scene.last(SHORT)
    scene.stack.kill(service)
    await scene.stack.ended(service)
    scene.stack.healed(f"{service}-kafka")


async def ingest_dies_synced(scene: Scene) -> None:
    """F6: ingest dies between the sync and the answer; the carrier comes again."""
    await _crash_at(scene, "ingest", scene.fate.choice(SPOOL_POINTS[1:]))


async def ingest_dies_unsynced(scene: Scene) -> None:
    """F7: ingest dies before the sync; nobody was told yes, and nothing is half there."""
    await _crash_at(scene, "ingest", SPOOL_POINTS[0])


async def database_dies(scene: Scene) -> None:
    """F8: the database goes without a word, and comes back."""
    stack = scene.stack
    await stack.put_down("postgres", signal.SIGQUIT)
    await scene.people.customer_texts(scene.fate)
    await scene.last()
    await stack.put_up("postgres")


async def consumer_stands_still(scene: Scene) -> None:
    """F18: a reader is frozen for less than a session; the others go on."""
    service = scene.fate.choice(("gateway", "notify", "media", "dispatch"))
    scene.stack.freeze(service)
    await scene.last(LONG)
    scene.stack.thaw(service)


async def owner_wakes_as_a_zombie(scene: Scene) -> None:
    """F21: an owner is frozen beyond its session; another takes over; then it wakes."""
    service = scene.fate.choice(("router", "queue", "dispatch"))
    second = f"{service}#1"
    stack = scene.stack
    async with scene.may_end(service):
        stack.down.discard(second)
        stack.run(second)
        await asyncio.sleep(_JOINED_SECONDS)
        stack.freeze(service)
        await asyncio.sleep(_FROZEN_SECONDS)
        stack.thaw(service)
        await scene.last(SHORT)
        await stack.retire(second)


async def workers_come_and_go(scene: Scene) -> None:
    """F22: a second worker joins and leaves, again and again."""
    service = scene.fate.choice(("router", "queue"))
    second = f"{service}#1"
    async with scene.may_end(service):
        for _ in range(3):
            scene.stack.down.discard(second)
            scene.stack.run(second)
            await scene.last(SHORT)
            await scene.stack.retire(second)


async def services_are_asked_to_go(scene: Scene) -> None:
    """F34: SIGTERM during work; they go within 10 s, with status 0."""
    for service in scene.fate.sample(("ingest", *_DECIDERS, "gateway"), 3):
        scene.stack.signal(service, signal.SIGTERM)
        code = await scene.stack.ended(service, _STOP_SECONDS)
        scene.expect(code == 0, f"{service} was asked to go and ended with {code}")
        await scene.last(MOMENT)


async def agents_race_while_the_queue_dies(scene: Scene) -> None:
    """F29: everybody claims, the decider is killed; one holds, and the others are told who."""
    people, desk = scene.people, scene.fate.choice(town.DESKS)
    for _ in range(2):
        await people.text(desk, scene.fate.choice(town.CUSTOMERS), "who is first?")
    await scene.last(SHORT)
    waiting = await people.waiting(desk)
    races = [people.race(desk, str(one["conversation_id"])) for one in waiting[:3]]
    racing = asyncio.gather(*races)
    await asyncio.sleep(scene.fate.uniform(0, _RACE_SECONDS))
    scene.stack.kill("queue")
    for statuses in await racing:
        scene.expect(statuses.count(200) <= 1, f"{statuses.count(200)} agents were told yes")
        scene.expect(None not in statuses, "an agent got no definite answer")


async def _crash_at(scene: Scene, service: str, point: str) -> None:
    """Start it anew with a trap, and see it fall in, if there is work enough."""
    stack = scene.stack
    stack.once[service] = {"CRASH_AT": f"{point}:{scene.fate.randint(1, 3)}"}
    async with scene.may_end(service, after=_CRASH_SECONDS):
        stack.kill(service)
        await stack.ended(service)
        for _ in range(4):
            await scene.people.customer_texts(scene.fate)
            await asyncio.sleep(2 * STEP_SECONDS)
        if stack.is_alive(service):
            stack.kill(service)  # the trap goes with it


def _takes(*names: str) -> frozenset[str]:
    return frozenset(names)


FAULTS = (
    Fault("F1", "broker killed", broker_dies, _takes("kafka")),
    Fault("F4", "consumer killed in a batch", worker_dies_in_a_batch, _takes(*_DECIDERS)),
    Fault("F5", "producer killed, its answer lost", producer_dies_unanswered,
          _takes("ingest", "router", "gateway")),
    Fault("F6", "ingest killed after the sync", ingest_dies_synced, _takes("ingest")),
    Fault("F7", "ingest killed before the sync", ingest_dies_unsynced, _takes("ingest")),
    Fault("F8", "database killed", database_dies, _takes("postgres")),
    Fault("F18", "slow consumer", consumer_stands_still,
          _takes("gateway", "notify", "media", "dispatch")),
    Fault("F21", "zombie after a freeze", owner_wakes_as_a_zombie,
          _takes("router", "queue", "dispatch")),
    Fault("F22", "rebalance storm", workers_come_and_go, _takes("router", "queue")),
    Fault("F29", "claim race with kills", agents_race_while_the_queue_dies,
          _takes("queue", *_ASKED_THROUGH)),
    Fault("F34", "asked to stop during work", services_are_asked_to_go,
          _takes("ingest", *_DECIDERS, "gateway")),
)  # fmt: skip
