"""Finds what began with one request, and in a queue also which wait a claim ended."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, LiteralString

from services.gateway.adapters.database import Database
from services.gateway.adapters.log_reading import MOST_PLACES, LogReading, RecordPlace
from services.gateway.domain import causes
from services.gateway.domain.causes import CLAIMED, DECIDED, WAITED
from services.gateway.domain.scope import EVERYTHING
from services.gateway.ports import Json

#: Facts of one tree.
MOST_FACTS = 500
#: Of a queue's claims or waits that are looked through for the one that belongs.
_MOST_LOOKED_AT = 50
#: Waits or claims of one tree for which the other end is sought.
_MOST_GRAFTS = 10

_NAMED: LiteralString = """
SELECT f.*, p.name AS actor_name FROM ({}) f LEFT JOIN person p ON p.extension_id = f.actor
"""
_SAME_BEGINNING = _NAMED.format(
    "SELECT * FROM operator.fact WHERE correlation = ANY(%s) ORDER BY position LIMIT %s"
)
_BEGINNING = "SELECT correlation FROM operator.fact WHERE position = %s"
_BEGINNINGS = "SELECT DISTINCT correlation FROM operator.fact WHERE id = ANY(%s)"
_PEOPLE = "SELECT extension_id, name FROM person WHERE extension_id = ANY(%s)"
_LATER = """
SELECT * FROM operator.fact WHERE subject = %s AND type LIKE %s AND position > %s
ORDER BY position LIMIT %s
"""
_EARLIER = """
SELECT * FROM operator.fact WHERE subject = %s AND type LIKE %s AND position < %s
ORDER BY position DESC LIMIT %s
"""


class Causes:
    """Puts trees together; one short transaction a question."""

    def __init__(self, database: Database, reading: LogReading) -> None:
        self._database, self._reading = database, reading

    async def tree(self, position: int) -> Json | None:
        """Give the tree in which a position stands; None where it is not there."""
        beginning = await self._rows(_BEGINNING, (position,))
        if not beginning:
            return None
        rows = await self._same_beginning([beginning[0]["correlation"]])
        grafts = await self._grafts(rows)
        if grafts:
            named = await self._rows(_BEGINNINGS, ([*grafts, *grafts.values()],))
            rows = await self._same_beginning([row["correlation"] for row in named])
        shown = rows[:MOST_FACTS]
        decided = [row for row in shown if row["type"].startswith(DECIDED)]
        said = await self._said(decided[:MOST_PLACES])
        nodes = causes.tree(shown, grafts, said, await self._names(said))
        return {"nodes": nodes, "partial": len(rows) > MOST_FACTS}

    async def _grafts(self, rows: Sequence[Json]) -> dict[str, str]:
        """Say what hangs below what though nothing caused it: a claim below the wait it ended.

        The command that asked for the claim goes along.
        """
        found: dict[str, str] = {}
        ends = [row for row in rows if row["type"].startswith((WAITED, CLAIMED))]
        for row in ends[:_MOST_GRAFTS]:
            other = await self._other_end(row)
            if other is not None and other["correlation"] != row["correlation"]:
                wait, claim = (row, other) if row["type"].startswith(WAITED) else (other, row)
                found[claim["causation"] or claim["id"]] = wait["id"]
        return found

    async def _other_end(self, row: Json) -> Json | None:
        """Find the claim that ended a wait, or the wait that a claim ended."""
        waits = row["type"].startswith(WAITED)
        statement, kind = (_LATER, CLAIMED) if waits else (_EARLIER, WAITED)
        asked = (row["subject"], f"{kind}%", row["position"], _MOST_LOOKED_AT)
        others = await self._rows(statement, asked)
        said = await self._said([row, *others])
        wanted = getattr(said.get(row["id"]), "conversation_id", None)
        return next(
            (
                one
                for one in others
                if wanted and wanted == getattr(said.get(one["id"]), "conversation_id", None)
            ),
            None,
        )

    async def _same_beginning(self, correlations: Collection[str]) -> list[Json]:
        return await self._rows(_SAME_BEGINNING, (list(correlations), MOST_FACTS + 1))

    async def _said(self, rows: Sequence[Json]) -> Mapping[str, Any]:
        """Read what these records say, by id."""
        places = {
            RecordPlace(row["topic"], row["partition"], row["log_offset"]): row["id"]
            for row in rows
        }
        found = await self._reading.read(places)
        return {
            places[at]: one.envelope.data for at, one in found.items() if one.envelope is not None
        }

    async def _names(self, said: Mapping[str, Any]) -> Mapping[str, str]:
        """Name whom notifications are for."""
        told = sorted({data.recipient for data in said.values()})
        return {row["extension_id"]: row["name"] for row in await self._rows(_PEOPLE, (told,))}

    async def _rows(self, statement: LiteralString, values: Sequence[object]) -> list[Json]:
        async with self._database.looking(EVERYTHING) as (rows, _):
            return await (await rows.execute(statement, values)).fetchall()
