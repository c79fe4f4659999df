"""Reads which phones are told of news, through the asker's eyes."""

from collections.abc import Sequence
from typing import Any, LiteralString

from schemas.base import ExtensionId
from services.gateway.adapters.database import Database
from services.gateway.domain.scope import Scope

#: More than one person's stream ever holds at once.
_MOST = 50
#: A row without a platform is a phone that was forgotten.
_MINE: LiteralString = """
SELECT device_id AS id, platform, app, name, signed_in, registered_at FROM device
WHERE tenant = %(tenant)s AND owner = %(user)s AND platform <> ''
ORDER BY registered_at DESC, device_id LIMIT %(most)s
"""
_OTHERS: LiteralString = """
SELECT owner FROM device
WHERE tenant = %(tenant)s AND device_id = %(id)s AND owner <> %(user)s AND platform <> ''
LIMIT %(most)s
"""


class PostgresDevices:
    """Keeps the port's promises; one short transaction a question."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def devices(self, scope: Scope) -> list[dict[str, Any]]:
        return await self._find(scope, _MINE)

    async def others(self, scope: Scope, device_id: str) -> Sequence[ExtensionId]:
        found = await self._find(scope, _OTHERS, id=device_id)
        return [ExtensionId(one["owner"]) for one in found]

    async def _find(
        self, scope: Scope, statement: LiteralString, **more: str
    ) -> list[dict[str, Any]]:
        values = {"tenant": scope.tenant, "user": scope.user, "most": _MOST, **more}
        async with self._database.looking(scope) as (rows, _):
            return await (await rows.execute(statement, values)).fetchall()
