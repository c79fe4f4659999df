"""What the hardened Faust acknowledges, commits, notes and raises, without a broker."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from faust.tables.recovery import ServiceStopped
from faust.types import TP

from services.kernel.kafka import faust_link, faust_runtime, faust_tables
from services.kernel.kafka.consumer import Group as GroupSettings
from services.kernel.kafka.faust_link import Link, OwnershipLost
from services.kernel.kafka.faust_transport import Consumer
from services.kernel.kafka.faust_watch import RecordsMissing
from services.kernel.readiness import Readiness
from services.kernel.runtime import TopicPartition
from services.kernel.watchdog import Progress
from tests.support.kept_processor import Group, KeptProcessor

HERE = TopicPartition("t", 0)
THERE = TopicPartition("t", 1)


@dataclass
class Message:
    """As much of Faust's message as we read."""

    partition: int
    offset: int
    topic: str = "t"
    key: bytes = b"k"
    value: bytes = b"v"
    headers: None = None
    timestamp: float = 0.0


@dataclass
class Event:
    """As much of Faust's event as we read."""

    message: Message


@dataclass
class Stream:
    """A stream that gives what is put, and ends or breaks when told."""

    waiting: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)

    def noack(self) -> "Stream":
        return self

    async def events(self) -> AsyncIterator[Any]:
        while True:
            event = await self.waiting.get()
            if isinstance(event, Exception):
                raise event
            yield event


def _run(partition: int, first: int, count: int) -> list[Event]:
    return [Event(Message(partition, first + n)) for n in range(count)]


async def _link(processor: KeptProcessor, *assigned: TopicPartition) -> Link:
    link = Link(processor, Progress(), Readiness("assignment"))
    link.flows(await link.acquire(assigned, 1))
    return link


async def test_a_batch_takes_what_is_there_and_waits_for_nothing_more() -> None:
    stream = Stream()
    for event in _run(0, 0, 3):
        stream.waiting.put_nowait(event)
    found = faust_runtime.batches(stream)
    taken = [event.message.offset for event in await anext(found)]
    while len(taken) < 3:
        taken += [event.message.offset for event in await anext(found)]
    assert taken == [0, 1, 2]
    stream.waiting.put_nowait(_run(0, 3, 1)[0])
    assert [event.message.offset for event in await asyncio.wait_for(anext(found), 1)] == [3]
    await found.aclose()  # type: ignore[attr-defined]  # it is a generator


async def test_a_stream_that_breaks_is_not_taken_for_one_that_ends() -> None:
    stream = Stream()
    stream.waiting.put_nowait(ZeroDivisionError("planted"))
    with pytest.raises(ZeroDivisionError):
        await anext(faust_runtime.batches(stream))


async def test_decided_events_may_be_acknowledged_and_anothers_may_not() -> None:
    group = Group()
    link = await _link(KeptProcessor(group), HERE, THERE)
    group.owners[THERE] = KeptProcessor(group)
    batch = _run(0, 0, 2) + _run(1, 0, 2)
    assert await faust_runtime.decide(link, batch) == batch[:2]


async def test_a_batch_that_spans_a_rebalance_is_decided_in_several_passes() -> None:
    group = Group()
    link = await _link(KeptProcessor(group), HERE)
    batch = _run(0, 0, 3) + _run(0, 0, 6) + _run(0, 1, 1)
    assert await faust_runtime.decide(link, batch) == batch
    assert [record.offset for record in group.kept[HERE]] == list(range(6))


async def test_a_gap_ends_the_process() -> None:
    link = await _link(KeptProcessor(Group()), HERE)
    with pytest.raises(ExceptionGroup) as raised:
        await faust_runtime.decide(link, _run(0, 5, 3))
    assert raised.group_contains(RecordsMissing)


async def test_a_fence_without_a_rebalance_ends_the_process() -> None:
    group = Group()
    link = await _link(KeptProcessor(group), HERE)
    link.check(0)
    group.owners.clear()
    await faust_runtime.decide(link, _run(0, 0, 1))
    with pytest.raises(OwnershipLost):
        link.check(0)
    link.flows(await link.acquire([HERE], 2))
    link.check(0)


async def test_stale_records_of_what_was_given_away_are_no_fence() -> None:
    group = Group()
    processor = KeptProcessor(group)
    link = await _link(processor, HERE, THERE)
    link.flows(await link.acquire([HERE], 2))
    assert processor.released == [THERE]
    group.owners[THERE] = KeptProcessor(group)
    assert await faust_runtime.decide(link, _run(1, 0, 1)) == []
    link.check(0)


async def test_a_takeover_that_somebody_newer_refuses_in_part_needs_a_rebalance() -> None:
    readiness = Readiness()
    link = Link(KeptProcessor(Group()), Progress(), readiness)
    firsts = await link.acquire([HERE, THERE], 1)
    link.flows({HERE: firsts[HERE]})
    assert not readiness.ready
    with pytest.raises(OwnershipLost):
        link.check(0)


def _app(link: Link) -> faust_link.LinkedApp:
    group = GroupSettings(
        servers="127.0.0.1:1, 127.0.0.1:2",
        name="g",
        instance="g-0",
        topics=("t",),
        session_seconds=8.0,
    )
    return faust_runtime.make_app(group, link)


@pytest.mark.parametrize(
    ("committed", "acked", "in_flight", "expected"),
    [
        (2585, [2586, 2587, 2588], [2585], None),
        (None, list(range(100, 101)), list(range(100)), None),
        (10, [10, 11, 12], [13], 13),
        (10, [10, 12], [11], 11),
    ],
)
async def test_nothing_is_committed_beyond_a_record_in_flight(
    committed: int | None, acked: list[int], in_flight: list[int], expected: int | None
) -> None:
    at = TP("t", 0)
    consumer = _bare_consumer(at, committed, acked)
    flying = [_Flying(at, offset) for offset in in_flight]
    consumer._unacked_messages = set(flying)
    assert consumer._new_offset(at) == expected
    assert set(consumer._acked[at]) >= {offset for offset in acked if offset > min(in_flight)}


@dataclass(frozen=True)
class _Flying:
    tp: TP
    offset: int
    acked: bool = False


def _bare_consumer(at: TP, committed: int | None, acked: list[int]) -> Any:  # noqa: ANN401 - opened up
    consumer = object.__new__(Consumer)
    consumer._acked = defaultdict(list, {at: list(acked)})
    consumer._acked_index = defaultdict(set)
    consumer._gap = defaultdict(list)
    consumer._committed_offset = defaultdict(lambda: None, {at: committed})
    return consumer


async def test_a_recovery_step_that_takes_too_long_is_an_error_not_a_stop() -> None:
    app = _app(await _link(KeptProcessor(Group())))
    tables = app.tables
    assert isinstance(tables, faust_tables.TableManager)
    with pytest.raises(faust_tables.RecoveryStalled):
        await tables.recovery._wait(asyncio.Event().wait(), timeout=0.01)


async def test_a_recovery_that_is_stopped_stops_quietly() -> None:
    tables = _app(await _link(KeptProcessor(Group()))).tables
    assert isinstance(tables, faust_tables.TableManager)
    recovery = tables.recovery
    recovery._stopped.set()
    with pytest.raises(ServiceStopped):
        await recovery._wait(asyncio.Event().wait(), timeout=0.01)
