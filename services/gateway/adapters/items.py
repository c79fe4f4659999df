"""Pages of a thread: messages by position, and between them the pills by time."""

from datetime import datetime

from services.gateway.adapters import facts as reading
from services.gateway.adapters.database import Rows
from services.gateway.domain import views
from services.gateway.domain.limits import MOST_PILLS
from services.gateway.domain.scope import Scope
from services.gateway.domain.views import Json, People
from services.gateway.ports import Presence, Window

#: The pills of a page are those from its first message on, until the message after its last.
_PILLS = """
SELECT * FROM pill WHERE conversation_id = %s
  AND at >= coalesce(%s::timestamptz, '-infinity') AND at < coalesce(%s::timestamptz, 'infinity')
ORDER BY at DESC, pill_id DESC LIMIT %s
"""


def span(window: Window, last: int) -> tuple[int, int]:
    """Say which positions the window shows of a conversation whose last position is `last`."""
    if window.before is not None:
        end = min(window.before - 1, last)
    elif window.after is not None:
        end = min(window.after + window.limit, last)
    elif window.around is not None:
        end = min(max(window.around + window.limit // 2, window.limit), last)
    else:
        end = last
    first = end - window.limit + 1 if window.after is None else window.after + 1
    return max(first, 1), end


async def page(
    rows: Rows, scope: Scope, facts: reading.Facts, window: Window, presence: Presence
) -> Json:
    """Give the items of a window, ordered by time."""
    name, last = facts["conversation_id"], facts["last_position"] or 0
    first, end = span(window, last)
    # one more on the right, to know until when the pills belong to this page
    found = await reading.messages_between(rows, name, first, end + 1)
    messages = [one for one in found if one["position"] <= end]
    older, newer = first > 1, end < last
    pills = await _pills(rows, name, found, messages, older=older, newer=newer)
    people = await _people(rows, scope, [*messages, *pills], presence)
    queues = await _queues(rows, pills)
    items = [views.message(one, people) for one in messages]
    items += [views.pill(one, people, queues) for one in pills]
    items.sort(key=_place)
    return {"items": items, "has_older": older, "has_newer": newer}


def _place(item: Json) -> tuple[datetime, bool, int, str]:
    """At one time: messages by position (an answer never before its cause), then pills."""
    position = item.get("position")
    return (item["at"], position is None, position or 0, item["id"])


async def with_files(
    rows: Rows, scope: Scope, facts: reading.Facts, window: Window, presence: Presence
) -> Json:
    """Give the messages of a window that carry files; the window counts only these."""
    name, limit = facts["conversation_id"], window.limit
    end = window.before if window.around is None else window.around + 1
    if end is None and window.after is None:
        end = (facts["last_position"] or 0) + 1
    start = window.after if window.around is None else window.around
    older, newer = [], []
    if end is not None:
        older = await reading.messages_with_files(rows, name, limit + 1, before=end)
    if start is not None:
        newer = await reading.messages_with_files(rows, name, limit + 1, after=start)
    messages = older[-limit:] + newer[:limit]
    people = await _people(rows, scope, messages, presence)
    return {
        "items": [views.message(one, people) for one in messages],
        "has_older": len(older) > limit or (end is None and start != 0),
        "has_newer": len(newer) > limit or (start is None and window.before is not None),
    }


async def _pills(
    rows: Rows, name: str, found: list[Json], messages: list[Json], *, older: bool, newer: bool
) -> list[Json]:
    if not messages and (older or newer):
        return []
    start: datetime | None = messages[0]["at"] if older else None
    end: datetime | None = found[-1]["at"] if newer else None
    cursor = await rows.execute(_PILLS, (name, start, end, MOST_PILLS))
    return await cursor.fetchall()


async def _people(rows: Rows, scope: Scope, named: list[Json], presence: Presence) -> People:
    known = await reading.people(rows, reading.named_in(named))
    return People(known, lambda one: presence.is_online(scope.tenant, one))


async def _queues(rows: Rows, pills: list[Json]) -> dict[str, str]:
    wanted = {one["queue_id"] for one in pills}
    wanted |= {one["about"]["to_queue"] for one in pills if "to_queue" in one["about"]}
    return await reading.queue_names(rows, wanted)
