"""Reads the delivery log: of one message whole, of a tenant by pages."""

from schemas.directory import Language
from services.gateway.adapters.database import Database
from services.gateway.domain import delivery_log
from services.gateway.domain.scope import Scope
from services.gateway.domain.views import Json
from services.gateway.ports import Place

#: The reports of one message: a few recipients, attempts, tries and states.
MOST_OF_MESSAGE = 1_000

_OF_MESSAGE = """
SELECT * FROM delivery_report WHERE tenant = %(tenant)s AND message_id = %(message)s
  AND conversation_id = %(conversation)s ORDER BY at, sequence, report_id LIMIT %(most)s
"""
_NEWEST = """
SELECT * FROM delivery_report WHERE tenant = %(tenant)s
ORDER BY at DESC, report_id DESC LIMIT %(most)s
"""
_BEFORE = """
SELECT * FROM delivery_report WHERE tenant = %(tenant)s
  AND (at, report_id) < (%(at)s, %(id)s)
ORDER BY at DESC, report_id DESC LIMIT %(most)s
"""


class PostgresDeliveryLog:
    """Keeps the port's promises; one short transaction a question."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_message(
        self, scope: Scope, conversation_id: str, message_id: str, language: Language
    ) -> list[Json]:
        values = {
            "tenant": scope.tenant,
            "message": message_id,
            "conversation": conversation_id,
            "most": MOST_OF_MESSAGE,
        }
        async with self._database.looking(scope) as (rows, _):
            found = await (await rows.execute(_OF_MESSAGE, values)).fetchall()
        return [delivery_log.report(one, language) for one in found]

    async def page(
        self, scope: Scope, before: Place | None, most: int, language: Language
    ) -> tuple[list[Json], str | None]:
        values: dict[str, object] = {"tenant": scope.tenant, "most": most + 1}
        statement = _NEWEST
        if before is not None:
            statement = _BEFORE
            values |= {"at": before[0], "id": before[1]}
        async with self._database.looking(scope) as (rows, _):
            found = await (await rows.execute(statement, values)).fetchall()
        shown = found[:most]
        following = delivery_log.cursor(shown[-1]) if len(found) > most else None
        return [delivery_log.report(one, language) for one in shown], following
