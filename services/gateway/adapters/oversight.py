"""Reads what keepers of consent and admins look after: histories, reviews, held texts."""

from collections.abc import Iterable
from datetime import datetime
from typing import LiteralString

from services.gateway.adapters import facts as reading
from services.gateway.adapters.database import Database, Rows
from services.gateway.domain import oversight
from services.gateway.domain.scope import Scope
from services.gateway.domain.views import Json, People
from services.gateway.ports import Presence

_HISTORY = """
SELECT * FROM consent_change WHERE tenant = %(tenant)s
  AND (counterpart = %(number)s OR number = %(number)s)
ORDER BY at DESC, change_id DESC LIMIT %(most)s
"""
_STANDINGS = """
SELECT number, counterpart, opted_out FROM consent
WHERE tenant = %(tenant)s AND (counterpart = %(number)s OR number = %(number)s)
UNION ALL
SELECT NULL, counterpart, opted_out FROM consent_everywhere
WHERE tenant = %(tenant)s AND counterpart = %(number)s
ORDER BY 1 NULLS FIRST, 2 LIMIT %(most)s
"""
_SUSPICIONS: LiteralString = """
SELECT s.*, coalesce(m.text, '') AS text, r.verdict, r.reviewed_by, r.reviewed_at, c.partition_key
FROM suspicion s JOIN conversation c USING (conversation_id)
LEFT JOIN message m USING (message_id) LEFT JOIN review r USING (message_id)
WHERE s.tenant = %(tenant)s
"""
_HELD: LiteralString = """
SELECT h.*, w.text, v.approved, v.decided_by, v.decided_at
FROM held_text h LEFT JOIN held_verdict v USING (wish_id)
LEFT JOIN held_words w USING (wish_id)
WHERE h.tenant = %(tenant)s
"""
_BLOCKED = """
SELECT * FROM blocked_text WHERE tenant = %(tenant)s
  AND at < coalesce(%(before)s::timestamptz, 'infinity')
ORDER BY at DESC, blocked_id DESC LIMIT %(most)s
"""


class PostgresOversight:
    """Keeps the port's promises; one short transaction a question."""

    def __init__(self, database: Database, presence: Presence) -> None:
        self._database = database
        self._presence = presence

    async def owns(self, scope: Scope, number: str) -> bool:
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(
                "SELECT FROM number WHERE tenant = %s AND number = %s", (scope.tenant, number)
            )
            return await cursor.fetchone() is not None

    async def consent(self, scope: Scope, number: str, most: int) -> Json | None:
        values = {"tenant": scope.tenant, "number": number, "most": most}
        async with self._database.looking(scope, snapshot=True) as (rows, _):
            changes = await (await rows.execute(_HISTORY, values)).fetchall()
            standings = await (await rows.execute(_STANDINGS, values)).fetchall()
            people = await self._people(rows, scope, (one["recorded_by"] for one in changes))
        if not changes:
            return None
        return {
            "items": [oversight.change(one, people) for one in changes],
            "standings": [oversight.standing(one) for one in standings],
        }

    async def revocations(self, scope: Scope, most: int) -> list[Json]:
        statement = _SUSPICIONS + " AND r.verdict IS NULL ORDER BY s.at LIMIT %(most)s"
        return await self._suspicions(scope, statement, most=most)

    async def revocation(self, scope: Scope, message_id: str) -> Json | None:
        statement = _SUSPICIONS + " AND s.message_id = %(id)s"
        found = await self._suspicions(scope, statement, id=message_id)
        return found[0] if found else None

    async def _suspicions(
        self, scope: Scope, statement: LiteralString, **values: object
    ) -> list[Json]:
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(statement, {"tenant": scope.tenant, **values})
            found = await cursor.fetchall()
            people = await self._people(rows, scope, (one["reviewed_by"] for one in found))
        return [oversight.revocation(one, people) for one in found]

    async def review_key(self, scope: Scope, message_id: str) -> tuple[str, str] | None:
        async with self._database.looking(scope) as (rows, _):
            values = {"tenant": scope.tenant, "id": message_id}
            cursor = await rows.execute(_SUSPICIONS + " AND s.message_id = %(id)s", values)
            found = await cursor.fetchone()
        return (found["conversation_id"], found["partition_key"]) if found else None

    async def held(self, scope: Scope, most: int) -> list[Json]:
        statement = _HELD + " AND v.approved IS NULL ORDER BY h.at LIMIT %(most)s"
        return await self._held(scope, statement, most=most)

    async def held_text(self, scope: Scope, wish_id: str) -> Json | None:
        found = await self._held(scope, _HELD + " AND h.wish_id = %(id)s", id=wish_id)
        return found[0] if found else None

    async def _held(self, scope: Scope, statement: LiteralString, **values: object) -> list[Json]:
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(statement, {"tenant": scope.tenant, **values})
            found = await cursor.fetchall()
            named = (one[column] for one in found for column in ("author", "decided_by"))
            people = await self._people(rows, scope, named)
        return [oversight.held(one, people) for one in found]

    async def blocked(self, scope: Scope, before: datetime | None, most: int) -> list[Json]:
        async with self._database.looking(scope) as (rows, _):
            values = {"tenant": scope.tenant, "before": before, "most": most}
            found = await (await rows.execute(_BLOCKED, values)).fetchall()
            people = await self._people(rows, scope, (one["author"] for one in found))
        return [oversight.blocked(one, people) for one in found]

    async def _people(self, rows: Rows, scope: Scope, ids: Iterable[str | None]) -> People:
        known = await reading.people(rows, sorted({one for one in ids if one}))
        return People(known, lambda one: self._presence.is_online(scope.tenant, one))
