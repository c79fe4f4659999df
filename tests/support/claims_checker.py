"""Decides the whole input log again with the pure handlers, and demands what was published.

Every command decided exactly once, sequences dense and in order, positions at the end of the log,
the outbox empty, and the state equal to the fold.
"""

from collections import defaultdict
from typing import Any

import msgspec

from schemas import codec
from schemas.carrier import MessageArrived
from schemas.envelope import Envelope
from services.kernel.deciding import Knowledge, Pass
from services.kernel.kafka.tails import Tail
from services.kernel.readiness import Readiness
from services.kernel.runtime import Record, TopicPartition
from tests.support.claims import INPUTS, Claims
from tests.support.claims_rig import Rig
from tests.support.waiting import eventually

_MOST_FETCHES = 10_000


class Everything(dict[Any, Any]):
    """Knows that whatever was not loaded is absent: the log begins at the beginning."""

    def __init__(self, absent: object) -> None:
        super().__init__()
        self._absent = absent

    def __contains__(self, key: object) -> bool:
        return True

    def get(self, key: object, default: object = None) -> object:  # noqa: ARG002 - dict's signature
        return super().get(key, self._absent)

    def __missing__(self, key: object) -> object:
        return self._absent


async def read(kafka: str, topic: str) -> dict[TopicPartition, list[Record]]:
    """Read a whole topic; offsets must be contiguous from 0."""
    async with Tail(kafka, [topic], Readiness()) as tail:
        ends = await tail.ends(await tail.partitions())
        await tail.start_at(dict.fromkeys(ends, 0))
        found: dict[TopicPartition, list[Record]] = defaultdict(list)
        for _ in range(_MOST_FETCHES):
            if all(len(found[at]) >= end for at, end in ends.items()):
                break
            for at, records in (await tail.fetch()).items():
                found[at] += records
    for at, records in found.items():
        assert [r.offset for r in records] == list(range(len(records))), at
    return found


def firsts(records: dict[TopicPartition, list[Record]]) -> dict[TopicPartition, list[Any]]:
    """Keep the first occurrence of every id, in order: what a consumer makes of duplicates."""
    kept: dict[TopicPartition, list[Envelope[Any]]] = {}
    for at, run in records.items():
        by_id: dict[str, Envelope[Any]] = {}
        for record in run:
            envelope = codec.decode(record.value or b"")
            by_id.setdefault(envelope.id, envelope)
        kept[at] = list(by_id.values())
    return kept


async def finish(rig: Rig) -> None:
    """Wait until all is done, and check all of it."""
    await quiet(rig)
    assert await check(rig) >= len(set(rig.sent))


def decided(rig: Rig) -> int:
    """Count what is decided so far."""
    return int(rig.rows("SELECT count(*) FROM command_result")[0][0])


async def quiet(rig: Rig, seconds: float = 60) -> None:
    """Wait until all input is decided, nothing is due and nothing is left to publish."""

    async def done() -> bool:
        async with Tail(rig.kafka, INPUTS, Readiness()) as tail:
            ends = await tail.ends(await tail.partitions())
        rows = rig.rows("SELECT topic, partition, next_offset FROM stream_position")
        at = {TopicPartition(topic, number): offset for topic, number, offset in rows}
        assert at == ends, rig.logs()
        open_ = rig.rows(
            "SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM timer WHERE fired_at"
            " IS NULL), (SELECT count(*) FROM effect WHERE done_at IS NULL)"
        )
        return open_ == [(0, 0, 0)]

    await eventually(done, seconds, every=0.3)


async def check(rig: Rig, *, dead: int = 0) -> int:
    """Check everything; gives the number of commands decided."""
    decided, expected, parts = 0, defaultdict(list), Everything(None)
    for topic in INPUTS:
        for run in (await read(rig.kafka, topic)).values():
            envelopes = [codec.decode(record.value or b"") for record in run]
            decided += len({each.id for each in envelopes if not _is_idle(each)})
            known = Knowledge(parts=parts, sequences=Everything(0))
            pass_ = Pass(rig.service, Claims(), known)
            for envelope in envelopes:
                pass_.decide(envelope)
            parts.update(pass_.plan.parts)
            for out in pass_.plan.outgoing:
                expected[out.topic].append(codec.decode(out.value))
    await _published(rig, expected)
    _state(rig, parts)
    assert rig.rows("SELECT count(*) FROM command_result") == [(decided - dead,)]
    return decided


def _is_idle(envelope: Envelope[Any]) -> bool:
    """Nothing follows from an arrival without text, so nothing need be remembered of it."""
    return isinstance(envelope.data, MessageArrived) and not envelope.data.text


async def _published(rig: Rig, expected: dict[str, list[Envelope[Any]]]) -> None:
    for topic in ("queue-events", "answers"):
        actual = firsts(await read(rig.kafka, topic))
        by_subject: dict[str, list[Envelope[Any]]] = defaultdict(list)
        for envelope in (e for run in actual.values() for e in run):
            by_subject[envelope.subject].append(envelope)
        wanted: dict[str, dict[str, Envelope[Any]]] = defaultdict(dict)
        for envelope in expected[topic]:
            wanted[envelope.subject].setdefault(envelope.id, envelope)
        assert by_subject == {subject: list(found.values()) for subject, found in wanted.items()}
        if topic == "queue-events":
            for events in by_subject.values():
                assert [e.sequence for e in events] == list(range(1, len(events) + 1))


def _state(rig: Rig, parts: dict[str, Any]) -> None:
    handlers = Claims()
    stored = {
        key: msgspec.json.decode(value, type=handlers.part_type(key))
        for key, value in rig.rows("SELECT key, value::text FROM part")
    }
    assert stored == dict(parts.items())
