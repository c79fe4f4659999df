"""Reads what admins define, as it is now, and who changed it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import LiteralString

import msgspec

from schemas.base import ConversationId, ExtensionId
from schemas.directory import (
    DefineExtension,
    DefineNumber,
    DefineQueue,
    DefineTenant,
    PersonalSettings,
)
from schemas.media import StoredObject
from services.gateway.adapters import facts as reading
from services.gateway.adapters.database import Database
from services.gateway.domain import administration
from services.gateway.domain.administration import Defined
from services.gateway.domain.scope import Scope
from services.gateway.domain.views import Json, People
from services.gateway.ports import Place, Presence
from services.gateway.ports.administration import DefinedT

#: An admin's eyes for the accounts of their tenant, which have a wall by person too.
_EVERYBODY = ExtensionId("*")
#: Of each list; an organisation with more has a directory of its own.
MOST_DEFINED = 5_000
#: Class of a definition → its table, its key, its columns.
_TABLES: Mapping[type[Defined], tuple[LiteralString, LiteralString, LiteralString]] = (
    MappingProxyType(
        {
            DefineTenant: (
                "tenant",
                "tenant_id",
                "tenant_id, name, texting, consent, guard, files, alert_tone, time_zone",
            ),
            DefineExtension: (
                "person",
                "extension_id",
                "extension_id, dial, name, roles, texting, chat",
            ),
            DefineNumber: (
                "number",
                "number",
                "number, texting, toll_free, accounts, route, callers, label",
            ),
            DefineQueue: (
                "(SELECT * FROM queue WHERE NOT retired) AS standing",
                "queue_id",
                "queue_id, name, agents, supervisors, options",
            ),
        }
    )
)
_NUMBERS = """
SELECT number, texting, toll_free, accounts, route, callers, label FROM number
WHERE tenant = %(tenant)s AND (%(id)s::text IS NULL OR number = %(id)s)
ORDER BY number LIMIT %(most)s
"""
_EXTENSIONS = """
SELECT p.extension_id, p.dial, p.name, p.roles, p.texting, p.chat, s.settings,
  (SELECT jsonb_agg(number ORDER BY number) FROM number n WHERE n.tenant = p.tenant
     AND (n.callers ? p.extension_id OR n.route->'extensions' ? p.extension_id)) AS numbers,
  (SELECT jsonb_agg(jsonb_build_object('id', queue_id, 'name', name) ORDER BY name) FROM queue q
     WHERE q.tenant = p.tenant AND (q.agents ? p.extension_id OR q.supervisors ? p.extension_id))
     AS queues,
  a.login, a.must_change AS one_time,
  (SELECT max(made_at) FROM session e WHERE e.account_id = a.account_id) AS last_sign_in
FROM person p LEFT JOIN personal s USING (extension_id)
LEFT JOIN account a ON a.tenant = p.tenant AND a.viewer = p.extension_id
WHERE p.tenant = %(tenant)s AND (%(id)s::text IS NULL OR p.extension_id = %(id)s)
ORDER BY p.dial, p.extension_id LIMIT %(most)s
"""
_QUEUES = """
SELECT q.queue_id, q.name, q.agents, q.supervisors, q.options,
  (SELECT jsonb_agg(number ORDER BY number) FROM number n
     WHERE n.tenant = q.tenant AND n.route->>'queue_id' = q.queue_id) AS numbers,
  (SELECT count(*)::integer FROM queue_place p
     WHERE p.queue_id = q.queue_id AND p.state = 'waiting') AS waiting_count,
  (SELECT count(*)::integer FROM queue_place p
     WHERE p.queue_id = q.queue_id AND p.state = 'claimed') AS held_count
FROM queue q WHERE q.tenant = %(tenant)s AND NOT q.retired
  AND (%(id)s::text IS NULL OR q.queue_id = %(id)s)
ORDER BY q.name, q.queue_id LIMIT %(most)s
"""
_OPEN = """
SELECT conversation_id FROM queue_place
WHERE tenant = %s AND queue_id = %s AND state IN ('waiting', 'claimed')
ORDER BY conversation_id LIMIT %s
"""
_CHANGES = """
SELECT a.*, p.about AS before FROM audit a
LEFT JOIN LATERAL (SELECT about FROM audit b WHERE b.tenant = a.tenant AND b.subject = a.subject
    AND b.kind = a.kind AND b.sequence < a.sequence ORDER BY b.sequence DESC LIMIT 1) p
  ON a.kind LIKE 'directory.%%-defined'
WHERE a.tenant = %(tenant)s AND (%(subject)s::text IS NULL OR a.subject = %(subject)s)
  AND (a.at, a.change_id) < (coalesce(%(at)s::timestamptz, 'infinity'), coalesce(%(id)s, ''))
ORDER BY a.at DESC, a.change_id DESC LIMIT %(most)s
"""


class PostgresAdministration:
    """Keeps the port's promises; one short transaction a question."""

    def __init__(self, database: Database, presence: Presence) -> None:
        self._database = database
        self._presence = presence

    async def defined(self, scope: Scope, kind: type[DefinedT], id_: str) -> DefinedT | None:
        table, key, columns = _TABLES[kind]
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(
                f"SELECT {columns} FROM {table} WHERE tenant = %s AND {key} = %s",  # noqa: S608 - constants of this file
                (scope.tenant, id_),
            )
            found = await cursor.fetchone()
        return None if found is None else msgspec.convert(found, kind)

    async def numbers(self, scope: Scope, one: str | None = None) -> list[Json]:
        return [administration.number(row) for row in await self._rows(scope, _NUMBERS, one)]

    async def queues(self, scope: Scope, one: str | None = None) -> list[Json]:
        return [administration.queue(row) for row in await self._rows(scope, _QUEUES, one)]

    async def open_in_queue(self, scope: Scope, queue_id: str, most: int) -> list[ConversationId]:
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(_OPEN, (scope.tenant, queue_id, most))
            return [ConversationId(one["conversation_id"]) for one in await cursor.fetchall()]

    async def extensions(self, scope: Scope, one: str | None = None) -> list[Json]:
        everybody = Scope(scope.tenant, _EVERYBODY)
        return [
            administration.extension(
                row, self._presence.is_online(scope.tenant, row["extension_id"])
            )
            for row in await self._rows(everybody, _EXTENSIONS, one)
        ]

    async def _rows(self, scope: Scope, statement: LiteralString, one: str | None) -> list[Json]:
        values = {"tenant": scope.tenant, "id": one, "most": MOST_DEFINED}
        async with self._database.looking(scope) as (rows, _):
            return await (await rows.execute(statement, values)).fetchall()

    async def changes(
        self, scope: Scope, subject: str | None, before: Place | None, most: int
    ) -> list[Json]:
        at, id_ = before or (None, None)
        values = {"tenant": scope.tenant, "subject": subject, "at": at, "id": id_, "most": most}
        async with self._database.looking(scope) as (rows, _):
            found = await (await rows.execute(_CHANGES, values)).fetchall()
            named = sorted({one["changed_by"] for one in found if one["changed_by"]})
            known = await reading.people(rows, named)
        people = People(known, lambda one: self._presence.is_online(scope.tenant, one))
        return [administration.change(one, people) for one in found]

    async def settings(self, scope: Scope) -> PersonalSettings:
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(
                "SELECT settings FROM personal WHERE tenant = %s AND extension_id = %s",
                (scope.tenant, scope.user),
            )
            found = await cursor.fetchone()
        return msgspec.convert(found["settings"] if found else {}, PersonalSettings)

    async def alert_tone(self, scope: Scope) -> StoredObject | None:
        known = await self.defined(scope, DefineTenant, scope.tenant)
        return known.alert_tone.sound if known and known.alert_tone else None
