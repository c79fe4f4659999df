"""Reads what people planned to say: their own, or everybody's for those whose role it is."""

from collections.abc import Sequence
from typing import LiteralString

from services.gateway.adapters import facts as reading
from services.gateway.adapters.database import Database, Rows
from services.gateway.adapters.showing import readable
from services.gateway.domain.scheduled import scheduled
from services.gateway.domain.scope import Scope
from services.gateway.domain.views import Json, Online, People
from services.gateway.ports import Presence

_ALL: LiteralString = """
SELECT s.*, coalesce(w.text, m.text, '') AS text, e.state, e.message_id, e.code, e.reason,
       e.ended_by, e.ended_at, h.reason AS held
FROM scheduled_text s LEFT JOIN scheduled_end e USING (scheduled_id)
LEFT JOIN scheduled_words w USING (scheduled_id)
LEFT JOIN message m ON m.message_id = e.message_id
LEFT JOIN held_text h ON h.wish_id = s.scheduled_id
"""
_CHANGED: LiteralString = _ALL + "WHERE s.scheduled_id = ANY(%s) ORDER BY s.scheduled_id"
_PLANS: LiteralString = (
    _ALL
    + """WHERE s.tenant = %(tenant)s AND (s.author = %(user)s OR %(everybody)s)
  AND s.conversation_id = %(conversation)s
"""
)
#: What waits comes first, so that no refused one ever pushes it out.
_OPEN: LiteralString = (
    _PLANS
    + """ AND coalesce(e.state, 'refused') = 'refused'
ORDER BY e.state NULLS FIRST, s.send_at DESC, s.scheduled_id LIMIT %(most)s"""
)
_KEY = "SELECT partition_key FROM conversation WHERE tenant = %s AND conversation_id = %s"


async def changed(rows: Rows, ids: Sequence[str], online: Online) -> list[tuple[str, Json]]:
    """Give these plans as their authors see them, each with its author."""
    if not ids:
        return []
    found = await (await rows.execute(_CHANGED, (list(ids),))).fetchall()
    people = People(await _named(rows, found), online)
    return [(one["author"], scheduled(one, people, hidden=False)) for one in found]


async def _named(rows: Rows, found: Sequence[Json]) -> dict[str, Json]:
    named = {one[column] for one in found for column in ("author", "ended_by")}
    return await reading.people(rows, sorted(named - {None}))


class PostgresPlans:
    """Keeps the port's promises; one short transaction a question."""

    def __init__(self, database: Database, presence: Presence) -> None:
        self._database = database
        self._presence = presence

    async def partition_key(self, scope: Scope, conversation_id: str) -> str | None:
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(_KEY, (scope.tenant, conversation_id))
            found = await cursor.fetchone()
        return None if found is None else str(found["partition_key"])

    async def open(
        self, scope: Scope, conversation_id: str, most: int, *, everybody: bool
    ) -> list[Json]:
        found = await self._plans(scope, conversation_id, _OPEN, everybody=everybody, most=most)
        return sorted(found, key=lambda one: (one["send_at"], one["id"]))

    async def one(
        self, scope: Scope, conversation_id: str, scheduled_id: str, *, everybody: bool
    ) -> Json | None:
        statement = _PLANS + " AND s.scheduled_id = %(id)s"
        found = await self._plans(
            scope, conversation_id, statement, everybody=everybody, id=scheduled_id
        )
        return found[0] if found else None

    async def planned(self, scope: Scope, conversation_id: str, client_id: str) -> Json | None:
        statement = _PLANS + " AND s.client_id = %(client)s"
        found = await self._plans(
            scope, conversation_id, statement, everybody=False, client=client_id
        )
        return found[0] if found else None

    async def _plans(
        self,
        scope: Scope,
        conversation_id: str,
        statement: LiteralString,
        *,
        everybody: bool,
        **values: object,
    ) -> list[Json]:
        place = {"tenant": scope.tenant, "user": scope.user, "conversation": conversation_id}
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(statement, {**place, "everybody": everybody, **values})
            found = await cursor.fetchall()
            known = await _named(rows, found)
            sees = await readable(rows, scope, conversation_id) is not None
        people = People(known, lambda one: self._presence.is_online(scope.tenant, one))
        return [
            scheduled(one, people, hidden=not sees and one["author"] != scope.user) for one in found
        ]
