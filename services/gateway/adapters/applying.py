"""Writes one batch: rows, lists, outcomes, frames and the watermark, together or not at all."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import orjson
from psycopg import AsyncCursor
from psycopg.rows import DictRow

from schemas.answer import CommandAccepted
from schemas.envelope import Envelope
from services.gateway.adapters import derive, feed, finding
from services.gateway.adapters.batches import Batch
from services.gateway.adapters.database import Rows, as_dicts
from services.gateway.adapters.frames import Framer
from services.gateway.adapters.schema import enter
from services.gateway.adapters.scrubbing import scrub
from services.gateway.adapters.writer import write
from services.gateway.domain.scope import EVERYTHING
from services.gateway.domain.touched import Touched
from services.gateway.domain.views import Online
from services.kernel.postgres import Pool
from services.kernel.runtime import TopicPartition

_ADVANCE = """
UPDATE watermark SET next_offset = moved.after
FROM unnest(%s::text[], %s::integer[], %s::bigint[], %s::bigint[])
  AS moved (topic, partition, before, after)
WHERE watermark.topic = moved.topic AND watermark.partition = moved.partition
  AND watermark.next_offset = moved.before
"""
_OUTCOMES = """
INSERT INTO command_outcome (command_id, tenant, at, accepted, body)
SELECT command_id, tenant, at, accepted, body FROM jsonb_to_recordset(%s::jsonb)
  AS r (command_id text, tenant text, at timestamptz, accepted boolean, body jsonb)
ON CONFLICT (command_id) DO NOTHING
"""


#: Called after the commit with the feed's id and its new frames: this replica's own screens need
#: not wait for the note.
Tell = Callable[[str, Sequence[feed.Placed]], None]


def _quiet(_feed_id: str, _placed: Sequence[feed.Placed]) -> None:
    """Tell nobody: the note does."""


#: Called after the commit with the conversations that changed in what serves.
Changed = Callable[[Collection[str]], None]


def unheard(_conversations: Collection[str]) -> None:
    """Tell nobody: nobody is asked whose numbers they are."""


class Overtaken(RuntimeError):
    """Another projector has moved the watermark: read it again."""


class Applier:
    """Applies batches to the read model of one schema."""

    def __init__(
        self,
        pool: Pool,
        schema: str,
        online: Online,
        tell: Tell = _quiet,
        *,
        changed: Changed = unheard,
        live: bool = True,
    ) -> None:
        self._pool = pool
        self._schema = schema
        self._online = online
        self._deliver, self._changed = tell, changed
        #: While it is built, lists are derived once at the end and nobody is told.
        self.live = live

    async def positions(self) -> dict[TopicPartition, int]:
        """Give how far each partition is in this read model."""
        async with self._pool.connection() as plain, plain.transaction():
            await enter(plain, EVERYTHING, self._schema)
            cursor = await plain.execute("SELECT topic, partition, next_offset FROM watermark")
            return {TopicPartition(row[0], row[1]): row[2] for row in await cursor.fetchall()}

    async def begin(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Note where new partitions start."""
        async with self._pool.connection() as plain, plain.transaction():
            await enter(plain, EVERYTHING, self._schema)
            for at, offset in offsets.items():
                await plain.execute(
                    "INSERT INTO watermark VALUES (%s, %s, %s) ON CONFLICT (topic, partition)"
                    " DO UPDATE SET next_offset = excluded.next_offset"
                    " WHERE watermark.next_offset < excluded.next_offset",
                    (at.topic, at.partition, offset),
                )

    async def apply(self, batch: Batch, now: datetime) -> None:
        """Write a batch; raises Overtaken, and then nothing is written."""
        touched = Touched()
        if self.live:
            touched.add(batch.rows)
        # piped: what needs no answer goes out with the next question, in one way to Postgres
        async with (
            self._pool.connection() as plain,
            plain.pipeline() as piped,
            plain.transaction(),
            as_dicts(plain) as rows,
        ):
            await enter(plain, EVERYTHING, self._schema)
            moved = await _advance(rows, batch)
            await write(rows, batch.rows)
            await _outcomes(rows, batch.answers)
            told = await self._tell(rows, touched, now) if self.live else None
            await piped.sync()
            if moved.rowcount != len(batch.moves):
                raise Overtaken
        if told is not None:
            self._deliver(*told)
            self._changed(touched.conversations)

    async def _tell(
        self, rows: Rows, touched: Touched, now: datetime
    ) -> tuple[str, list[feed.Placed]] | None:
        """Write the frames; give them with their feed's id where screens see this read model."""
        await derive.consenting(rows, touched)
        await finding.renamed(rows, touched)
        subscribed = await feed.subscribed(rows, self._schema)
        derived = await derive.lists(rows, touched.every_conversation)
        await finding.words(rows, touched.said)
        await scrub(rows, touched)
        told = await Framer(rows, subscribed.tenants, self._online).frames(touched, derived)
        placed = await feed.append(rows, told, now)
        return None if subscribed.feed_id is None else (subscribed.feed_id, placed)


async def _advance(rows: Rows, batch: Batch) -> AsyncCursor[DictRow]:
    """Move the watermark; as many rows as moves, or another has moved it."""
    moves = sorted(batch.moves.items())
    return await rows.execute(
        _ADVANCE,
        (
            [at.topic for at, _ in moves],
            [at.partition for at, _ in moves],
            [before for _, (before, _) in moves],
            [after for _, (_, after) in moves],
        ),
    )


async def _outcomes(rows: Rows, answers: list[Envelope[Any]]) -> None:
    if not answers:
        return
    records = [
        {
            "command_id": one.correlation,
            "tenant": one.tenant or "",
            "at": one.time.isoformat(),
            "accepted": isinstance(one.data, CommandAccepted),
            "body": msgspec.to_builtins(one.data),
        }
        for one in answers
    ]
    await rows.execute(_OUTCOMES, (orjson.dumps(records).replace(b"\\u0000", b" ").decode(),))
