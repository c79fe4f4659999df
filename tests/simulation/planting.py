"""How evidence is tampered with, so that the checker has something to find."""

from collections.abc import Callable
from dataclasses import replace

import msgspec

from schemas import codec
from services.kernel.runtime import Record, TopicPartition
from tests.checking.evidence import Evidence
from tests.checking.history import History


def changed(evidence: Evidence, topic: str, change: Callable[[list[Record]], None]) -> Evidence:
    """Give the evidence with another log; what was decoded of the old one is forgotten."""
    records = {at: list(run) for at, run in evidence.records.items()}
    for at, run in records.items():
        if at.topic == topic:
            change(run)
    return fresh(evidence, records=records)


def fresh(evidence: Evidence, **changes: object) -> Evidence:
    return replace(evidence, **changes, _topics={})  # type: ignore[arg-type]  # of the dataclass's own


def first(evidence: Evidence, topic: str, kind: type[object]) -> tuple[TopicPartition, Record]:
    for seen in evidence.firsts(topic):
        if isinstance(seen.envelope.data, kind):
            return seen.at, evidence.records[seen.at][seen.offset]
    raise AssertionError(f"the sound run has no {kind.__name__}")


def appended(
    evidence: Evidence, at: TopicPartition, record: Record, **envelope: object
) -> Evidence:
    """Give the evidence with one more record at the end of a partition."""
    told = msgspec.structs.replace(codec.decode(record.value or b""), **envelope)
    run = evidence.records[at]
    more = record._replace(offset=len(run), value=codec.encode(told), timestamp=run[-1].timestamp)
    return fresh(evidence, records={**evidence.records, at: (*run, more)})


def noted(evidence: Evidence, what: str, **about: object) -> Evidence:
    history = History()
    history.entries = [*evidence.history.entries]
    history.note(evidence.ended_at, what, **about)
    return replace(evidence, history=history)
