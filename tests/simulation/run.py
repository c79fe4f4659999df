"""One run of one seed: days of bursts and quiet with faults, then peace, then the verdict."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, process_time

from services.kernel.handling import Handlers
from services.kernel.kafka.topics import inputs_of
from tests.checking.checker import check
from tests.checking.evidence import Anomaly, Evidence
from tests.simulation import town
from tests.simulation.carriers import NAMES
from tests.simulation.evidence import gather
from tests.simulation.fate import CALM, Fate, Odds, swarmed
from tests.simulation.people import People
from tests.simulation.services import real_handlers
from tests.simulation.virtual import VirtualLoop, run
from tests.simulation.world import SLOTS, World, inhabited

#: Bursts of work in one run, deeds in a burst, and the seconds over which a burst is spread.
BURSTS, _DEEDS, _BURST_SECONDS = 40, (6, 30), (0.5, 20.0)
#: Quiet between two bursts, seconds: mostly minutes, at times most of a day.
_QUIET_MEDIAN, _QUIET_SPREAD, _MOST_QUIET = 600.0, 1.4, 20 * 3600.0
_ROUND_SECONDS = 30.0
#: Once the faults stop, everything settles within this; then every timer that is left rings.
SETTLE_SECONDS, AFTER_SECONDS = 120.0, 50 * 3600.0
_TRAPS_PER_BURST = (0, 2)
_EXILE_SECONDS = (1.0, 20.0)
_JUMPS = (-3600.0, 3600.0, 86_400.0, -300.0, 300.0, 0.0, 0.0)


_USUAL = Odds()


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to run."""

    seed: int
    bursts: int = BURSTS
    odds: Odds = _USUAL
    handlers: Callable[[], dict[str, Handlers]] = real_handlers

    @property
    def faults(self) -> Odds:
        """The odds of this seed; calm stays calm."""
        return swarmed(self.seed, self.odds)


@dataclass
class Verdict:
    """What came of a seed."""

    seed: int
    digest: str
    anomalies: list[Anomaly]
    minutes: float
    seconds: float
    cpu_seconds: float
    records: int
    restarts: int
    wishes: int
    crashed: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    where: Counter[tuple[str, str]] = field(default_factory=Counter)


def simulate(plan: Plan) -> Verdict:
    """Run a seed to its end and judge it."""
    started, used = monotonic(), process_time()
    loop = VirtualLoop()
    world = World(loop, Fate(plan.seed, plan.faults), plan.handlers())
    with inhabited(world):
        left = run(loop, _live(world, plan))
        anomalies = [anomaly for evidence in left for anomaly in check(evidence)]
    return Verdict(
        seed=plan.seed,
        digest=world.history.digest(),
        anomalies=list(dict.fromkeys(anomalies)),
        minutes=loop.time() / 60,
        seconds=monotonic() - started,
        cpu_seconds=process_time() - used,
        records=sum(len(run_) for run_ in world.log.partitions().values()),
        restarts=world.restarts,
        wishes=sum(1 for _ in world.history.of("wish", "text-in")),
        crashed=world.traps.crashed,
        passed=world.traps.passed,
        where=world.traps.where,
    )


def evidence_of(plan: Plan) -> Evidence:
    """Run a seed to its end, and give what it leaves behind unjudged."""
    loop = VirtualLoop()
    world = World(loop, Fate(plan.seed, plan.faults), plan.handlers())
    with inhabited(world):
        return run(loop, _live(world, plan))[-1]


async def _live(world: World, plan: Plan) -> tuple[Evidence, Evidence]:
    """Live through it; gives how it stood amid the faults, and when all was over."""
    people = People(world)
    world.start()
    await _settle_in(world, people)
    for _ in range(plan.bursts):
        within = world.fate.between(*_BURST_SECONDS)
        _befall(world, within)
        await _burst(world, people, within)
        await asyncio.sleep(min(world.fate.long_tailed(_QUIET_MEDIAN, _QUIET_SPREAD), _MOST_QUIET))
    amid = gather(world)
    _heal(world)
    await asyncio.sleep(SETTLE_SECONDS)
    settled_at = world.now
    await asyncio.sleep(AFTER_SECONDS)
    after = gather(world, settled_at)
    world.ended = True
    for process in list(world.processes.values()):
        process.kill()
    await asyncio.sleep(1)
    return amid, after


async def _settle_in(world: World, people: People) -> None:
    """Define the town, in peace."""
    odds, world.fate.odds = world.fate.odds, CALM
    for round_ in town.definitions():
        for definition in round_:
            people.define(definition)
        await asyncio.sleep(_ROUND_SECONDS)
    world.fate.odds = odds
    world.history.note(world.now, "opened")


async def _burst(world: World, people: People, within: float) -> None:
    fate = world.fate
    for _ in range(fate.whole(*_DEEDS)):
        world.loop.call_later(fate.between(0, within), people.act)
    await asyncio.sleep(within)


def _befall(world: World, within: float) -> None:
    """Choose what goes wrong in this burst."""
    fate, odds = world.fate, world.fate.odds
    if odds == CALM:
        return
    for _ in range(fate.whole(*_TRAPS_PER_BURST)):
        world.traps.set_one()
    for name in sorted(world.groups):
        if fate.happens(odds.rebalance):
            for _ in range(fate.whole(1, 3)):
                world.loop.call_later(fate.between(0, within), world.groups[name].rebalance)
        if fate.happens(odds.exile):
            slot, topics = fate.choose(SLOTS), inputs_of(name)
            wait, seconds = fate.between(0, within / 2), fate.between(*_EXILE_SECONDS)
            world.loop.call_later(wait, world.groups[name].exile, slot, topics, seconds)
    _befall_processes(world)
    trouble = fate.happens(odds.carrier_trouble)
    world.network.troubled = fate.choose(NAMES) if trouble else None
    if fate.happens(odds.database_step):
        world.database_error = fate.between(-1.5, 1.5)


def _befall_processes(world: World) -> None:
    """Choose who is frozen, who is killed, and whose wall clock is wrong from now on."""
    fate, odds, names = world.fate, world.fate.odds, sorted(world.processes)
    if fate.happens(odds.freeze):
        process = world.processes[fate.choose(names)]
        world.loop.call_later(fate.between(0, 10), world.freeze, process)
    if fate.happens(odds.crash):
        process = world.processes[fate.choose(names)]
        world.loop.call_later(fate.between(0, 10), process.kill)
    if fate.happens(odds.clock_jump):
        world.processes[fate.choose(names)].clock_error = fate.choose(_JUMPS)


def _heal(world: World) -> None:
    """End all faults; what is frozen wakes, what is dead is started by its orchestrator."""
    world.fate.odds, world.network.troubled = CALM, None
    world.traps.clear()
    for process in world.processes.values():
        process.clock_error = 0.0
        world.thaw(process)
    world.history.note(world.now, "healed")
