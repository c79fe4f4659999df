"""Reads the index of the log with the projector's eyes, and records by their places."""

from typing import Any, LiteralString

from schemas.envelope import Envelope
from services.gateway.adapters.causes import Causes
from services.gateway.adapters.database import Database, Rows
from services.gateway.adapters.log_reading import LogReading, RecordPlace
from services.gateway.adapters.ownership import OwnershipCheck
from services.gateway.domain import log_views
from services.gateway.domain.log_facts import masked, types
from services.gateway.domain.personal import is_personal
from services.gateway.domain.scope import EVERYTHING
from services.gateway.ports import Json
from services.gateway.ports.operator import Sought
from services.kernel import ids

#: What matches is counted up to here.
MOST_COUNTED = 10_000
#: Records of one request of which a message may have been deleted.
_MOST_RELATED = 1_000

_SHOWN: LiteralString = """
SELECT f.*, c.position AS cause_position, c.type AS cause_type, p.name AS actor_name
FROM ({}) f
LEFT JOIN operator.fact c ON c.id = f.causation
LEFT JOIN person p ON p.extension_id = f.actor
ORDER BY f.position DESC
"""
_ONE = _SHOWN.format("SELECT * FROM operator.fact WHERE position = %(position)s")
_NEWEST = "SELECT coalesce(max(position), 0) AS newest FROM operator.fact"
#: An id, or a name as people say it.
_ACTORS: LiteralString = """actor IN (
  SELECT %(actor)s UNION
  SELECT extension_id FROM person WHERE lower(name) = lower(%(actor)s))"""
_CONDITIONS: dict[str, LiteralString] = {
    "types": "type = ANY(%(types)s)",
    "subject": "subject = %(subject)s",
    "actor": _ACTORS,
    "start": "at >= %(start)s",
    "end": "at < %(end)s",
    "before": "position < %(before)s",
    "after": "position > %(after)s",
}
_RELATED = "SELECT id FROM operator.fact WHERE correlation = %s LIMIT %s"
_GONE = """
SELECT 1 FROM message WHERE message_id = ANY(%(messages)s) AND gone
UNION ALL SELECT 1 FROM contact WHERE contact_id = %(contact)s AND removed
UNION ALL SELECT 1 FROM canned_reply WHERE reply_id = %(reply)s AND forgotten LIMIT 1
"""


class PostgresOperatorLog:
    """Keeps the port's promises; one short transaction a question."""

    def __init__(self, database: Database, reading: LogReading, servers: str) -> None:
        self._database = database
        self._reading = reading
        self._causes = Causes(database, reading)
        self._ownership = OwnershipCheck(database, servers)

    async def facts(self, sought: Sought, most: int, *, count: bool) -> Json:
        values = _values(sought)
        page = _matching(values, "*", "ORDER BY position DESC LIMIT %(most)s")
        async with self._database.looking(EVERYTHING, snapshot=True) as (rows, _):
            asked = values | {"most": most + 1}
            found = await (await rows.execute(_SHOWN.format(page), asked)).fetchall()
            newest = int((await _first(rows, _NEWEST, {}))["newest"])
            matching = await _count(rows, values) if count and sought.sifted else None
        return {
            "items": [log_views.fact(row) for row in found[:most]],
            "newest": newest,
            "matching": matching if sought.sifted else newest,
            "more": len(found) > most,
        }

    async def fact(self, position: int, *, personal: bool) -> Json | None:
        async with self._database.looking(EVERYTHING) as (rows, _):
            row = await (await rows.execute(_ONE, {"position": position})).fetchone()
        if row is None:
            return None
        place = RecordPlace(row["topic"], row["partition"], row["log_offset"])
        written = (await self._reading.read([place])).get(place)
        envelope = None if written is None else written.envelope
        erased = is_personal(row["type"]) and await self._is_erased(row, envelope)
        value = None if written is None else written.record.value
        return log_views.detail(row, value, envelope, erased=erased, personal=personal)

    async def why(self, position: int) -> Json | None:
        return await self._causes.tree(position)

    async def ownership(self) -> Json:
        return await self._ownership.fold_on()

    async def _is_erased(self, row: Json, envelope: Envelope[Any] | None) -> bool:
        """Tell whether what it speaks of was deleted.

        A text passes through every record of its request: when its message is gone, all are silent.
        """
        data = None if envelope is None else envelope.data
        async with self._database.looking(EVERYTHING) as (rows, _):
            cursor = await rows.execute(_RELATED, (row["correlation"], _MOST_RELATED))
            related = [one["id"] for one in await cursor.fetchall()]
            asked = {
                "messages": [
                    *(ids.derive(one, "message") for one in related),
                    getattr(data, "message_id", None),
                ],
                "contact": getattr(data, "contact_id", None),
                "reply": getattr(data, "reply_id", None),
            }
            return await (await rows.execute(_GONE, asked)).fetchone() is not None


def _values(sought: Sought) -> Json:
    """Name what the statement compares; what is not asked for is not there."""
    given = {
        "types": None if sought.type is None else _types(sought.type),
        "subject": None if sought.subject is None else masked(sought.subject),
        "actor": sought.actor,
        "start": sought.start,
        "end": sought.end,
        "before": sought.before,
        "after": sought.after,
    }
    return {name: value for name, value in given.items() if value is not None}


def _types(wanted: str) -> list[str]:
    """Give every type that begins so; one that the catalogue does not know may be in the log."""
    return [wanted, *(one for one in types() if one.startswith(wanted) and one != wanted)]


def _matching(values: Json, what: LiteralString, ending: LiteralString) -> LiteralString:
    conditions = " AND ".join(_CONDITIONS[name] for name in _CONDITIONS if name in values)
    where: LiteralString = f" WHERE {conditions}" if conditions else ""
    return f"SELECT {what} FROM operator.fact{where} {ending}"  # noqa: S608 - constants of this file


async def _count(rows: Rows, values: Json) -> int | None:
    """Count all that match, on every page; None where they are too many."""
    whole = {name: value for name, value in values.items() if name not in {"before", "after"}}
    inner = _matching(whole, "1", "LIMIT %(most)s")
    statement: LiteralString = f"SELECT count(*) AS number FROM ({inner}) matching"  # noqa: S608 - likewise
    number = int((await _first(rows, statement, whole | {"most": MOST_COUNTED + 1}))["number"])
    return None if number > MOST_COUNTED else number


async def _first(rows: Rows, statement: LiteralString, values: Json) -> Json:
    row = await (await rows.execute(statement, values)).fetchone()
    if row is None:
        raise LookupError(statement)
    return row
