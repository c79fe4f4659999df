"""One seed: people go on with their day, faults strike, all heals, everything is looked at."""

import asyncio
import contextlib
import random
import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
import psycopg

from deploy.local.layout import ROOT
from services.kernel.clock import monotonic
from services.ops import directory
from services.ops.accounts import set_passwords
from tests.chaos import town
from tests.chaos.evidence import Looker, Window
from tests.chaos.people import People
from tests.chaos.scene import Fault, Scene
from tests.chaos.screens import settle
from tests.chaos.stack import Stack, started
from tests.checking.checker import check
from tests.checking.evidence import Anomaly
from tests.checking.history import History

#: How long people act, how much they do in a second, and the most that is waited for peace.
LOAD_SECONDS, RATE, SETTLE_SECONDS = 6.0, 5.0, 75.0
#: How long they go on once all is healed: what broke in silence shows then.
AFTER_SECONDS = 2.0
#: A strike that has not healed by then is a defect of the rig.
_STRIKE_SECONDS = 150.0
_CLOSE_SECONDS = 10.0
#: reliability.md §7: when all must be caught up after the fault, where the row says so, seconds.
CAUGHT_UP = {"F1": 30.0, "F2": 30.0, "F8": 20.0, "F9": 30.0, "F12": 30.0}
KEPT = ROOT / "test-artifacts" / "chaos"
_PASSWORD = "chaos-chaos-chaos"
_VIEWERS = ("ana", "bert", "gus")


@dataclass
class Verdict:
    """What came of a seed."""

    seed: int
    faults: list[str]
    anomalies: list[Anomaly]
    seconds: float
    settled: float
    texts: int
    wishes: int
    records: int
    left_out: list[str] = field(default_factory=list)


@dataclass
class Rig:
    """A stack with its people and its looker, for any number of seeds."""

    stack: Stack
    people: People
    looker: Looker
    #: What was found before: an anomaly is told once.
    told: set[Anomaly] = field(default_factory=set)

    async def close(self) -> None:
        """End everything, processes first: whatever hangs afterwards leaves nothing running."""
        self.stack.end()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.people.close(), _CLOSE_SECONDS)
        await self.stack.stop()

    def keep(self) -> None:
        """Leave logs and history where whoever looks for a finding finds them."""
        shutil.rmtree(KEPT, ignore_errors=True)
        shutil.copytree(self.stack.layout.logs, KEPT)
        (KEPT / "history.jsonl").write_bytes(self.looker.whole_history().spelled())

    async def run(self, seed: int, faults: Sequence[Fault]) -> Verdict:
        """Live through one seed and judge it."""
        began, fate = monotonic(), random.Random(seed)  # noqa: S311 - repeatable, not secret
        possible = [fault for fault in faults if fault.possible(self.stack)]
        before = self._counts()
        self.people.history.note(self.stack.now, "seed", seed=seed, faults=[f.id for f in possible])
        self.people.follow(*_VIEWERS)
        await self._amid(fate, possible)
        settled = await self._settled(faults)
        await settle(self.people.screens)
        traces = [trace for screen in self.people.screens for trace in screen.traces]
        settled_at = None if settled is None else self.stack.now
        evidence = await self.looker.look(traces, settled_at)
        await self.people.look_away()
        found = [one for one in dict.fromkeys(check(evidence)) if one not in self.told]
        self.told |= set(found)
        if found:
            self.keep()
        after = self._counts()
        return Verdict(
            seed=seed,
            faults=[fault.id for fault in possible],
            anomalies=found,
            seconds=monotonic() - began,
            settled=-1 if settled is None else settled,
            texts=after[0] - before[0],
            wishes=after[1] - before[1],
            records=after[2] - before[2],
            left_out=[fault.id for fault in faults if fault not in possible],
        )

    async def _amid(self, fate: random.Random, faults: Sequence[Fault]) -> None:
        """Let faults strike while people act; faults that need the same thing take turns."""
        locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        strikes = [asyncio.create_task(self._strike(fate, fault, locks)) for fault in faults]
        await self.people.live(fate, LOAD_SECONDS, RATE)
        if strikes:
            _, late = await asyncio.wait(strikes, timeout=_STRIKE_SECONDS)
            for strike in late:
                strike.cancel()
                self.looker.window.missed.append(f"no end of a fault in {_STRIKE_SECONDS:.0f} s")
            for strike in strikes:
                if strike not in late:
                    strike.result()
        self.stack.relays.heal_all()
        try:
            await self.stack.wait_servers()
            await self.stack.wait_ready()
        except TimeoutError as error:
            self.looker.window.missed.append(str(error))
        await self.people.live(fate, AFTER_SECONDS, RATE)

    async def _strike(
        self, fate: random.Random, fault: Fault, locks: defaultdict[str, asyncio.Lock]
    ) -> None:
        mine = random.Random(fate.random())  # noqa: S311 - repeatable
        await asyncio.sleep(mine.uniform(0.2, LOAD_SECONDS / 3))
        scene = Scene(self.stack, self.people, self.looker.window, mine, fault.id)
        held = [locks[name] for name in sorted(fault.takes)]
        for lock in held:
            await lock.acquire()
        try:
            self.people.history.note(self.stack.now, "fault", id=fault.id, title=fault.title)
            await fault.strike(scene)
            self.people.history.note(self.stack.now, "healed", id=fault.id)
        except httpx.HTTPError as error:
            self.people.history.note(self.stack.now, "fault-cut-short", error=repr(error))
        except (TimeoutError, AssertionError, psycopg.Error) as error:
            scene.miss(f"it did not come to its end: {error!r}")
        finally:
            for lock in held:
                lock.release()

    async def _settled(self, faults: Sequence[Fault]) -> float | None:
        missed = self.looker.window.missed
        try:
            seconds = await self.looker.settle(SETTLE_SECONDS)
        except TimeoutError as error:
            missed.append(f"not caught up in {SETTLE_SECONDS:.0f} s: {error}")
            return None
        marks = {one.id: CAUGHT_UP[one.id] for one in faults if one.id in CAUGHT_UP}
        if marks and seconds > max(marks.values()):
            missed.append(f"caught up after {seconds:.1f} s; wanted, in seconds: {marks}")
        return seconds

    def _counts(self) -> tuple[int, int, int]:
        entries = self.people.history.entries
        return (
            len(self.looker.journal.texts_in()),
            sum(1 for one in entries if one.what in ("say", "told")),
            sum(len(run) for run in self.looker.records.values()),
        )


async def rig(*, brokers: int = 1) -> Rig:
    """Start a stack and let everybody in it be defined, signed in and at their desks."""
    history = History()
    async with contextlib.AsyncExitStack() as undo:
        stack = await started(brokers=brokers)
        undo.push_async_callback(stack.stop)
        people = People(stack, history)
        undo.push_async_callback(people.close)
        for one in town.directories():
            refused = await directory.define(stack.kafka, one)
            stack.expect_nothing(refused)
            set_passwords(stack.dsn("gateway"), one.tenant.tenant_id, one.extension, _PASSWORD)
        await people.sign_in(_PASSWORD)
        await people.log_in()
        undo.pop_all()
    return Rig(stack, people, Looker(stack, history, Window(), people.phone))
