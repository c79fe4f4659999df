"""How far a viewer's history reaches: on which shelves it stands, and who may read what there.

The rule itself is `domain/audience.py`'s `may_read`; here it is once more in SQL, because a search
must not read first and judge later. A test holds the two together.
"""

from typing import LiteralString

from services.gateway.adapters.database import Rows
from services.gateway.adapters.messages import VISIBLE
from services.gateway.domain.scope import Scope

#: Shelves of one viewer: numbers, chats and groups.
MOST_SHELVES = 5_000

#: Where a conversation `c` stands now, for `_MAY_READ`.
_STANDS: LiteralString = """
JOIN audience a ON a.conversation_id = c.conversation_id
LEFT JOIN LATERAL (
  SELECT p.queue_id, p.state, p.holder FROM queue_place p
  WHERE p.conversation_id = c.conversation_id
  ORDER BY p.state = 'closed', p.at DESC, p.queue_id LIMIT 1) p ON true
LEFT JOIN queue q ON q.queue_id = coalesce(p.queue_id, a.queue_id)
"""
_MAY_READ: LiteralString = """
c.tenant = %(tenant)s AND CASE WHEN a.queue_id IS NULL THEN a.members ? %(viewer)s
  ELSE (p.state = 'claimed' AND p.holder = %(viewer)s)
    OR q.supervisors ? %(viewer)s
    OR (p.state IN ('waiting', 'closed') AND q.agents ? %(viewer)s)
    OR EXISTS (SELECT FROM mention n WHERE n.queue_id = p.queue_id
         AND n.conversation_id = c.conversation_id AND n.extension_id = %(viewer)s)
  END
"""
#: What a page may be narrowed to, by values of those names.
_SIFTED: LiteralString = """
  AND (%(kind)s::text IS NULL OR c.kind = %(kind)s)
  AND (%(number)s::text IS NULL OR c.number = %(number)s OR c.counterparts ? %(number)s)
  AND (%(queue)s::text IS NULL OR (a.queue_id IS NOT NULL AND q.queue_id = %(queue)s))
"""
#: Own ones hop from shelf to shelf; a queue's are those that have been in it, or are led to it.
_SHELVES = """
WITH RECURSIVE own AS (
  (SELECT shelf FROM list_entry WHERE tenant = %(tenant)s AND viewer = %(viewer)s
   ORDER BY shelf LIMIT 1)
  UNION ALL
  SELECT (SELECT l.shelf FROM list_entry l WHERE l.tenant = %(tenant)s
            AND l.viewer = %(viewer)s AND l.shelf > own.shelf ORDER BY l.shelf LIMIT 1)
  FROM own WHERE own.shelf IS NOT NULL),
mine AS (
  SELECT queue_id FROM queue
  WHERE tenant = %(tenant)s AND (agents ? %(viewer)s OR supervisors ? %(viewer)s))
SELECT shelf FROM own WHERE shelf IS NOT NULL
UNION SELECT s.shelf FROM queue_shelf s JOIN mine USING (queue_id)
UNION SELECT n.number FROM number n JOIN mine ON n.route ->> 'queue_id' = mine.queue_id
  WHERE n.tenant = %(tenant)s
UNION SELECT split_part(c.partition_key, '|', 1) FROM mention m
  JOIN conversation c USING (conversation_id)
  WHERE m.tenant = %(tenant)s AND m.extension_id = %(viewer)s
ORDER BY 1 LIMIT %(most)s
"""


def judged(text: LiteralString) -> LiteralString:
    """Put the rules into a statement about a conversation `c` and, for `visible`, a message `m`."""
    return (
        text.replace("{stands}", _STANDS)
        .replace("{may_read}", _MAY_READ)
        .replace("{visible}", VISIBLE)
        .replace("{sifted}", _SIFTED)
    )


def eyes(scope: Scope) -> dict[str, object]:
    """Give the values that `judged` text asks for."""
    return {"tenant": scope.tenant, "viewer": scope.user}


async def shelves(rows: Rows, scope: Scope) -> list[str]:
    """Name every shelf on which something stands that this viewer may read."""
    cursor = await rows.execute(_SHELVES, {**eyes(scope), "most": MOST_SHELVES})
    return [one["shelf"] for one in await cursor.fetchall()]
