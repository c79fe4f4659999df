"""Rows of the streams that a question about the past needs, each with the position of its event.

A stream's rows are read once and kept for a while: a step in time is then only a fold in memory.
"""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from services.gateway.adapters.batches import Project
from services.gateway.adapters.database import Database
from services.gateway.adapters.log_reading import MOST_PLACES, RecordPlace, Written
from services.gateway.domain.folded import Placed
from services.gateway.domain.rows import TOPICS, Row, storable
from services.gateway.domain.scope import EVERYTHING
from services.gateway.ports.past import TooMuch

#: Events that one question may make us read.
MOST_READ = 20_000
#: What is kept in memory.
MOST_ROWS, MOST_STREAMS = 100_000, 10_000

_NEWEST = "SELECT coalesce(max(position), 0) AS position FROM operator.fact"
_NEWER = """
SELECT f.subject, f.position, f.topic, f.partition, f.log_offset
FROM unnest(%(subjects)s::text[], %(known)s::bigint[]) AS wanted (subject, known)
JOIN operator.fact f ON f.subject = wanted.subject AND f.position > wanted.known
WHERE f.position <= %(newest)s AND f.topic = ANY(%(topics)s)
ORDER BY f.topic, f.partition, f.log_offset LIMIT %(most)s
"""


class Reading(Protocol):
    """Gives records of the log by their places."""

    async def read(self, places: Collection[RecordPlace]) -> Mapping[RecordPlace, Written]: ...


@dataclass
class _Stream:
    #: Up to which position it has been read.
    known: int = 0
    rows: list[Placed] = field(default_factory=list)


class Streams:
    """What has been read of the log, by subject."""

    def __init__(self, database: Database, reading: Reading, project: Project) -> None:
        self._database, self._reading, self._project = database, reading, project
        self._streams: OrderedDict[str, _Stream] = OrderedDict()
        self._turn = asyncio.Lock()

    async def rows(self, subjects: Iterable[str]) -> list[Placed]:
        """Give every row of these streams until now; LogAway, or TooMuch to be read at once.

        No transaction is open while the log is read.
        """
        wanted = list(dict.fromkeys(subjects))
        async with self._turn:
            await self._bring(wanted)
            found = [one for subject in wanted for one in self._streams[subject].rows]
            self._forget()
        return found

    async def _bring(self, subjects: Sequence[str]) -> None:
        for one in subjects:
            self._streams.setdefault(one, _Stream())
            self._streams.move_to_end(one)
        newest, facts = await self._newer(subjects)
        found: defaultdict[str, list[Placed]] = defaultdict(list)
        for start in range(0, len(facts), MOST_PLACES):
            places = {_place(one): one for one in facts[start : start + MOST_PLACES]}
            for place, written in (await self._reading.read(places)).items():
                position, subject = places[place]["position"], places[place]["subject"]
                found[subject] += [Placed(position, row) for row in self._rows(written)]
        for one in subjects:
            self._streams[one].known = newest
            self._streams[one].rows += found[one]

    def _rows(self, written: Written) -> Iterator[Row]:
        """Give what the read model has of a record; what it cannot read is not in it either."""
        if written.envelope is not None:
            yield from map(storable, self._project(written.envelope))

    async def _newer(self, subjects: Sequence[str]) -> tuple[int, list[dict[str, Any]]]:
        """Find what has come since these streams were read."""
        async with self._database.looking(EVERYTHING, snapshot=True) as (rows, _):
            ends = await (await rows.execute(_NEWEST)).fetchone()
            newest: int = ends["position"] if ends else 0
            behind = [one for one in subjects if self._streams[one].known < newest]
            if not behind:
                return newest, []
            wanted = {
                "subjects": behind,
                "known": [self._streams[one].known for one in behind],
                "newest": newest,
                "topics": list(TOPICS),
                "most": MOST_READ + 1,
            }
            facts = await (await rows.execute(_NEWER, wanted)).fetchall()
        if len(facts) > MOST_READ:
            raise TooMuch(MOST_READ)
        return newest, facts

    def _forget(self) -> None:
        """Let the streams go that nobody has asked for the longest."""
        kept = sum(len(one.rows) for one in self._streams.values())
        while self._streams and (kept > MOST_ROWS or len(self._streams) > MOST_STREAMS):
            _, gone = self._streams.popitem(last=False)
            kept -= len(gone.rows)


def _place(fact: Mapping[str, object]) -> RecordPlace:
    return RecordPlace(
        str(fact["topic"]), int(str(fact["partition"])), int(str(fact["log_offset"]))
    )
