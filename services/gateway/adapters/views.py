"""Answers the API's questions from the serving read model, through the asker's eyes only."""

from collections.abc import Sequence

from schemas.base import ConversationId, QueueId
from services.gateway.adapters import facts as reading
from services.gateway.adapters import messages as saying
from services.gateway.adapters.bootstrap import Bootstrap
from services.gateway.adapters.database import Database, Rows
from services.gateway.adapters.feeds import changes
from services.gateway.adapters.items import page, with_files
from services.gateway.adapters.lists import open_ones
from services.gateway.adapters.lists import page as list_page
from services.gateway.adapters.showing import everybody, own_numbers, readable, show
from services.gateway.domain import audience, views
from services.gateway.domain.scope import Scope
from services.gateway.domain.views import Json, People
from services.gateway.ports import File, Presence, Standing, Way, Window


class PostgresViews:
    """Keeps the port's promises; one short transaction a question."""

    def __init__(self, database: Database, presence: Presence) -> None:
        self._database = database
        self._presence = presence

    async def bootstrap(self, scope: Scope) -> Json:
        return await Bootstrap(self._database, self._presence, scope).read()

    async def person(self, scope: Scope) -> Json | None:
        async with self._database.looking(scope) as (rows, _):
            return (await reading.people(rows, [scope.user])).get(scope.user)

    async def conversation(self, scope: Scope, conversation_id: str) -> Json | None:
        async with self._database.looking(scope) as (rows, _):
            seen = await show(rows, scope, [conversation_id], self._presence)
        return seen[0] if seen else None

    async def conversations(self, scope: Scope, which: str, before: str | None, limit: int) -> Json:
        async with self._database.looking(scope) as (rows, _):
            return await list_page(
                rows, scope, self._presence, which=which, before=before, limit=limit
            )

    async def open_ones(self, scope: Scope) -> Json:
        async with self._database.looking(scope, snapshot=True) as (rows, _):
            return await open_ones(rows, scope, self._presence)

    async def items(self, scope: Scope, conversation_id: str, window: Window) -> Json | None:
        async with self._database.looking(scope, snapshot=True) as (rows, _):
            facts = await readable(rows, scope, conversation_id)
            return await page(rows, scope, facts, window, self._presence) if facts else None

    async def files(self, scope: Scope, conversation_id: str, window: Window) -> Json | None:
        async with self._database.looking(scope, snapshot=True) as (rows, _):
            facts = await readable(rows, scope, conversation_id)
            return await with_files(rows, scope, facts, window, self._presence) if facts else None

    async def said(self, scope: Scope, conversation_id: str, client_id: str) -> Json | None:
        async with self._database.looking(scope) as (rows, _):
            if await readable(rows, scope, conversation_id) is None:
                return None
            row = await saying.by_client(rows, conversation_id, scope.user, client_id)
            return await self._message(rows, scope, row)

    async def message(self, scope: Scope, conversation_id: str, message_id: str) -> Json | None:
        async with self._database.looking(scope) as (rows, _):
            if await readable(rows, scope, conversation_id) is None:
                return None
            row = await saying.one(rows, conversation_id, scope.user, message_id)
            return await self._message(rows, scope, row)

    async def _message(self, rows: Rows, scope: Scope, row: Json | None) -> Json | None:
        if row is None:
            return None
        known = await reading.people(rows, reading.named_in([row]))
        return views.message(row, self._people(scope, known))

    def _people(self, scope: Scope, known: dict[str, Json]) -> People:
        return People(known, lambda one: self._presence.is_online(scope.tenant, one))

    async def standing(
        self, scope: Scope, conversation_id: str, message_id: str
    ) -> Standing | None:
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(
                "SELECT position, author FROM message"
                " WHERE message_id = %s AND conversation_id = %s",
                (message_id, conversation_id),
            )
            found = await cursor.fetchone()
        return None if found is None else Standing(found["position"], found["author"])

    async def chatting(self, scope: Scope, conversation_id: str) -> tuple[str, ...]:
        async with self._database.looking(scope) as (rows, _):
            facts = await readable(rows, scope, conversation_id)
        if facts is None or facts["kind"] == "sms":
            return ()
        return tuple(facts["members"] or ())

    async def way(self, scope: Scope, conversation_id: str) -> Way | None:
        async with self._database.looking(scope) as (rows, _):
            facts = await readable(rows, scope, conversation_id)
        if facts is None:
            return None
        queue_id = (facts["queue_id"] or facts["route_queue"]) if audience.in_queue(facts) else None
        return Way(
            ConversationId(conversation_id),
            facts["kind"],
            facts["partition_key"],
            QueueId(queue_id) if queue_id else None,
            facts["epoch"] or 0,
        )

    async def queue(self, scope: Scope, queue_id: str) -> Json | None:
        async with self._database.looking(scope) as (rows, _):
            found = (await reading.queues(rows, [queue_id])).get(queue_id)
            if found is None or scope.user not in {*found["agents"], *found["supervisors"]}:
                return None
            known = await reading.people(rows, found["agents"])
        return views.queue(found, scope.user, self._people(scope, known))

    async def queue_of(self, scope: Scope, queue_id: str, conversation_id: str) -> bool:
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(
                "SELECT FROM queue_place JOIN queue q USING (queue_id)"
                " WHERE queue_id = %s AND conversation_id = %s AND q.tenant = %s"
                " AND (q.agents ? %s OR q.supervisors ? %s)",
                (queue_id, conversation_id, scope.tenant, scope.user, scope.user),
            )
            return await cursor.fetchone() is not None

    async def people(self, scope: Scope) -> list[Json]:
        async with self._database.looking(scope) as (rows, _):
            return await everybody(rows, scope, self._presence)

    async def people_by_id(self, scope: Scope, people: Sequence[str]) -> list[Json]:
        async with self._database.looking(scope) as (rows, _):
            known = await reading.people(rows, people)
        shown = self._people(scope, known)
        return [shown.view(one) for one in known]

    async def numbers(self, scope: Scope) -> list[Json]:
        async with self._database.looking(scope) as (rows, _):
            return await own_numbers(rows, scope)

    async def file(
        self, scope: Scope, conversation_id: str, message_id: str, index: int, *, small: bool
    ) -> File | None:
        async with self._database.looking(scope) as (rows, _):
            if await readable(rows, scope, conversation_id) is None:
                return None
            row = await saying.one(rows, conversation_id, scope.user, message_id)
        stored = (row or {}).get("stored") or ()
        found = next((one for one in stored if one["file_index"] == index), None)
        return _file(found, small=small)

    async def changes(
        self, scope: Scope, feed_id: str, after: int, limit: int
    ) -> tuple[list[str], bool] | None:
        async with self._database.looking(scope) as (rows, current):
            if feed_id != current:
                return None
            return await changes(rows, scope, after, limit)

    async def command(self, scope: Scope, command_id: str) -> Json | None:
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(
                "SELECT r.command_id, o.accepted, o.body FROM command_request r"
                " LEFT JOIN command_outcome o USING (command_id)"
                " WHERE r.command_id = %s AND r.tenant = %s AND r.viewer = %s",
                (command_id, scope.tenant, scope.user),
            )
            found = await cursor.fetchone()
        return None if found is None else _outcome(found)


def _file(found: Json | None, *, small: bool) -> File | None:
    key = (found or {}).get("thumb_key" if small else "object_key")
    if found is None or key is None:
        return None
    kind = found["thumb_type" if small else "media_type"] or "application/octet-stream"
    return File(key, kind, found["name"] or "file")


def _outcome(found: Json) -> Json:
    body = found["body"] or {}
    status = {None: "pending", True: "accepted", False: "refused"}[found["accepted"]]
    return {
        "command_id": found["command_id"],
        "status": status,
        "state": body.get("state"),
        "code": body.get("code"),
        "text": body.get("text"),
    }
