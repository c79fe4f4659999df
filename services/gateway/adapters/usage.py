"""Counts a tenant's texts by the days of a time zone; two index ranges, whatever the history."""

from typing import LiteralString

from services.gateway.adapters import facts as reading
from services.gateway.adapters.database import Database, Rows
from services.gateway.domain import usage
from services.gateway.domain.scope import Scope
from services.gateway.domain.statistics import Days
from services.gateway.domain.views import Json, People
from services.gateway.ports import Presence

FIGURES: LiteralString = """
WITH span AS (
  SELECT %(first)s::timestamp AT TIME ZONE %(zone)s AS start,
         (%(last)s::timestamp + interval '1 day') AT TIME ZONE %(zone)s AS stop),
line AS (
  SELECT u.at, t.number, t.extension_id, t.mms AND u.sent AS mms, u.sent::integer AS sent,
         0 AS received, u.segments AS segments_sent, 0 AS segments_received,
         coalesce(e.failed, NOT u.sent) AS failed
  FROM span, usage_sending u JOIN usage_text t USING (message_id)
  LEFT JOIN usage_end e USING (message_id, recipient, attempt)
  WHERE u.tenant = %(tenant)s AND u.at >= span.start AND u.at < span.stop
  UNION ALL
  SELECT t.at, t.number, t.extension_id, t.mms, 0, 1, 0, t.segments, false
  FROM span, usage_text t
  WHERE t.tenant = %(tenant)s AND t.direction = 'in' AND t.at >= span.start AND t.at < span.stop),
dated AS (SELECT (at AT TIME ZONE %(zone)s)::date AS day, line.* FROM line)
SELECT CASE WHEN grouping(day) = 0 THEN 'day' WHEN grouping(number) = 0 THEN 'number'
            WHEN grouping(extension_id) = 0 THEN 'person' ELSE 'total' END AS of,
       day::text, number, extension_id,
       coalesce(sum(sent), 0)::integer AS sent, coalesce(sum(received), 0)::integer AS received,
       count(*) FILTER (WHERE mms)::integer AS mms,
       coalesce(sum(segments_sent), 0)::integer AS segments_sent,
       coalesce(sum(segments_received), 0)::integer AS segments_received,
       count(*) FILTER (WHERE failed)::integer AS failed
FROM dated GROUP BY GROUPING SETS ((day), (number), (extension_id), ())
"""
_ENABLED = """
SELECT coalesce(o.texting, false)
  AND EXISTS (SELECT FROM person p WHERE p.tenant = %(tenant)s AND p.texting) AS enabled
FROM tenant o WHERE o.tenant_id = %(tenant)s
"""


class PostgresUsage:
    """Keeps the port's promises; one snapshot a question."""

    def __init__(self, database: Database, presence: Presence) -> None:
        self._database, self._presence = database, presence

    async def zone(self, scope: Scope) -> str | None:
        async with self._database.looking(scope) as (rows, _):
            cursor = await rows.execute(
                "SELECT time_zone FROM tenant WHERE tenant_id = %s", (scope.tenant,)
            )
            found = await cursor.fetchone()
        return found["time_zone"] if found else None

    async def figures(self, scope: Scope, days: Days) -> Json:
        values = {
            "tenant": scope.tenant,
            "zone": days.zone,
            "first": days.first,
            "last": days.last,
        }
        async with self._database.looking(scope, snapshot=True) as (rows, _):
            counted = await (await rows.execute(FIGURES, values)).fetchall()
            enabled = await (await rows.execute(_ENABLED, values)).fetchone()
            labels = await _labels(rows, scope)
            named = {one["extension_id"] for one in counted if one["extension_id"]}
            known = await reading.people(rows, sorted(named))
        people = People(known, lambda one: self._presence.is_online(scope.tenant, one))
        shown = usage.shown(counted, labels, days, people)
        return {**shown, "enabled": bool(enabled and enabled["enabled"])}


async def _labels(rows: Rows, scope: Scope) -> dict[str, str | None]:
    cursor = await rows.execute(
        "SELECT number, label FROM number WHERE tenant = %s", (scope.tenant,)
    )
    return {one["number"]: one["label"] for one in await cursor.fetchall()}
