"""From a run of records to a complete plan: decode, load, decide, set aside what cannot be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas import codec
from schemas.envelope import Envelope
from schemas.letter import LetterJudged
from services.kernel import deadletters
from services.kernel.clock import Clock
from services.kernel.crash import point
from services.kernel.deciding import Bug, Dead, Knowledge, Misses, Pass, Plan, is_command
from services.kernel.handling import Handlers, Outcome
from services.kernel.memory import Kept, Memory, Wanted
from services.kernel.runtime import Record

#: Passes over one batch before it is halved; a pass loads all that the one before it lacked.
MAX_PASSES = 12
_NOTHING = Outcome()


class TooManyPasses(RuntimeError):
    """The batch asks for more each time; a smaller one will not."""


Item = tuple[Record, Envelope[Any] | Dead]


@dataclass(slots=True)
class Work:
    """A run of records of one partition on its way to a plan; `Planner.read` makes it."""

    records: Sequence[Record]
    kept: Kept
    #: Those of the records that anything may follow from, decoded.
    items: Sequence[Item]
    #: Records that are given up, by offset; filled as handlers break on them.
    condemned: dict[int, Dead] = field(default_factory=dict)
    #: Keys whose parking does not count: their dead letters are being released.
    releasing: frozenset[bytes] = frozenset()
    tries: dict[int, int] = field(default_factory=dict)


class Planner:
    """Makes plans; keeps nothing between them but which topics this service writes."""

    def __init__(self, service: str, handlers: Handlers, memory: Memory, clock: Clock) -> None:
        self._service = service
        self._handlers = handlers
        self._memory = memory
        self._clock = clock
        self._event_topics: set[str] = set()

    def read(
        self, records: Sequence[Record], kept: Kept, releasing: frozenset[bytes] = frozenset()
    ) -> Work:
        """Decode a run and leave out what is idle."""
        items = ((record, decode(record)) for record in records)
        busy = [(record, item) for record, item in items if not self._is_idle(item)]
        return Work(records, kept, busy, releasing=releasing)

    def _is_idle(self, item: Envelope[Any] | Dead) -> bool:
        """Tell whether nothing follows from it, whatever the state.

        True only for events that read no part and change none: deciding them again, after a crash
        or by a repeat, is as empty as the first time, so nothing need be remembered of them.
        """
        if isinstance(item, Dead) or is_command(item):
            return False
        if isinstance(item.data, LetterJudged):
            return item.data.letter.service != self._service
        handlers = self._handlers
        try:
            if any(True for _ in handlers.needs(item, {})) or any(
                True for _ in handlers.touches(item)
            ):
                return False
            return handlers.decide(item, {}) == _NOTHING
        except Exception:  # noqa: BLE001 - the pass will meet it again and judge
            return False

    async def plan(self, work: Work) -> Plan:
        """Decide all records of the run; loads in rounds, each for the whole run."""
        known = Knowledge()
        parked = await self._memory.load(self._first_guess(work), work.kept, known)
        for _ in range(MAX_PASSES):
            pass_ = self._pass(work, known, parked - work.releasing)
            if pass_ is None:
                continue
            if not pass_.misses:
                self._event_topics.update(topic for topic, _ in pass_.plan.sequences)
                self._give_up(pass_.plan)
                point("after-decide")
                return pass_.plan
            await self._memory.load(Wanted(misses=pass_.misses), work.kept, known)
        raise TooManyPasses

    def _first_guess(self, work: Work) -> Wanted:
        """Guess in one round trip what most records will ask for."""
        wanted = Wanted(misses=Misses())
        for record, item in work.items:
            wanted.keys.add(record.key or b"")
            if isinstance(item, Dead) or record.offset in work.condemned:
                continue
            wanted.ids.add(item.id)
            wanted.misses.sequences.update((topic, item.subject) for topic in self._event_topics)
            try:
                wanted.misses.parts.update(self._handlers.needs(item, {}))
            except Exception:  # noqa: BLE001, S112 - only a guess: the pass will meet it again and judge
                continue
        return wanted

    def _pass(self, work: Work, known: Knowledge, parked: set[bytes]) -> Pass | None:
        """Make one pass; None if a handler broke on a record, which is then tried again."""
        pass_ = Pass(self._service, self._handlers, known)
        for record, item in work.items:
            key = record.key or b""
            dead = item if isinstance(item, Dead) else work.condemned.get(record.offset)
            if key in parked or key in pass_.plan.parked:
                dead = dead or Dead(record, deadletters.FOLLOWS, "its key is parked", "")
            if dead is not None:
                self._set_aside(dead, pass_.plan)
                continue
            if not self._decided(work, pass_, record, item):
                return None
        return pass_

    def _decided(self, work: Work, pass_: Pass, record: Record, item: Envelope[Any] | Dead) -> bool:
        if isinstance(item, Dead):
            return False
        try:
            pass_.decide(item)
        except Bug as bug:
            tries = work.tries[record.offset] = work.tries.get(record.offset, 0) + 1
            if tries >= deadletters.TRIES:
                cause = bug.__cause__ or bug
                work.condemned[record.offset] = deadletters.autopsy(record, deadletters.BUG, cause)
            return False
        return True

    def _give_up(self, plan: Plan) -> None:
        """Say in the letter's own topic that it will not be decided."""
        for judged in plan.judged:
            if judged.verdict == "set-aside":
                now, end = self._clock.now(), deadletters.SET_ASIDE
                plan.outgoing.append(deadletters.settlement(judged.letter, end, now))

    def _set_aside(self, dead: Dead, plan: Plan) -> None:
        plan.dead.append(dead)
        plan.outgoing.append(deadletters.letter(self._service, dead, self._clock.now()))
        if dead.reason in {deadletters.BUG, deadletters.UNKNOWN}:
            plan.parked.setdefault(dead.record.key or b"", dead.reason)


def decode(record: Record) -> Envelope[Any] | Dead:
    """Read a record; what cannot be read is dead at once, what we do not know yet is parked."""
    try:
        return codec.decode(record.value or b"")
    except codec.UnknownType as error:
        return deadletters.autopsy(record, deadletters.UNKNOWN, error)
    except (codec.Malformed, RecursionError) as error:
        return deadletters.autopsy(record, deadletters.MALFORMED, error)
