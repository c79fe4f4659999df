"""The kernel's tables in memory: what one service's schema holds, with the fence's own meaning.

`tests/contract/test_the_kernels_tables.py` runs one suite on this and on PostgreSQL.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from services.kernel import statement
from services.kernel.effects import AHEAD_SECONDS

Row = tuple[Any, ...]
Values = Any


@dataclass
class PositionRow:
    """A row of stream_position."""

    next_offset: int
    epoch: int = 0
    owner: str | None = None
    generation: int = 0
    born: int = 0

    @property
    def who(self) -> tuple[str | None, int, int]:
        return (self.owner, self.generation, self.born)


@dataclass
class TimerRow:
    """A row of timer."""

    id: str
    due_at: datetime
    command: bytes
    leased_until: datetime | None = None
    fired_at: datetime | None = None


@dataclass
class EffectRow:
    """A row of effect."""

    number: int
    id: str
    kind: str
    order_key: str
    payload: bytes
    cause: str
    due_at: datetime
    lane: str | None
    spacing: float | None
    shared_lane: str | None
    shared_spacing: float | None
    priority: int
    started_at: datetime | None = None
    owner: str | None = None
    born: int | None = None
    leased_until: datetime | None = None
    done_at: datetime | None = None

    @property
    def shown(self) -> Row:
        return (self.number, self.id, self.kind, self.payload, self.cause)


@dataclass(frozen=True)
class DeadRow:
    """A row of dead_letter."""

    id: int
    consumer: str
    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: bytes
    appended_at: int
    reason: str
    error: str
    settled: bool = False


@dataclass
class Schema:
    """One service's schema."""

    now: Callable[[], datetime]
    positions: dict[tuple[str, str, int], PositionRow] = field(default_factory=dict)
    sequences: dict[tuple[str, str], int] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    results: dict[str, str | None] = field(default_factory=dict)
    outbox: dict[int, tuple[str, str, int, bytes]] = field(default_factory=dict)
    #: Timers that have not fired; `fired` is how many have.
    timers: dict[str, TimerRow] = field(default_factory=dict)
    fired: dict[str, TimerRow] = field(default_factory=dict)
    #: Effects that are not done, and the ids of all that ever were.
    effects: dict[int, EffectRow] = field(default_factory=dict)
    effect_ids: dict[str, int] = field(default_factory=dict)
    done: dict[int, EffectRow] = field(default_factory=dict)
    lanes: dict[str, datetime] = field(default_factory=dict)
    #: By consumer and key: partition, reason, whether a release is asked for.
    parked: dict[tuple[str, bytes], tuple[int, str, bool]] = field(default_factory=dict)
    dead: dict[tuple[str, str, int, int], DeadRow] = field(default_factory=dict)
    #: Called when a timer or an effect may have become due.
    changed: Callable[[], None] = lambda: None
    _serials: dict[str, int] = field(default_factory=dict)

    def serial(self, name: str) -> int:
        """Give the next number of a bigserial."""
        self._serials[name] = self._serials.get(name, 0) + 1
        return self._serials[name]

    # -- a batch

    def batch(self, text: str, values: Mapping[str, Any]) -> list[Row]:
        """Run the one statement: where the fence finds no row, nothing is written at all."""
        if not self._fenced(text, values):
            return [(0, None)]
        self._write_state(values)
        self._write_timers(values)
        self._write_effects(values)
        self._write_dead(values)
        for id_ in values.get("published", ()):
            self.outbox.pop(id_, None)
        sent = self._write_outbox(values)
        self.changed()
        return [(1, sent)]

    def _fenced(self, text: str, values: Mapping[str, Any]) -> bool:
        """Judge by the conditions that the statement itself spells out, so that a lack shows."""
        row = self.positions.get((values["consumer"], values["topic"], values["partition"]))
        if row is None:
            return False
        fence = text.partition("RETURNING")[0]
        if "AND epoch = %(epoch)s" in fence and row.epoch != values["epoch"]:
            return False
        if "AND next_offset = %(first)s" in fence and row.next_offset != values["first"]:
            return False
        row.next_offset = values["next"]
        return True

    def _write_state(self, values: Mapping[str, Any]) -> None:
        if values.get("stream_topics") is not None:
            streams = zip(values["stream_topics"], values["stream_subjects"], strict=True)
            self.sequences.update(zip(streams, values["stream_sequences"], strict=True))
        if values.get("part_keys") is not None:
            self.parts.update(zip(values["part_keys"], values["part_values"], strict=True))
        if values.get("result_ids") is not None:
            pairs = zip(values["result_ids"], values["result_outcomes"], strict=True)
            for id_, outcome in pairs:
                self.results.setdefault(id_, outcome or None)

    def _write_timers(self, values: Mapping[str, Any]) -> None:
        if values.get("timer_ids") is None:
            return
        rows = zip(values["timer_ids"], values["timer_dues"], values["timer_commands"], strict=True)
        for id_, due_at, command in rows:
            if id_ not in self.timers and id_ not in self.fired:
                self.timers[id_] = TimerRow(id_, due_at, command)

    def _write_effects(self, values: Mapping[str, Any]) -> None:
        if values.get("effect_ids") is None:
            return
        columns = ("kinds", "orders", "payloads", "causes", "dues", "lanes", "spacings")
        shared = ("shared_lanes", "shared_spacings")
        rows = zip(
            values["effect_ids"],
            *(values[f"effect_{name}"] for name in (*columns, *shared)),
            values["effect_priorities"],
            strict=True,
        )
        for id_, *rest in rows:
            if id_ not in self.effect_ids:
                number = self.serial("effect")
                self.effect_ids[id_] = number
                self.effects[number] = EffectRow(number, id_, *rest)

    def _write_dead(self, values: Mapping[str, Any]) -> None:
        consumer = values["consumer"]
        if values.get("dead_topics") is not None:
            names = ("topics", "partitions", "offsets", "keys", "values", "headers", "appended")
            columns = (values[f"dead_{name}"] for name in (*names, "reasons", "errors"))
            for topic, partition, offset, *rest in zip(*columns, strict=True):
                at = (consumer, topic, partition, offset)
                if at not in self.dead:
                    self.dead[at] = DeadRow(self.serial("dead"), *at, *rest)
        if values.get("parked_keys") is not None:
            for key, reason in zip(values["parked_keys"], values["parked_reasons"], strict=True):
                self.parked[consumer, key] = (values["partition"], reason, False)
        self._settle(values.get("settled") or ())
        self._judge(values)
        if values.get("unparked") is not None:
            self.parked.pop((consumer, values["unparked"]), None)

    def _judge(self, values: Mapping[str, Any]) -> None:
        if values.get("judged_topics") is None:
            return
        names = ("judged_topics", "judged_partitions", "judged_offsets", "given_up")
        for topic, partition, offset, ended in zip(*(values[one] for one in names), strict=True):
            at = (values["consumer"], topic, partition, offset)
            letter = self.dead.get(at)
            if letter is not None and not letter.settled:
                place = (values["consumer"], letter.key or b"")
                known = self.parked.get(place, (partition, letter.reason, True))
                self.parked[place] = (*known[:2], True)
                self.dead[at] = replace(letter, settled=ended)

    def _settle(self, ids: Sequence[int]) -> None:
        for at, letter in self.dead.items():
            if letter.id in ids:
                self.dead[at] = replace(letter, settled=True)

    def _write_outbox(self, values: Mapping[str, Any]) -> int | None:
        if "payload" not in values:
            return None
        number = self.serial("outbox")
        row = (values["consumer"], values["topic"], values["partition"], values["payload"])
        self.outbox[number] = row
        return number

    # -- due things

    def lease_timers(self, seconds: float, ahead: float, most: int) -> list[Row]:
        """Lease what is unleased and due so soon."""
        now = self.now()
        until = now + timedelta(seconds=ahead)
        due = [row for row in self.timers.values() if row.due_at <= until and _free(row, now)]
        due.sort(key=lambda row: row.due_at)
        for row in due[:most]:
            row.leased_until = now + timedelta(seconds=seconds)
        return [(row.id, row.due_at, row.command, now) for row in due[:most]]

    def fire(self, ids: Sequence[str]) -> None:
        for id_ in ids:
            row = self.timers.pop(id_, None)
            if row is not None:
                row.fired_at = self.now()
                self.fired[id_] = row

    def heads(self, kinds: Sequence[str]) -> list[EffectRow]:
        """Name what may be taken but for the time: unstarted, and first of its order key."""
        seen: set[str] = set()
        found = []
        for number in sorted(self.effects):
            row = self.effects[number]
            if row.order_key not in seen and row.started_at is None and row.kind in kinds:
                found.append(row)
            seen.add(row.order_key)
        return found

    def take(
        self, owner: str, born: int, lease: float, kinds: Sequence[str], most: int
    ) -> list[Row]:
        """Start what is due, in order, one a lane, if its lane is free."""
        now = self.now()
        due = [row for row in self.heads(kinds) if row.due_at <= now and self._lane_free(row, now)]
        due.sort(key=lambda row: (row.priority, row.number))
        taken: dict[str, EffectRow] = {}
        for row in due[:most]:
            taken.setdefault(row.lane or str(row.number), row)
        chosen = [row for row in taken.values() if self._share(row, now)]
        for row in chosen:
            if row.lane is not None:
                self.lanes[row.lane] = now + timedelta(seconds=row.spacing or 0)
            row.started_at, row.owner, row.born = now, owner, born
            row.leased_until = now + timedelta(seconds=lease)
        return [row.shown for row in chosen]

    def _share(self, row: EffectRow, now: datetime) -> bool:
        """Take a place in the shared lane, in order, unless it is too far ahead of its pace."""
        if row.shared_lane is None:
            return True
        free_at = max(self.lanes.get(row.shared_lane, now), now)
        if free_at > now + timedelta(seconds=AHEAD_SECONDS):
            return False
        self.lanes[row.shared_lane] = free_at + timedelta(seconds=row.shared_spacing or 0)
        return True

    def _lane_free(self, row: EffectRow, now: datetime) -> bool:
        shared = self.lanes.get(row.shared_lane or "", now)
        free = row.lane is None or self.lanes.get(row.lane, now) <= now
        return free and shared <= now + timedelta(seconds=AHEAD_SECONDS)

    def adoptable(self, owner: str, born: int, kinds: Sequence[str]) -> list[EffectRow]:
        """Name what a dead process had started."""
        now = self.now()
        return [
            row
            for row in self.effects.values()
            if row.started_at is not None
            and row.kind in kinds
            and (
                (row.owner == owner and (row.born or 0) < born)
                or (row.leased_until is not None and row.leased_until < now)
            )
            and not (row.owner == owner and row.born == born)
        ]

    def next_due(self) -> datetime | None:
        """Say when a timer may next be leased."""
        times = [max(row.due_at, row.leased_until or row.due_at) for row in self.timers.values()]
        return min(times, default=None)

    def next_effect(self, kinds: Sequence[str]) -> datetime | None:
        """Say when an effect may next be taken or adopted."""
        ahead = timedelta(seconds=AHEAD_SECONDS)
        times = [
            max(
                row.due_at,
                self.lanes.get(row.lane or "", row.due_at),
                self.lanes.get(row.shared_lane or "", row.due_at) - ahead,
            )
            for row in self.heads(kinds)
        ]
        leases = [row.leased_until for row in self.effects.values() if row.leased_until is not None]
        return min([*times, *leases], default=None)


def _free(row: TimerRow, now: datetime) -> bool:
    return row.leased_until is None or row.leased_until < now


#: What the beginning of every batch's statement must be.
FENCE = statement._FENCE
