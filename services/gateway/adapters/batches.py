"""From records to what one transaction writes: contiguous, decoded, projected; pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.answer import CommandAccepted, CommandRefused
from schemas.codec import Malformed, UnknownType, decode
from schemas.envelope import Envelope
from services.gateway.domain.rows import Row, storable
from services.kernel.deadletters import MALFORMED, autopsy
from services.kernel.deciding import Dead
from services.kernel.runtime import Record, TopicPartition

#: How JSON spells it; also found where somebody wrote these six letters, which costs a look.
_NUL = b"\\u0000"

Project = Callable[[Envelope[Any]], Iterable[Row]]


class MissingRecords(RuntimeError):
    """The log has a hole: history is incomplete, and nobody may go on as if it were not."""


@dataclass
class Batch:
    """What follows from records of any partitions."""

    #: Partition → (offset before, next offset after).
    moves: dict[TopicPartition, tuple[int, int]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    answers: list[Envelope[CommandAccepted | CommandRefused]] = field(default_factory=list)
    dead: list[Dead] = field(default_factory=list)
    #: Written by a newer version of its service: the batch ends before it.
    parked: str | None = None


def gather(
    fetched: Mapping[TopicPartition, Sequence[Record]],
    positions: Mapping[TopicPartition, int],
    project: Project,
) -> Batch:
    """Take what continues the positions; MissingRecords where it does not."""
    batch = Batch()
    for at, records in fetched.items():
        fresh = [record for record in records if record.offset >= positions[at]]
        done = _take(batch, at, fresh, positions[at], project)
        if done > positions[at]:
            batch.moves[at] = (positions[at], done)
    return batch


def _take(
    batch: Batch, at: TopicPartition, records: Sequence[Record], start: int, project: Project
) -> int:
    done = start
    for record in records:
        if record.offset != done:
            raise MissingRecords(f"{at.topic}/{at.partition}: {record.offset}, not {done}")
        try:
            _one(batch, record, project)
        except UnknownType as error:
            batch.parked = str(error)
            break
        done += 1
    return done


def _one(batch: Batch, record: Record, project: Project) -> None:
    try:
        envelope = decode(record.value or b"")
    except Malformed as error:
        batch.dead.append(autopsy(record, MALFORMED, error))
        return
    if isinstance(envelope.data, CommandAccepted | CommandRefused):
        batch.answers.append(envelope)
    elif _NUL in (record.value or b""):
        batch.rows.extend(map(storable, project(envelope)))
    else:
        batch.rows.extend(project(envelope))
