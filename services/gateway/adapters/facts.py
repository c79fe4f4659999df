"""Reads what `domain/audience.py` and `domain/views.py` judge and show, in the current schema."""

from collections.abc import Collection, Iterable
from typing import Any

from services.gateway.adapters.database import Rows
from services.gateway.domain.limits import MOST_UNREAD

Facts = dict[str, Any]

#: A conversation with where it stands: its current place is the open one, else the last one; one
#: in which nothing was said yet is as new as its beginning.
_FACTS = """
SELECT c.conversation_id, c.tenant, c.kind, c.number, c.counterparts, c.name, c.partition_key,
       a.members, a.queue_id AS route_queue,
       t.position AS last_position, coalesce(t.at, c.at) AS last_at, l.preview,
       p.queue_id, p.state, p.holder, p.epoch, p.lapses_at, p.closes_at, p.at AS place_at,
       p.queued_at, p.escalated, p.offered_to, p.offer_ends_at,
       ARRAY(SELECT extension_id FROM mention m WHERE m.queue_id = p.queue_id
               AND m.conversation_id = c.conversation_id) AS mentioned,
       ARRAY(SELECT tag FROM tagging g WHERE g.conversation_id = c.conversation_id AND g.tagged
             ORDER BY tag) AS tags,
       q.name AS queue_name, q.agents, q.supervisors,
       n.texting AS number_texting, n.toll_free, n.callers, o.texting AS system_texting,
       EXISTS (SELECT FROM consent s WHERE s.number = c.number AND s.opted_out
                  AND c.counterparts ? s.counterpart)
       OR EXISTS (SELECT FROM consent_everywhere s WHERE s.tenant = c.tenant AND s.opted_out
                  AND c.counterparts ? s.counterpart) AS opted_out
FROM conversation c
JOIN audience a USING (conversation_id)
LEFT JOIN tail t USING (conversation_id)
LEFT JOIN LATERAL (
  SELECT left(x.text, 160) AS preview FROM message x
  WHERE x.conversation_id = c.conversation_id AND NOT x.gone
  ORDER BY x.position DESC LIMIT 1) l ON true
LEFT JOIN LATERAL (
  SELECT p.*, w.queued_at, p.state = 'waiting' AND e.sequence > p.sequence AS escalated,
         o.agent AS offered_to, o.ends_at AS offer_ends_at
  FROM queue_place p
  LEFT JOIN queue_wait w USING (queue_id, conversation_id)
  LEFT JOIN queue_escalation e USING (queue_id, conversation_id)
  LEFT JOIN queue_offer o ON o.queue_id = p.queue_id AND o.conversation_id = p.conversation_id
    AND o.epoch = p.epoch AND p.state = 'waiting'
  WHERE p.conversation_id = c.conversation_id
  ORDER BY p.state = 'closed', p.at DESC, p.queue_id LIMIT 1) p ON true
LEFT JOIN queue q ON q.queue_id = coalesce(p.queue_id, a.queue_id)
LEFT JOIN number n ON n.number = c.number AND n.tenant = c.tenant
LEFT JOIN tenant o ON o.tenant_id = c.tenant
WHERE c.conversation_id = ANY(%(ids)s)
"""
#: What one viewer has read, marked, closed, muted and deleted, and the last message that they see.
#: In a queue, what a person answered is not unread.
_MARKS = """
SELECT v.conversation_id, v.viewer, m.read_position,
       coalesce(u.marked, false) AS marked, coalesce(b.muted, false) AS muted,
       coalesce(k.up_to >= coalesce(t.position, 0), false) AS deleted,
       l.direction, l.author, l.preview, l.files,
       coalesce(h.shut AND h.sequence > coalesce(t.sequence, 0), false) AS shut,
       (SELECT count(*) FROM (
          SELECT FROM message x
          WHERE x.conversation_id = v.conversation_id AND x.position > m.floor AND NOT x.gone
            AND NOT EXISTS (SELECT FROM hidden_line d
              WHERE d.message_id = x.message_id AND d.extension_id = v.viewer)
            AND CASE WHEN c.kind = 'sms' THEN x.direction = 'in'
                     ELSE x.author IS DISTINCT FROM v.viewer END
          LIMIT %(most)s) counted)::integer AS unread
FROM unnest(%(ids)s::text[], %(viewers)s::text[]) AS v (conversation_id, viewer)
JOIN conversation c USING (conversation_id)
JOIN audience a USING (conversation_id)
LEFT JOIN tail t USING (conversation_id)
LEFT JOIN read_mark r ON r.conversation_id = v.conversation_id AND r.extension_id = v.viewer
LEFT JOIN said_mark s ON s.conversation_id = v.conversation_id AND s.extension_id = v.viewer
LEFT JOIN unread_mark u ON u.conversation_id = v.conversation_id AND u.extension_id = v.viewer
LEFT JOIN shut_mark h ON h.conversation_id = v.conversation_id AND h.extension_id = v.viewer
LEFT JOIN mute_mark b ON b.conversation_id = v.conversation_id AND b.extension_id = v.viewer
LEFT JOIN cleared_mark k ON k.conversation_id = v.conversation_id AND k.extension_id = v.viewer
LEFT JOIN LATERAL (
  SELECT x.direction, x.author, left(x.text, 160) AS preview,
         jsonb_array_length(x.files) AS files
  FROM message x
  WHERE x.conversation_id = v.conversation_id AND NOT x.gone
    AND x.position > coalesce(k.up_to, 0)
    AND NOT EXISTS (SELECT FROM hidden_line d
      WHERE d.message_id = x.message_id AND d.extension_id = v.viewer)
  ORDER BY x.position DESC LIMIT 1) l ON true
CROSS JOIN LATERAL (
  SELECT greatest(r.up_to, s.up_to, k.up_to, 0) AS read_position,
         greatest(r.up_to, s.up_to, k.up_to, 0, coalesce(
           CASE WHEN a.queue_id IS NOT NULL THEN (
             SELECT position FROM message x
             WHERE x.conversation_id = v.conversation_id AND x.direction = 'out'
               AND x.author IS NOT NULL
             ORDER BY position DESC LIMIT 1) END, 0)) AS floor) m
"""
_QUEUES = """
SELECT q.queue_id, q.tenant, q.name, q.agents, q.supervisors, q.options,
       l.logged_in, w.waiting_count, w.oldest_at
FROM queue q
CROSS JOIN LATERAL (SELECT array_agg(extension_id) AS logged_in
  FROM queue_agent a WHERE a.queue_id = q.queue_id AND a.logged_in) l
CROSS JOIN LATERAL (SELECT count(*)::integer AS waiting_count, min(w.queued_at) AS oldest_at
  FROM queue_place p LEFT JOIN queue_wait w USING (queue_id, conversation_id)
  WHERE p.queue_id = q.queue_id AND p.state = 'waiting') w
"""


async def facts(rows: Rows, ids: Collection[str]) -> dict[str, Facts]:
    """Give conversations by id; one that is not there is left out."""
    if not ids:
        return {}
    cursor = await rows.execute(_FACTS, {"ids": list(ids)})
    return {one["conversation_id"]: one for one in await cursor.fetchall()}


async def marks(rows: Rows, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Facts]:
    """Give what each viewer (second) has done in each conversation (first)."""
    wanted = list(pairs)
    if not wanted:
        return {}
    ids, viewers = zip(*wanted, strict=True)
    values = {"ids": list(ids), "viewers": list(viewers), "most": MOST_UNREAD}
    cursor = await rows.execute(_MARKS, values)
    return {(one["conversation_id"], one["viewer"]): one for one in await cursor.fetchall()}


async def people(rows: Rows, ids: Collection[str]) -> dict[str, Facts]:
    if not ids:
        return {}
    cursor = await rows.execute(
        "SELECT extension_id, name, dial, roles, texting, chat FROM person"
        " WHERE extension_id = ANY(%s)",
        (list(ids),),
    )
    return {one["extension_id"]: one for one in await cursor.fetchall()}


async def queues(rows: Rows, ids: Collection[str]) -> dict[str, Facts]:
    if not ids:
        return {}
    cursor = await rows.execute(_QUEUES + " WHERE q.queue_id = ANY(%s)", (list(ids),))
    return {one["queue_id"]: one for one in await cursor.fetchall()}


async def queues_of(rows: Rows, viewer: str) -> list[Facts]:
    """Give the queues that a viewer works or watches, by name."""
    cursor = await rows.execute(
        _QUEUES + " WHERE q.agents ? %s OR q.supervisors ? %s ORDER BY q.name, q.queue_id",
        (viewer, viewer),
    )
    return await cursor.fetchall()


async def queue_names(rows: Rows, ids: Iterable[str]) -> dict[str, str]:
    cursor = await rows.execute(
        "SELECT queue_id, name FROM queue WHERE queue_id = ANY(%s)", (list(ids),)
    )
    return {one["queue_id"]: one["name"] for one in await cursor.fetchall()}


async def pills(rows: Rows, ids: Collection[str]) -> list[Facts]:
    if not ids:
        return []
    cursor = await rows.execute("SELECT * FROM pill WHERE pill_id = ANY(%s)", (list(ids),))
    return await cursor.fetchall()


def named_in(*sources: Iterable[Facts]) -> set[str]:
    """Name every person that these rows speak of."""
    found: set[str] = set()
    for one in (one for source in sources for one in source):
        for column in ("author", "holder", "extension_id", "offered_to"):
            found.add(one.get(column) or "")
        for column in ("members", "agents"):
            found.update(one.get(column) or ())
        found.update(str(value) for value in (one.get("about") or {}).values())
    return found - {""}
