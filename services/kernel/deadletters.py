"""Setting a record aside keeps order: its key is parked, and what follows goes the same way."""

import traceback
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import structlog

from schemas.letter import LetterPlace
from services.kernel import postgres, telemetry
from services.kernel.deciding import Dead, Outgoing
from services.kernel.postgres import Pool
from services.kernel.runtime import Record, TopicPartition
from services.kernel.statement import unpack_headers

_log = structlog.get_logger()

#: More fresh dead letters in a row, or a larger share of what was read lately, means that we are
#: wrong and not the records: stop (streaming.md §2.7).
MOST_IN_A_ROW = 20
MOST_PER_CENT = 1
_WINDOW = 10_000
#: Tries before a record that breaks a handler is set aside.
TRIES = 3

MALFORMED, UNKNOWN, BUG, FOLLOWS = "malformed", "unknown-type", "bug", "follows"
#: What becomes of a letter in the end.
DECIDED, SET_ASIDE = "decided", "set-aside"
_MAX_STACK_BYTES = 8000
#: The letter must fit into a request with its headers; Postgres keeps the bytes whole.
MOST_LETTER_BYTES = 900_000


class TooManyDeadLetters(RuntimeError):
    """The limit is reached: the process ends rather than drain a topic into the dead letters."""


def autopsy(record: Record, reason: str, error: BaseException) -> Dead:
    """Say why a record died: the class, what it said, and where."""
    stack = "".join(traceback.format_tb(error.__traceback__))[-_MAX_STACK_BYTES:]
    return Dead(record, reason, _storable(f"{type(error).__name__}: {error}"), _storable(stack))


def _storable(text: str) -> str:
    """Spell out what neither Postgres nor UTF-8 can hold: an error may quote its record."""
    whole = text.encode("utf-8", "backslashreplace").decode()
    return whole.replace("\x00", "\\0")[-_MAX_STACK_BYTES:]


def letter(service: str, dead: Dead, now: datetime) -> Outgoing:
    """Spell the dead letter: the original bytes and headers, and why."""
    record = dead.record
    why = {
        **_place(place_of(service, record)),
        "tandem-reason": dead.reason,
        "tandem-error": dead.error,
        "tandem-stack": dead.stack,
        "tandem-time": now.isoformat(),
    }
    headers = [*record.headers, *((name, text.encode()) for name, text in why.items())]
    value = record.value or b""
    if len(value) > MOST_LETTER_BYTES:
        headers.append(("tandem-cut", str(len(value)).encode()))
        value = value[:MOST_LETTER_BYTES]
    return Outgoing(f"{record.topic}-dead", record.key or b"", value, headers)


def place_of(service: str, record: Record) -> LetterPlace:
    """Name a letter by who keeps it and where its record lies."""
    return LetterPlace(
        service=service, topic=record.topic, partition=record.partition, offset=record.offset
    )


def named_place(record: Record) -> LetterPlace | None:
    """Read which letter a record of a letters' topic is about; None where it names none."""
    said = {name: value.decode(errors="replace") for name, value in record.headers}
    numbers = said.get("tandem-partition", ""), said.get("tandem-offset", "")
    if not all(number.isdecimal() for number in numbers):
        return None
    topic, service = record.topic.removesuffix("-dead"), said.get("tandem-service", "")
    return LetterPlace(
        service=service, topic=topic, partition=int(numbers[0]), offset=int(numbers[1])
    )


def settlement(place: LetterPlace, end: str, now: datetime) -> Outgoing:
    """Spell what became of a letter, for the same topic: `decided`, or `set-aside`."""
    said = {**_place(place), "tandem-settled": end, "tandem-time": now.isoformat()}
    headers = [(name, text.encode()) for name, text in said.items()]
    return Outgoing(f"{place.topic}-dead", place.service.encode(), b"", headers)


def _place(place: LetterPlace) -> dict[str, str]:
    return {
        "tandem-service": place.service,
        "tandem-topic": place.topic,
        "tandem-partition": str(place.partition),
        "tandem-offset": str(place.offset),
    }


class Limit:
    """Counts fresh dead letters per partition in a row, and over the last ten thousand records."""

    def __init__(self) -> None:
        self._rows: dict[TopicPartition, int] = {}
        self._window: deque[tuple[int, int]] = deque()
        self._seen = self._dead = 0

    def start(self, at: TopicPartition, in_a_row: int) -> None:
        """Go on counting where the last owner stopped, so that a restart is no absolution."""
        self._rows[at] = in_a_row

    def judge(self, at: TopicPartition, records: Sequence[Record], dead: Sequence[Dead]) -> None:
        """Count a batch before it is written; TooManyDeadLetters ends the process."""
        fresh = {letter.record.offset for letter in dead if letter.reason != FOLLOWS}
        row = self._rows.get(at, 0)
        for record in records:
            row = row + 1 if record.offset in fresh else 0
            if row > MOST_IN_A_ROW:
                raise TooManyDeadLetters(f"{at.topic}: {row} in a row")
        self._rows[at] = row
        self._slide(len(records), len(fresh))
        if self._dead > MOST_IN_A_ROW and self._dead * 100 > self._seen * MOST_PER_CENT:
            raise TooManyDeadLetters(f"{at.topic}: {self._dead} of {self._seen}")

    def _slide(self, seen: int, dead: int) -> None:
        self._window.append((seen, dead))
        self._seen, self._dead = self._seen + seen, self._dead + dead
        while self._seen > _WINDOW and len(self._window) > 1:
            old_seen, old_dead = self._window.popleft()
            self._seen, self._dead = self._seen - old_seen, self._dead - old_dead


def report(dead: Sequence[Dead]) -> None:
    """Count and log what is set aside; the log names the error's class, never what it said."""
    for letter_ in dead:
        record = letter_.record
        telemetry.DEAD_LETTERS.labels(record.topic, letter_.reason).inc()
        if letter_.reason != FOLLOWS:
            _log.error(
                "set-aside",
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
                reason=letter_.reason,
                error=letter_.error.partition(":")[0],
            )


async def in_a_row(pool: Pool, consumer: str, at: TopicPartition, next_offset: int) -> int:
    """Count the fresh dead letters that lie directly before a position and are not settled."""
    rows = await postgres.fetch_all(
        pool,
        "SELECT record_offset FROM dead_letter WHERE consumer = %s AND topic = %s"
        " AND partition = %s AND record_offset >= %s AND record_offset < %s AND reason <> %s"
        " AND settled_at IS NULL ORDER BY record_offset DESC",
        (consumer, at.topic, at.partition, next_offset - MOST_IN_A_ROW, next_offset, FOLLOWS),
    )
    count_ = 0
    for (offset,) in rows:
        if offset != next_offset - 1 - count_:
            break
        count_ += 1
    return count_


_OPEN = """
SELECT id, topic, partition, record_offset, key, value, headers, appended_at FROM dead_letter
WHERE consumer = %s AND coalesce(key, '') = %s AND settled_at IS NULL ORDER BY id LIMIT %s"""
_ASKED = """
SELECT key, partition FROM parked_key
WHERE consumer = %s AND release_asked_at IS NOT NULL AND partition = ANY(%s) LIMIT 100"""
#: Dead letters that one release decides; ask again for more.
MAX_RELEASED = 10_000


async def open_letters(pool: Pool, consumer: str, key: bytes) -> list[tuple[int, Record]]:
    """Read a key's dead letters in the order in which they died."""
    rows = await postgres.fetch_all(pool, _OPEN, (consumer, key, MAX_RELEASED))
    return [
        (id_, Record(topic, partition, offset, k, value, unpack_headers(headers), at))
        for id_, topic, partition, offset, k, value, headers, at in rows
    ]


async def asked(pool: Pool, consumer: str, numbers: Sequence[int]) -> list[tuple[bytes, int]]:
    """Name the keys of these partition numbers whose release an operator has asked for."""
    rows = await postgres.fetch_all(pool, _ASKED, (consumer, list(numbers)))
    return [(key, number) for key, number in rows]


# What an operator does; services/ops calls these with the service's own pool.


class DeadLetter(NamedTuple):
    """One line of the list."""

    id: int
    topic: str
    partition: int
    offset: int
    key: bytes | None
    reason: str
    error: str
    died_at: datetime


_LIST = """
SELECT id, topic, partition, record_offset, key, reason, error, died_at FROM dead_letter
WHERE settled_at IS NULL AND id > %s ORDER BY id LIMIT %s"""


async def list_open(pool: Pool, *, after: int = 0, limit: int = 100) -> list[DeadLetter]:
    """List dead letters that nobody has settled, oldest first."""
    return [DeadLetter(*row) for row in await postgres.fetch_all(pool, _LIST, (after, limit))]


async def show(pool: Pool, id_: int) -> tuple[DeadLetter, bytes | None]:
    """Show one dead letter and its original bytes."""
    row = await postgres.fetch_one(
        pool,
        "SELECT id, topic, partition, record_offset, key, reason, error, died_at, value"
        " FROM dead_letter WHERE id = %s",
        (id_,),
    )
    return DeadLetter(*row[:8]), row[8]


_RELEASE = """
INSERT INTO parked_key (consumer, key, partition, reason, release_asked_at)
SELECT DISTINCT ON (consumer, key) consumer, coalesce(key, ''), partition, reason, clock_timestamp()
FROM dead_letter WHERE settled_at IS NULL AND coalesce(key, '') = %s
ON CONFLICT (consumer, key) DO UPDATE SET release_asked_at = clock_timestamp()"""


async def release(pool: Pool, key: bytes) -> int:
    """Ask the partition's owner to decide the key's dead letters in order, and to unpark it.

    The owner does it under its fence, between two batches; what breaks again stays parked.
    """
    return await postgres.execute(pool, _RELEASE, (key,))


async def discard(pool: Pool, id_: int) -> int:
    """Give a dead letter up for good: it is settled, and no release will decide it."""
    return await postgres.execute(
        pool, "UPDATE dead_letter SET settled_at = clock_timestamp() WHERE id = %s", (id_,)
    )
