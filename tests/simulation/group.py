"""A consumer group of two slots: who owns which partition numbers, and who still believes it.

The coordinator tells each member by itself and late, so that an old owner often goes on for a
while; a frozen member loses what it owned after the session timeout, and wakes as a zombie.
"""

import asyncio
from collections.abc import Collection
from typing import NamedTuple, Protocol

from services.kernel.batch import BatchProcessor
from services.kernel.runtime import Fenced, Record, TopicPartition
from tests.simulation.fate import Fate
from tests.simulation.log import NUMBERS, Log
from tests.simulation.machine import Process

SESSION_SECONDS = 8.0
#: How late a member may learn of a rebalance, and how long a zombie goes on after it wakes.
_NEWS_SECONDS, _DEAF_SECONDS = (0.01, 0.5), (0.5, 15.0)
#: How long an owner may fail to fetch one of its topics, and none of the others.
_MUTE_SECONDS = (0.5, 12.0)
#: How much rarer that is between two batches than at the start.
_GOES_MUTE = 0.05
_ZOMBIE_SECONDS = (0.2, 20.0)
_MOST_AT_ONCE = 12
_AGAIN_SECONDS = 0.05
_LEAST_TOPICS = 2


class Assignment(NamedTuple):
    """What a member is to own in a generation."""

    generation: int
    numbers: tuple[int, ...]


class Listener(Protocol):
    """A member's ear."""

    def hear(self, assignment: Assignment) -> None: ...

    def limit(self, topics: Collection[str], until: float) -> None:
        """Hear that no other topics can be fetched until then."""
        ...


class Coordinator:
    """The broker's side of one service's group; members are static, one to a slot."""

    def __init__(self, slots: Collection[str], fate: Fate) -> None:
        self._fate = fate
        self._generation = 1
        self._members: dict[str, tuple[Process, Listener] | None] = dict.fromkeys(slots)
        self._owns: dict[str, tuple[int, ...]] = dict.fromkeys(slots, ())
        self._lost: set[str] = set()

    def join(self, slot: str, process: Process, listener: Listener) -> None:
        """Take a process in; one that is back in time finds its slot as it was."""
        self._members[slot] = (process, listener)
        if slot in self._lost or not self._owns[slot]:
            self._lost.discard(slot)
            self.rebalance()
        else:
            self._tell(slot)

    def rebalance(self) -> None:
        """Deal the partitions again among whoever is in reach."""
        present = [slot for slot in self._members if self._in_reach(slot)]
        if not present:
            return
        self._generation += 1
        dealt: dict[str, list[int]] = {slot: [] for slot in self._members}
        order = self._fate.shuffled(present)
        for index, number in enumerate(self._fate.shuffled(NUMBERS)):
            dealt[order[index % len(order)]].append(number)
        self._owns = {slot: tuple(sorted(numbers)) for slot, numbers in dealt.items()}
        for slot in present:
            self._tell(slot)

    def silent(self, slot: str, process: Process) -> None:
        """Judge a member that was silent for a session: it is out, others get what it owned."""
        known = self._members[slot]
        if known is None or known[0] is not process or (process.alive and not process.frozen):
            return
        self._lost.add(slot)
        self.rebalance()

    def exile(self, slot: str, topics: Collection[str], seconds: float) -> None:
        """Cut a member off from the group and from all topics but one, and the others from that.

        It goes on deciding what it can fetch, and its successor decides the rest: positions alone
        do not tell them apart, the epoch does.
        """
        loop, known = asyncio.get_running_loop(), self._members[slot]
        if known is None or not self._in_reach(slot) or len(topics) < _LEAST_TOPICS:
            return
        left = self._fate.choose(sorted(topics))
        until = loop.time() + seconds
        for name, member in self._members.items():
            if member is not None:
                mine = [left] if name == slot else [one for one in topics if one != left]
                member[1].limit(mine, until)
        self._lost.add(slot)
        self.rebalance()
        loop.call_at(until, self._return, slot, known[0])

    def woke(self, slot: str, process: Process) -> None:
        """Let a frozen member that is out learn of it, but not at once."""
        known = self._members[slot]
        if slot in self._lost and known is not None and known[0] is process:
            later = self._fate.between(*_ZOMBIE_SECONDS)
            asyncio.get_running_loop().call_later(later, self._return, slot, process)

    def _return(self, slot: str, process: Process) -> None:
        known = self._members[slot]
        if process.alive and known is not None and known[0] is process and slot in self._lost:
            self._lost.discard(slot)
            self.rebalance()

    def _in_reach(self, slot: str) -> bool:
        known = self._members[slot]
        return known is not None and known[0].alive and slot not in self._lost

    def _tell(self, slot: str) -> None:
        deaf = self._fate.happens(self._fate.odds.deaf)
        later = self._fate.between(*(_DEAF_SECONDS if deaf else _NEWS_SECONDS))
        asyncio.get_running_loop().call_later(later, self._say, slot, self._generation)

    def _say(self, slot: str, generation: int) -> None:
        known = self._members[slot]
        if known is not None and self._in_reach(slot) and generation == self._generation:
            known[1].hear(Assignment(generation, self._owns[slot]))


class Member:
    """A process's side: acquires, feeds the processor, gives back; as the real runtimes do."""

    def __init__(
        self, processor: BatchProcessor, topics: Collection[str], log: Log, fate: Fate
    ) -> None:
        self._processor = processor
        self._topics = tuple(topics)
        self._log = log
        self._fate = fate
        self._news: Assignment | None = None
        self._heard = asyncio.Event()
        self._workers: list[asyncio.Task[None]] = []
        self._fenced = False
        self._failure: BaseException | None = None
        self._only: Collection[str] = ()
        self._limited_until = 0.0

    def limit(self, topics: Collection[str], until: float) -> None:
        self._only, self._limited_until = topics, until
        asyncio.get_running_loop().call_at(until + _AGAIN_SECONDS, self._log.poke)

    def _reaches(self, at: TopicPartition) -> bool:
        """Tell whether this can be fetched now."""
        limited = self._limited_until > asyncio.get_running_loop().time()
        return not limited or at.topic in self._only

    def hear(self, assignment: Assignment) -> None:
        self._news = assignment
        self._heard.set()

    async def run(self) -> None:
        """Follow the group until the process ends; fenced and not told why, it ends itself."""
        while True:
            limit = SESSION_SECONDS if self._fenced else None
            try:
                await asyncio.wait_for(self._heard.wait(), limit)
            except TimeoutError:
                raise Fenced("no rebalance followed") from None
            self._heard.clear()
            if self._failure is not None:
                raise self._failure
            if self._news is not None:
                assignment, self._news = self._news, None
                await self._change(assignment)

    async def _change(self, assignment: Assignment) -> None:
        await self._stop()
        await self._processor.release(list(self._processor.owned()))
        self._fenced = False
        wanted = [TopicPartition(topic, n) for topic in self._topics for n in assignment.numbers]
        firsts = await self._processor.acquire(wanted, assignment.generation)
        if len(firsts) < len(wanted):
            self._fenced = True
            self._heard.set()
        for number in sorted({at.partition for at in firsts}):
            mine = {at: offset for at, offset in firsts.items() if at.partition == number}
            self._workers.append(asyncio.create_task(self._work(number, mine)))

    async def _stop(self) -> None:
        """Wait for what is in work; mostly, for the fence makes either safe."""
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.cancel()
        if workers:
            await asyncio.wait(workers)

    async def _work(self, number: int, positions: dict[TopicPartition, int]) -> None:
        arrived = self._log.watch([number])
        mute = self._mute(list(positions), arrived)
        now = asyncio.get_running_loop().time
        try:
            while True:
                arrived.clear()
                waiting = [
                    at
                    for at, offset in positions.items()
                    if self._log.seen(at) > offset
                    and mute.get(at, 0.0) <= now()
                    and self._reaches(at)
                ]
                if waiting:
                    await self._turn(self._fate.choose(waiting), positions)
                    mute |= self._mute(list(positions), arrived, _GOES_MUTE)
                else:
                    await arrived.wait()
        except Fenced:
            self._fenced = True
            self._heard.set()
        except Exception as error:  # noqa: BLE001 - kept, and raised by the member's main loop
            self._failure = error
            self._heard.set()
        finally:
            self._log.unwatch(arrived)

    def _mute(
        self,
        partitions: Collection[TopicPartition],
        arrived: asyncio.Event,
        share: float = 1.0,
    ) -> dict[TopicPartition, float]:
        """Choose what cannot be fetched for a while, and until when."""
        loop, fate = asyncio.get_running_loop(), self._fate
        mute = {}
        for at in partitions:
            if fate.happens(fate.odds.mute * share):
                mute[at] = loop.time() + fate.between(*_MUTE_SECONDS)
                loop.call_at(mute[at] + _AGAIN_SECONDS, arrived.set)
        return mute

    async def _turn(self, at: TopicPartition, positions: dict[TopicPartition, int]) -> None:
        records = self._fetch(at, positions[at])
        following = await self._processor.handle(at, records)
        if following != records[-1].offset + 1:
            await asyncio.sleep(_AGAIN_SECONDS)
        positions[at] = following

    def _fetch(self, at: TopicPartition, offset: int) -> list[Record]:
        """Fetch some of what is there: often a part, at times too early, at times with a gap."""
        fate = self._fate
        start = offset
        if fate.happens(fate.odds.fetch_again):
            start = max(0, offset - fate.whole(1, 5))
        elif fate.happens(fate.odds.fetch_gap) and self._log.seen(at) > offset + 1:
            start = offset + 1
        return self._log.read(at, start, fate.whole(1, _MOST_AT_ONCE) + offset - min(start, offset))
