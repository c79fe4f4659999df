"""Everything a client starts with, read in one snapshot together with its place in the feed."""

from typing import Any

import msgspec

from schemas.directory import PersonalSettings
from services.gateway.adapters import facts as reading
from services.gateway.adapters import feeds
from services.gateway.adapters.database import Database, Rows
from services.gateway.adapters.lists import page
from services.gateway.adapters.naming import names_for
from services.gateway.adapters.showing import everybody, own_numbers
from services.gateway.domain import audience, views
from services.gateway.domain.limits import FIRST_CONVERSATIONS, MOST_WAITING
from services.gateway.domain.messaging import messaging
from services.gateway.domain.scope import Scope
from services.gateway.domain.views import Json, People
from services.gateway.ports import Presence

_UNREAD = """
SELECT count(*)::integer AS total,
  coalesce(sum(e.unread) FILTER (WHERE heard), 0)::integer AS missed,
  (count(*) FILTER (WHERE heard AND e.unread > 0))::integer AS missed_in
FROM list_entry e
LEFT JOIN mute_mark m ON m.conversation_id = e.conversation_id AND m.extension_id = e.viewer
CROSS JOIN LATERAL (SELECT NOT coalesce(m.muted, false) AS heard) h
WHERE e.tenant = %s AND e.viewer = %s AND NOT e.closed AND (e.unread > 0 OR e.marked)
"""
_WAITING = """
SELECT p.conversation_id FROM queue_place p LEFT JOIN queue_wait w
  USING (queue_id, conversation_id)
WHERE p.queue_id = ANY(%s) AND p.state = 'waiting' ORDER BY w.queued_at LIMIT %s
"""


#: What decides about texting, by level: the organization, the person, a number that leads to them.
_LEVELS = """
SELECT o.texting AS system, p.texting AS user_texting, p.chat, p.roles, s.settings, o.alert_tone,
  o.files,
  EXISTS (SELECT FROM number n WHERE n.tenant = %(tenant)s AND n.texting AND (n.callers ? %(user)s
    OR n.route->'extensions' ? %(user)s OR EXISTS (SELECT FROM queue q
      WHERE q.queue_id = n.route->>'queue_id'
      AND (q.agents ? %(user)s OR q.supervisors ? %(user)s)))) AS reached
FROM person p LEFT JOIN tenant o ON o.tenant_id = p.tenant
LEFT JOIN personal s USING (extension_id)
WHERE p.tenant = %(tenant)s AND p.extension_id = %(user)s
"""


class Bootstrap:
    """Reads one viewer's snapshot."""

    def __init__(self, database: Database, presence: Presence, scope: Scope) -> None:
        self._database, self._presence, self._scope = database, presence, scope

    async def read(self) -> Json:
        """Read it; a feed is begun first, so that nothing falls between snapshot and feed."""
        async with self._database.looking(self._scope) as (rows, _):
            if await feeds.head(rows, self._scope) is None:
                await feeds.begin(rows, self._scope)
        async with self._database.looking(self._scope, snapshot=True) as (rows, feed_id):
            return await self._snapshot(rows, feed_id)

    async def _snapshot(self, rows: Rows, feed_id: str) -> Json:
        scope, presence = self._scope, self._presence
        first = await page(
            rows, scope, presence, which="all", before=None, limit=FIRST_CONVERSATIONS
        )
        mine = await reading.queues_of(rows, scope.user)
        known = await reading.people(rows, reading.named_in(mine))
        people = People(known, lambda one: presence.is_online(scope.tenant, one))
        numbers = await own_numbers(rows, scope)
        level = await self._level(rows)
        return {
            **_rights(level, has_numbers=bool(numbers), has_queues=bool(mine)),
            "files": level.get("files") or {},
            "numbers": numbers,
            "queues": [views.queue(one, scope.user, people) for one in mine],
            "waiting": await self._waiting(rows, [one["queue_id"] for one in mine]),
            "conversations": first["items"],
            "next": first["next"],
            "unread": await self._unread(rows),
            "people": await everybody(rows, scope, presence),
            "feed": {"id": feed_id, "sequence": await feeds.head(rows, scope) or 0},
        }

    async def _waiting(self, rows: Rows, queues: list[str]) -> list[Json]:
        cursor = await rows.execute(_WAITING, (queues, MOST_WAITING))
        ids = [one["conversation_id"] for one in await cursor.fetchall()]
        facts = await reading.facts(rows, ids)
        names = await names_for(rows, facts.values(), ())
        return [
            views.waiting(facts[name], names)
            for name in ids
            if name in facts and audience.in_queue(facts[name])
        ]

    async def _unread(self, rows: Rows) -> Any:  # noqa: ANN401 - one row
        cursor = await rows.execute(_UNREAD, (self._scope.tenant, self._scope.user))
        return await cursor.fetchone()

    async def _level(self, rows: Rows) -> Json:
        values = {"tenant": self._scope.tenant, "user": self._scope.user}
        cursor = await rows.execute(_LEVELS, values)
        return await cursor.fetchone() or {}


def _rights(level: Json, *, has_numbers: bool, has_queues: bool) -> Json:
    """Say what this person may do, and what they set for themselves."""
    roles = set(level.get("roles", ()))
    user = bool(level.get("user_texting"))
    sms = messaging(system=bool(level.get("system")), user=user, reached=bool(level.get("reached")))
    settings = msgspec.convert(level.get("settings") or {}, PersonalSettings)
    tone = level.get("alert_tone")
    return {
        "abilities": {
            "chat": level.get("chat") is not False,
            "sms": has_numbers and user,
            "queues": has_queues,
            "administer": bool(roles & {"admin", "operator", "office-manager"}),
            "operate": "operator" in roles,
        },
        "messaging": {"sms": sms},
        "settings": msgspec.to_builtins(settings),
        # its name changes with the sound, so a screen knows when to fetch it anew
        "tone": tone["sound"]["key"].rpartition("/")[2] if tone else None,
    }
