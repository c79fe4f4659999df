"""Takes down how a stack stands: log, tables, the carriers' journal, screens, who ended and why.

The log is read on from where the last look ended and kept, so that what a fault deletes later is
still judged. Nothing is taken down while anything moves.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from deploy.local.layout import STATEFUL
from schemas import codec
from services.dispatch.domain.ladder import RUNGS, SPREAD
from services.gateway import app as gateway
from services.gateway.domain.rows import TABLES, Row
from services.kernel.clock import monotonic
from services.kernel.handling import Handlers
from services.kernel.kafka.tails import Tail
from services.kernel.kafka.topics import described
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record, TopicPartition
from services.ops.refold import HANDLERS, handlers_of
from tests.chaos import town
from tests.chaos.journal import Journal
from tests.chaos.stack import Stack
from tests.checking.evidence import Bounds, Evidence, Rung, Tables, Trace
from tests.checking.history import History

#: On a machine that is shared by everything: a recovered timer may take this long.
BOUNDS = Bounds(step=1.0, late=5.0, way=8.0)
_TOPICS = tuple(name for name in described() if name != "signals" and not name.endswith("-dead"))
_TRIES = 20
#: A text whose gate or carrier said "not now" is called for again; peace is not before that.
NEXT_CALL_SECONDS = RUNGS[1] * (1 + SPREAD)
_LOOK_SECONDS = 0.5


@dataclass
class Window:
    """What the rig itself put where it does not belong, and what it expects to be missing."""

    #: Records that nobody is to understand.
    poison: set[tuple[str, int, int]] = field(default_factory=set)
    #: Carriers' ids of texts that were damaged on purpose after they were accepted.
    sacrificed: set[str] = field(default_factory=set)
    #: Topics that were made anew since the last look: their offsets begin again.
    made_anew: set[str] = field(default_factory=set)
    #: Pass marks that were not met.
    missed: list[str] = field(default_factory=list)
    #: Services that a fault allows to end by themselves: name, from, until.
    may_end: list[tuple[str, float, float]] = field(default_factory=list)


@dataclass
class Looker:
    """Looks at one stack, again and again."""

    stack: Stack
    history: History
    window: Window
    phone: httpx.AsyncClient
    journal: Journal = field(init=False)
    records: dict[TopicPartition, list[Record]] = field(default_factory=dict)
    _next: dict[TopicPartition, int] = field(default_factory=dict)
    _handlers: Mapping[str, Handlers] = field(
        default_factory=lambda: {name: handlers_of(name) for name in HANDLERS}
    )

    def __post_init__(self) -> None:
        self.journal = Journal(self.stack, self.phone)

    async def settle(self, seconds: float) -> float:
        """Wait until nothing is on its way any more; gives how long that took, or TimeoutError."""
        began, reasons = monotonic(), Counter[str]()
        while monotonic() - began < seconds:
            why = await self._unsettled()
            if not why:
                return monotonic() - began
            reasons[why] += 1
            await asyncio.sleep(_LOOK_SECONDS)
        raise TimeoutError(", ".join(f"{why} {count} times" for why, count in reasons.items()))

    async def look(self, traces: Sequence[Trace], settled_at: float | None) -> Evidence:
        """Take everything down between two moments at which the log was the same."""
        for _ in range(_TRIES):
            await self._read_log()
            before = dict(self._next)
            tables = await asyncio.to_thread(self._tables)
            await self.journal.read()
            await self._read_log()
            busy = any(tables["outbox"].values()) or any(tables["effects"].values())
            if settled_at is None or (before == self._next and not busy):
                break  # no timer rang meanwhile, and what one had sent is out
            await asyncio.sleep(_LOOK_SECONDS)
        differs = await self._replayed()
        return self._evidence(tables, differs, traces, settled_at)

    def _evidence(
        self,
        tables: Mapping[str, Any],
        differs: Sequence[str],
        traces: Sequence[Trace],
        settled_at: float | None,
    ) -> Evidence:
        return Evidence(
            records={
                at: [one for one in run if (*at, one.offset) not in self.window.poison]
                for at, run in self.records.items()
            },
            history=self.whole_history(),
            handlers=self._handlers,
            **tables,
            broken=self._broken(),
            rebuilt=Tables({}),
            accepted=self.journal.events(self.window.sacrificed),
            owners=town.TENANT_OF,
            bounds=BOUNDS,
            began=self.stack.began,
            ended_at=self.stack.now,
            settled_at=settled_at,
            traces=traces,
            differs=differs,
            missed=list(self.window.missed),
            unreported=self.journal.unreported(),
        )

    # -- the log

    async def _read_log(self) -> None:
        """Read on to where every partition ends now."""
        async with Tail(self.stack.kafka, _TOPICS, Readiness(), catch_up=True) as tail:
            partitions = await tail.partitions()
            for at in partitions:
                if at.topic in self.window.made_anew:
                    self._next[at] = 0
            self.window.made_anew.clear()
            ends = await tail.ends(partitions)
            missing = {at for at in partitions if self._next.get(at, 0) < ends[at]}
            if not missing:
                return
            firsts = await tail.firsts(list(missing))
            places = {at: max(self._next.get(at, 0), firsts[at]) for at in missing}
            await tail.start_at(places)
            missing = {at for at in missing if places[at] < ends[at]}
            while missing:
                for at, run in (await tail.fetch()).items():
                    fresh = [one for one in run if one.offset >= self._next.get(at, 0)]
                    self.records.setdefault(at, []).extend(fresh)
                    self._next[at] = run[-1].offset + 1
                    if self._next[at] >= ends[at]:
                        missing.discard(at)

    async def subjects(self, topic: str, kind: type[Any]) -> set[str]:
        """Name the conversations about which there is an event of this kind by now."""
        await self._read_log()
        runs = (run for at, run in self.records.items() if at.topic == topic)
        told = (codec.decode(one.value or b"").data for run in runs for one in run)
        return {data.conversation_id for data in told if isinstance(data, kind)}

    # -- the tables

    def _tables(self) -> dict[str, Any]:
        with psycopg.connect(self.stack.postgres_dsn) as plain:
            return {
                "parts": {name: dict(_all(plain, name, "SELECT key, value::text FROM part"))
                          for name in HANDLERS},
                "decided": {
                    name: dict(_all(plain, name,
                                    "SELECT command_id::text, outcome::text FROM command_result"))
                    for name in HANDLERS
                },
                "outbox": {name: _count(plain, name, "outbox") for name in HANDLERS},
                "effects": {name: _count(plain, name, "effect", _IS_DUE) for name in HANDLERS},
                "timers": [rung for name in HANDLERS for rung in _rungs(plain, name)],
                "postponed": {row[0] for row in _all(plain, "dispatch", _POSTPONED)},
                "to_look_up": {(row[0], row[1]) for row in _all(plain, "dispatch", _LOOK_UPS)},
                "dead": [text for name in STATEFUL for text in self._dead(plain, name)],
                "model": _model(plain),
            }  # fmt: skip

    def _dead(self, plain: psycopg.Connection[Any], service: str) -> Iterator[str]:
        statement = "SELECT topic, partition, record_offset, error FROM dead_letter"
        for topic, partition, offset, error in _all(plain, service, statement):
            if (topic, partition, offset) not in self.window.poison:
                yield f"{service} set aside {topic}/{partition}/{offset}: {error}"

    async def _replayed(self) -> list[str]:
        """Build the read models again beside those that serve, compare the bytes, forget them."""
        dsn = self.stack.dsn("gateway")
        found = await gateway.replay(dsn, self.stack.kafka, lambda _done, _total: None)
        await gateway.discard(dsn, found.schema)
        return [f"a replay differs in: {name}" for name in found.differs]

    def whole_history(self) -> History:
        """Join what people wrote down with what the carriers did, by time."""
        whole = History()
        whole.entries = [*self.history.entries, *self.journal.history()]
        whole.entries.sort(key=lambda entry: entry.at)
        return whole

    # -- the processes

    def _broken(self) -> list[str]:
        return [
            f"{one.name} ended with {one.code}"
            for one in self.stack.exits
            if not one.ours and not self._may_end(one.name, one.at)
        ]

    def _may_end(self, name: str, at: float) -> bool:
        service = name.partition("#")[0]
        return any(who == service and start <= at <= end for who, start, end in self.window.may_end)

    # -- settling

    async def _unsettled(self) -> str:
        """Say what is still on its way, if anything is."""
        try:
            await self.journal.read()
            await self._read_log()
            behind = await asyncio.to_thread(self._behind)
        except (psycopg.Error, httpx.HTTPError, OSError) as error:
            return type(error).__name__
        if not behind and (pending := self.journal.pending()):
            return f"{pending} webhooks"
        return behind

    def _behind(self) -> str:
        with psycopg.connect(self.stack.postgres_dsn, connect_timeout=3) as plain:
            for name in HANDLERS:
                if _count(plain, name, "outbox"):
                    return f"{name}'s outbox"
                if _count(plain, name, "effect", _DUE_SOON):
                    return f"{name}'s effects"
                where = self._lag(_all(plain, name, _POSITIONS))
                if where:
                    return f"{name} at {where}"
            if _count(plain, "dispatch", "timer", _CALLED_SOON):
                return "a call that is made again"
            schema = _serving(plain)
            where = self._lag(
                _all(plain, schema, "SELECT topic, partition, next_offset FROM watermark")
            )
            return f"the read model at {where}" if where else ""

    def _lag(self, rows: Sequence[tuple[Any, ...]]) -> str:
        for topic, partition, next_offset in rows:
            if next_offset < self._next.get(TopicPartition(topic, partition), 0):
                return f"{topic}/{partition}"
        return ""


_POSITIONS = "SELECT topic, partition, next_offset FROM stream_position"
#: An effect that is tried again in minutes (a file of a host that is away) is no unrest.
_IS_DUE = "done_at IS NULL AND due_at < clock_timestamp()"
_DUE_SOON = (
    f"done_at IS NULL AND due_at < clock_timestamp() + make_interval(secs => {NEXT_CALL_SECONDS})"
)
_CALLED_AGAIN = "kind = 'retry-send' AND fired_at IS NULL"
#: The first two rungs of the ladder are waited for; what waits longer is told to the checker.
_CALLED_SOON = (
    f"{_CALLED_AGAIN} AND due_at < clock_timestamp() + make_interval(secs => {NEXT_CALL_SECONDS})"
)
_POSTPONED = f"SELECT subject FROM timer WHERE {_CALLED_AGAIN}"  # noqa: S608 - names of ours
_LOOK_UPS = """
SELECT split_part(version, '/', 1), split_part(version, '/', 3) FROM timer
WHERE kind = 'look-up' AND fired_at IS NULL"""


def _all(plain: psycopg.Connection[Any], schema: str, statement: str) -> list[tuple[Any, ...]]:
    plain.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(schema)))
    return plain.execute(statement.encode()).fetchall()


def _count(plain: psycopg.Connection[Any], schema: str, table: str, where: str = "true") -> int:
    return int(_all(plain, schema, f"SELECT count(*) FROM {table} WHERE {where}")[0][0])  # noqa: S608 - names of ours


def _rungs(plain: psycopg.Connection[Any], service: str) -> Iterator[Rung]:
    for id_, due_at, fired in _all(
        plain, service, "SELECT id::text, due_at, fired_at IS NOT NULL FROM timer"
    ):
        yield Rung(service, id_, due_at, fired)


def _serving(plain: psycopg.Connection[Any]) -> str:
    rows = _all(plain, "gateway", "SELECT schema FROM read_model WHERE state = 'serving'")
    return str(rows[0][0])


def _model(plain: psycopg.Connection[Any]) -> Tables:
    """Read the base tables of the read model that serves."""
    schema = _serving(plain)
    found: dict[str, dict[tuple[object, ...], Row]] = {}
    with plain.cursor(row_factory=dict_row) as cursor:
        for name, table in TABLES.items():
            cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(schema, name)))
            found[name] = {
                tuple(values[column] for column in table.key): Row(
                    name, values["tenant"], values["sequence"], values
                )
                for values in cursor.fetchall()
            }
    return Tables(found)
