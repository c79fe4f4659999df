"""The ledger of dead letters: what was set aside, and what became of it, from the letters' topics.

Records of different partitions come in any order; the later word about a letter is what counts.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from schemas.letter import KEEPERS, LetterPlace
from services.kernel.deadletters import named_place
from services.kernel.runtime import Record, TopicPartition
from services.kernel.telemetry import mask

#: Letters that are remembered; what is settled is forgotten first, then the oldest.
MOST_LETTERS = 5_000
#: Who sets aside webhooks, whose letters name no record of the log.
_INGEST = "ingest"
_ID = re.compile(r"([a-z]+)\.([a-z-]{1,60})\.(\d{1,6})\.(\d{1,18})")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Letter:
    """A record that was set aside: whose, where its copy lies, why, and what became of it."""

    place: LetterPlace
    at: TopicPartition
    offset: int
    key: str
    reason: str
    error: str
    died_at: datetime
    end: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _End:
    place: LetterPlace
    end: str
    at: datetime


class Ledger:
    """Every letter by its place."""

    def __init__(self) -> None:
        self._letters: dict[LetterPlace, Letter] = {}
        self._ends: dict[LetterPlace, _End] = {}

    def add(self, record: Record) -> None:
        """Take one record of a letters' topic; what names no letter and is none is passed by."""
        read = _read(record)
        if isinstance(read, Letter):
            known = self._letters.get(read.place)
            if known is None or known.died_at < read.died_at:
                self._letters[read.place] = _ended(read, self._ends.get(read.place))
        elif read is not None:
            self._ends[read.place] = read
            known = self._letters.get(read.place)
            if known is not None:
                self._letters[read.place] = _ended(known, read)
        self._forget()

    def get(self, place: LetterPlace) -> Letter | None:
        return self._letters.get(place)

    def newest(self, *, is_open: bool, most: int) -> list[Letter]:
        """Give those that wait for an operator, or those that do not, the latest first."""
        chosen = (one for one in self._letters.values() if (one.end is None) == is_open)
        return list(islice(sorted(chosen, key=_latest, reverse=True), most))

    def count_open(self) -> int:
        return sum(one.end is None for one in self._letters.values())

    def _forget(self) -> None:
        if len(self._letters) > MOST_LETTERS:
            last = min(self._letters.values(), key=lambda one: (one.end is None, one.died_at))
            del self._letters[last.place]
        if len(self._ends) > MOST_LETTERS:
            del self._ends[next(iter(self._ends))]


def _latest(letter: Letter) -> datetime:
    return letter.ended_at or letter.died_at


def _ended(letter: Letter, end: _End | None) -> Letter:
    if end is None or end.at < letter.died_at:
        return letter
    return replace(letter, end=end.end, ended_at=end.at)


def _read(record: Record) -> Letter | _End | None:
    said = headers(record)
    try:
        at = datetime.fromisoformat(said.get("tandem-time", ""))
    except ValueError:
        return None
    place = named_place(record) or _of_ingest(record)
    if "tandem-settled" in said:
        return _End(place, said["tandem-settled"], at)
    return Letter(
        place=place,
        at=TopicPartition(record.topic, record.partition),
        offset=record.offset,
        key=(record.key or b"").decode(errors="replace"),
        reason=said.get("tandem-reason", ""),
        error=said.get("tandem-error", ""),
        died_at=at,
    )


def _of_ingest(record: Record) -> LetterPlace:
    """Name a webhook's letter by where it lies: it was never a record before."""
    return LetterPlace(
        service=_INGEST,
        topic=record.topic.removesuffix("-dead"),
        partition=record.partition,
        offset=record.offset,
    )


def headers(record: Record) -> dict[str, str]:
    return {name: value.decode(errors="replace") for name, value in record.headers}


def named(place: LetterPlace) -> str:
    """Spell a letter's place as the API does."""
    return f"{place.service or 'unknown'}.{place.topic}.{place.partition}.{place.offset}"


def place_named(id_: str) -> LetterPlace | None:
    """Read a letter's place; None of what is none."""
    found = _ID.fullmatch(id_)
    if found is None:
        return None
    service = "" if found[1] == "unknown" else found[1]
    return LetterPlace(
        service=service, topic=found[2], partition=int(found[3]), offset=int(found[4])
    )


def shown(letter: Letter) -> Json:
    """Show a letter in a row; numbers are masked, and what is in error may quote one."""
    place = letter.place
    return {
        "id": named(place),
        "service": place.service or None,
        "topic": place.topic,
        "partition": place.partition,
        "offset": place.offset,
        "key": mask(letter.key),
        "reason": letter.reason,
        "error": mask(letter.error),
        "died_at": letter.died_at,
        "state": letter.end or "open",
        "ended_at": letter.ended_at,
        "retryable": letter.end is None and place.service in KEEPERS,
    }
