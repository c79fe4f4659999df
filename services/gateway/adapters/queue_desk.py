"""What supervisors look at: every conversation of a queue, and its statistics, live and by day."""

from collections.abc import Sequence
from typing import LiteralString

from services.gateway.adapters import facts as reading
from services.gateway.adapters.database import Database, Rows
from services.gateway.adapters.lists import read_cursor, write_cursor
from services.gateway.adapters.showing import show
from services.gateway.domain import statistics
from services.gateway.domain.scope import Scope
from services.gateway.domain.statistics import Days
from services.gateway.domain.views import Json, People
from services.gateway.ports import Presence

#: By where they stand; what waits longest first of those that wait, else the newest change.
_BOARD: LiteralString = """
SELECT conversation_id, at FROM queue_place
WHERE tenant = %(tenant)s AND queue_id = %(queue)s AND state = ANY(%(states)s)
  AND (at, conversation_id) < (%(at)s, %(id)s)
ORDER BY at DESC, conversation_id DESC LIMIT %(limit)s
"""
#: A wait ends once: at the first claim since the customer began to wait.
_COUNTS: LiteralString = """
WITH step AS (
  SELECT s.kind, s.agent, (s.at AT TIME ZONE %(zone)s)::date AS day,
         extract(epoch FROM s.at - s.queued_at) AS seconds,
         s.kind = 'claimed' AND NOT EXISTS (
           SELECT FROM queue_step e WHERE e.conversation_id = s.conversation_id
             AND e.queued_at = s.queued_at AND e.queue_id = s.queue_id AND e.kind = 'claimed'
             AND (e.at, e.sequence) < (s.at, s.sequence)) AS ends_wait
  FROM queue_step s
  WHERE s.tenant = %(tenant)s AND s.queue_id = %(queue)s
    AND s.at >= %(first)s::timestamp AT TIME ZONE %(zone)s
    AND s.at < (%(last)s::timestamp + interval '1 day') AT TIME ZONE %(zone)s)
SELECT CASE WHEN grouping(day) = 0 THEN 'day' WHEN grouping(agent) = 0 THEN 'agent'
            ELSE 'total' END AS of, day::text, agent,
       count(*) FILTER (WHERE kind = 'queued') AS queued,
       count(*) FILTER (WHERE kind = 'claimed') AS claimed,
       count(*) FILTER (WHERE kind = 'received') AS received,
       count(*) FILTER (WHERE kind = 'answered') AS answered,
       count(*) FILTER (WHERE kind IN ('answered', 'replied')) AS replies,
       count(*) FILTER (WHERE kind = 'lapsed') AS lapsed,
       count(*) FILTER (WHERE kind = 'released') AS released,
       count(*) FILTER (WHERE kind = 'transferred') AS transferred,
       count(*) FILTER (WHERE kind = 'overflowed') AS overflowed,
       count(*) FILTER (WHERE kind = 'passed') AS passed,
       count(*) FILTER (WHERE kind = 'closed') AS closed,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE ends_wait)
         AS wait_median,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE ends_wait) AS wait_p90,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE kind = 'answered')
         AS answer_median,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE kind = 'answered')
         AS answer_p90
FROM step GROUP BY GROUPING SETS ((day), (agent), ())
ORDER BY of, day, agent
"""
_HELD: LiteralString = """
SELECT holder, count(*)::integer AS holds FROM queue_place
WHERE tenant = %(tenant)s AND queue_id = %(queue)s AND state = 'claimed' GROUP BY holder
"""


class PostgresQueueDesk:
    """Keeps the port's promises; one short transaction a question."""

    def __init__(self, database: Database, presence: Presence) -> None:
        self._database = database
        self._presence = presence

    async def board(
        self, scope: Scope, queue_id: str, states: Sequence[str], before: str | None, limit: int
    ) -> Json | None:
        at, name = read_cursor(before)
        values = {
            "tenant": scope.tenant,
            "queue": queue_id,
            "states": list(states),
            "at": at,
            "id": name,
            "limit": limit + 1,
        }
        async with self._database.looking(scope) as (rows, _):
            if await _supervised(rows, scope, queue_id) is None:
                return None
            found = await (await rows.execute(_BOARD, values)).fetchall()
            ids = [one["conversation_id"] for one in found[:limit]]
            items = await show(rows, scope, ids, self._presence)
        # one that has moved on to another queue stands there
        here = [one for one in items if one["queue"] and one["queue"]["id"] == queue_id]
        last = found[limit - 1] if len(found) > limit else None
        following = write_cursor(last["at"], last["conversation_id"]) if last else None
        return {"items": here, "next": following}

    async def statistics(self, scope: Scope, queue_id: str, days: Days) -> Json | None:
        values = {
            "tenant": scope.tenant,
            "queue": queue_id,
            "zone": days.zone,
            "first": days.first,
            "last": days.last,
        }
        async with self._database.looking(scope, snapshot=True) as (rows, _):
            queue = await _supervised(rows, scope, queue_id)
            if queue is None:
                return None
            counted = await (await rows.execute(_COUNTS, values)).fetchall()
            held = await (await rows.execute(_HELD, values)).fetchall()
            named = {one["agent"] for one in counted if one["agent"]} | {*queue["agents"]}
            known = await reading.people(rows, sorted(named | {one["holder"] for one in held}))
        people = People(known, lambda one: self._presence.is_online(scope.tenant, one))
        return statistics.shown(queue, counted, held, days, people)


async def _supervised(rows: Rows, scope: Scope, queue_id: str) -> Json | None:
    """Give a queue to one who watches over it."""
    queue = (await reading.queues(rows, [queue_id])).get(queue_id)
    if queue is None or queue["tenant"] != scope.tenant:
        return None
    return queue if scope.user in (queue["supervisors"] or ()) else None
