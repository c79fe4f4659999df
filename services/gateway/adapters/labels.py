"""Reads tags and canned replies, through the asker's eyes."""

from typing import LiteralString

from services.gateway.adapters.database import Database
from services.gateway.domain.scope import Scope
from services.gateway.domain.views import Json

#: A person's own and everybody's; more than anybody keeps in mind.
MOST_REPLIES, MOST_TAGS = 500, 500

_REPLIES: LiteralString = """
SELECT reply_id, owner, name, text FROM canned_reply
WHERE tenant = %(tenant)s AND NOT forgotten AND (owner IS NULL OR owner = %(user)s)
"""
_TAGS = """
SELECT tag, count(*)::integer AS conversations FROM tagging
WHERE tenant = %(tenant)s AND tagged GROUP BY tag ORDER BY 2 DESC, 1 LIMIT %(most)s
"""


class PostgresLabels:
    """Keeps the port's promises; one short transaction a question."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def replies(self, scope: Scope) -> Json:
        values = {"tenant": scope.tenant, "user": scope.user, "most": MOST_REPLIES}
        async with self._database.looking(scope) as (rows, _):
            statement = _REPLIES + " ORDER BY lower(name), reply_id LIMIT %(most)s"
            found = await (await rows.execute(statement, values)).fetchall()
            company = await rows.execute(
                "SELECT name FROM tenant WHERE tenant_id = %s", (scope.tenant,)
            )
            named = await company.fetchone()
        company_name = named["name"] if named else ""
        return {"company": company_name, "items": [_shown(one) for one in found]}

    async def reply(self, scope: Scope, reply_id: str) -> Json | None:
        values = {"tenant": scope.tenant, "user": scope.user, "id": reply_id}
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(_REPLIES + " AND reply_id = %(id)s", values)
            found = await cursor.fetchone()
        return None if found is None else _shown(found)

    async def tags(self, scope: Scope) -> list[Json]:
        values = {"tenant": scope.tenant, "most": MOST_TAGS}
        async with self._database.looking(scope) as (rows, _):
            return await (await rows.execute(_TAGS, values)).fetchall()


def _shown(row: Json) -> Json:
    return {
        "id": row["reply_id"],
        "shared": row["owner"] is None,
        "name": row["name"],
        "text": row["text"],
    }
