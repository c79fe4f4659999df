"""Pages of a viewer's list: one index range each, by keyset, never by offset."""

import base64
import binascii
from datetime import datetime
from typing import LiteralString

from services.gateway.adapters.database import Rows
from services.gateway.adapters.showing import show
from services.gateway.domain.scope import Scope
from services.gateway.domain.views import Json
from services.gateway.ports import Presence

_FILTERS: dict[str, LiteralString] = {
    "all": "AND NOT closed",
    "unread": "AND NOT closed AND (unread > 0 OR marked)",
    "groups": "AND NOT closed AND kind = 'group'",
    "closed": "AND closed",
}
_PAGE: LiteralString = """
SELECT conversation_id, at FROM list_entry
WHERE tenant = %(tenant)s AND viewer = %(viewer)s {filter}
  AND (at, conversation_id) < (%(at)s, %(id)s)
ORDER BY at DESC, conversation_id DESC LIMIT %(limit)s
"""
_OPEN = """
SELECT conversation_id, count(*) OVER ()::integer AS count FROM list_entry
WHERE tenant = %(tenant)s AND viewer = %(viewer)s AND NOT closed
ORDER BY at, conversation_id LIMIT 1
"""


async def page(
    rows: Rows, scope: Scope, presence: Presence, *, which: str, before: str | None, limit: int
) -> Json:
    """Give a page, newest activity first, and the cursor of the one after it."""
    at, name = read_cursor(before)
    values = {
        "tenant": scope.tenant,
        "viewer": scope.user,
        "at": at,
        "id": name,
        "limit": limit + 1,
    }
    cursor = await rows.execute(_PAGE.replace("{filter}", _FILTERS[which]), values)
    found = await cursor.fetchall()
    shown = found[:limit]
    items = await show(rows, scope, [one["conversation_id"] for one in shown], presence)
    more = len(found) > limit
    last = write_cursor(shown[-1]["at"], shown[-1]["conversation_id"]) if more else None
    return {"items": items, "next": last}


async def open_ones(rows: Rows, scope: Scope, presence: Presence) -> Json:
    """Count what is open in the viewer's list, and show what rests longest."""
    cursor = await rows.execute(_OPEN, {"tenant": scope.tenant, "viewer": scope.user})
    found = await cursor.fetchall()
    oldest = await show(rows, scope, [one["conversation_id"] for one in found], presence)
    return {"count": found[0]["count"] if found else 0, "oldest": oldest[0] if oldest else None}


def write_cursor(at: datetime, name: str) -> str:
    """Spell a place in the list; clients hand it back unread."""
    return base64.urlsafe_b64encode(f"{at.isoformat()} {name}".encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> tuple[str, str]:
    """Read a place; none, or one that is not ours, is the beginning."""
    beginning = "infinity", ""
    try:
        padded = (cursor or "") + "=" * (-len(cursor or "") % 4)
        at, _, name = base64.urlsafe_b64decode(padded).decode().partition(" ")
        datetime.fromisoformat(at)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return beginning
    return at, name
