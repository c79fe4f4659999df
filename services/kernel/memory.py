"""What a batch needs from Postgres in one round trip, and what an owner may keep in memory.

Kept are only the parts and sequences that this process itself wrote while it owned the partition:
nobody else can change them, or the fence would have said so. Everything else is read each time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from services.kernel import ids, postgres
from services.kernel.deciding import Knowledge, Misses, Plan, Stream
from services.kernel.handling import Handlers, Part
from services.kernel.postgres import Pool

#: Entries an owner keeps per partition; when full it forgets all, and reads again.
MAX_KEPT = 10_000

_LOAD = """
SELECT 'part', key, NULL, value::text FROM part WHERE key = ANY(%(keys)s)
UNION ALL SELECT 'result', command_id::text, NULL, outcome::text
  FROM command_result WHERE command_id = ANY(%(ids)s::uuid[])
UNION ALL SELECT 'stream', topic, subject, sequence::text
  FROM stream JOIN unnest(%(topics)s::text[], %(subjects)s::text[]) u (topic, subject)
    USING (topic, subject)
UNION ALL SELECT 'parked', encode(key, 'hex'), NULL, NULL
  FROM parked_key WHERE consumer = %(consumer)s AND key = ANY(%(parked)s::bytea[])"""


@dataclass(slots=True)
class Kept:
    """What the owner of a partition number remembers between batches."""

    parts: dict[str, Part] = field(default_factory=dict)
    sequences: dict[Stream, int] = field(default_factory=dict)

    def learn(self, plan: Plan) -> None:
        """Remember what a committed batch wrote."""
        if len(self.parts) + len(self.sequences) > MAX_KEPT:
            self.forget()
        self.parts.update(plan.parts)
        self.sequences.update(plan.sequences)

    def forget(self) -> None:
        """Doubt everything: the partition was lost, or a statement's end is unknown."""
        self.parts.clear()
        self.sequences.clear()


@dataclass(slots=True)
class Wanted:
    """What to load: parts, sequences, results of these ids, and whether these keys are parked."""

    misses: Misses = field(default_factory=Misses)
    ids: set[str] = field(default_factory=set)
    keys: set[bytes] = field(default_factory=set)


class Memory:
    """Loads knowledge for a batch."""

    def __init__(self, pool: Pool, consumer: str, handlers: Handlers) -> None:
        self._pool = pool
        self._consumer = consumer
        self._handlers = handlers

    async def load(self, wanted: Wanted, kept: Kept, known: Knowledge) -> set[bytes]:
        """Add what is wanted to what is known; give those of the keys that are parked."""
        parts = self._recall_parts(wanted.misses.parts, kept, known)
        streams = self._recall_streams(wanted.misses.sequences, kept, known)
        if not (parts or streams or wanted.ids or wanted.keys):
            return set()
        values = {
            "keys": parts,
            "ids": [ids.canonical(id_) for id_ in wanted.ids],
            "topics": [topic for topic, _ in streams],
            "subjects": [subject for _, subject in streams],
            "consumer": self._consumer,
            "parked": list(wanted.keys),
        }
        return self._take(await postgres.fetch_all(self._pool, _LOAD, values), known)

    def _take(
        self, rows: Iterable[tuple[str, str, str | None, str | None]], known: Knowledge
    ) -> set[bytes]:
        parked: set[bytes] = set()
        for what, key, subject, value in rows:
            if what == "part":
                known.parts[key] = self._part(key, value or "")
            elif what == "result":
                known.seen.add(key)
                known.outcomes[key] = None if value is None else value.encode()
            elif what == "stream":
                known.sequences[key, subject or ""] = int(value or 0)
            else:
                parked.add(bytes.fromhex(key))
        return parked

    def _part(self, key: str, value: str) -> Part:
        return msgspec.json.decode(value, type=self._handlers.part_type(key))

    @staticmethod
    def _recall_parts(keys: set[str], kept: Kept, known: Knowledge) -> list[str]:
        absent: list[str] = []
        for key in keys:
            known.parts[key] = kept.parts.get(key)
            if known.parts[key] is None:
                absent.append(key)
        return absent

    @staticmethod
    def _recall_streams(streams: set[Stream], kept: Kept, known: Knowledge) -> list[Stream]:
        absent: list[Stream] = []
        for stream in streams:
            known.sequences[stream] = kept.sequences.get(stream, 0)
            if not known.sequences[stream]:
                absent.append(stream)
        return absent
