"""Pages of a thread: messages by position, and between them the pills by time."""

from datetime import datetime

from services.gateway.adapters import facts as reading
from services.gateway.adapters import messages as said
from services.gateway.adapters.database import Rows
from services.gateway.domain import views
from services.gateway.domain.limits import MOST_PILLS
from services.gateway.domain.scope import Scope
from services.gateway.domain.views import Json, People
from services.gateway.ports import Presence, Window

#: The pills of a page are those from its first message on, until the message after its last; what
#: stood in a chat when it was deleted is gone with it.
_PILLS = """
SELECT p.* FROM pill p LEFT JOIN cleared_mark k
  ON k.conversation_id = p.conversation_id AND k.extension_id = %(viewer)s
WHERE p.conversation_id = %(name)s AND (k.at IS NULL OR p.at > k.at)
  AND p.at >= coalesce(%(start)s::timestamptz, '-infinity')
  AND p.at < coalesce(%(end)s::timestamptz, 'infinity')
ORDER BY p.at DESC, p.pill_id DESC LIMIT %(most)s
"""


class Page:
    """Messages in their order, and whether there are more on either side."""

    def __init__(self, messages: list[Json], *, older: bool, newer: bool) -> None:
        self.messages, self.older, self.newer = messages, older, newer


async def page(
    rows: Rows, scope: Scope, facts: reading.Facts, window: Window, presence: Presence
) -> Json:
    """Give the items of a window, ordered by time, and who has read how far."""
    name = facts["conversation_id"]
    found = await _window(rows, name, scope.user, window)
    pills = await _pills(rows, name, scope.user, found)
    readers = await _readers(rows, facts)
    people = await _people(rows, scope, [*found.messages, *pills, *readers], presence)
    queues = await _queues(rows, pills)
    items = [views.message(one, people) for one in found.messages]
    items += [views.pill(one, people, queues) for one in pills]
    items.sort(key=views.place_of)
    return {
        "items": items,
        "has_older": found.older,
        "has_newer": found.newer,
        "readers": [views.reader(one, people) for one in readers],
    }


async def _window(rows: Rows, name: str, viewer: str, window: Window) -> Page:
    """Read what the window shows; it counts what this viewer sees, and one more on each side."""
    limit = window.limit
    if window.around is not None:
        return await _around(rows, name, viewer, window.around, limit)
    if window.after is not None:
        newer = await said.oldest(rows, name, viewer, limit + 1, after=window.after)
        before = await said.newest(rows, name, viewer, 1, before=window.after + 1)
        return Page(newer[:limit], older=bool(before), newer=len(newer) > limit)
    older = await said.newest(rows, name, viewer, limit + 1, before=window.before)
    after = window.before is not None and await said.oldest(
        rows, name, viewer, 1, after=window.before - 1
    )
    return Page(older[-limit:], older=len(older) > limit, newer=bool(after))


async def _around(rows: Rows, name: str, viewer: str, place: int, limit: int) -> Page:
    """Put the place into the middle; where one side is short, the other gives more."""
    older = await said.newest(rows, name, viewer, limit + 1, before=place + 1)
    newer = await said.oldest(rows, name, viewer, limit + 1, after=place)
    left = max(limit - len(newer), limit - limit // 2)
    shown = older[-left:]
    more = limit - len(shown)
    return Page([*shown, *newer[:more]], older=len(older) > len(shown), newer=len(newer) > more)


async def with_files(
    rows: Rows, scope: Scope, facts: reading.Facts, window: Window, presence: Presence
) -> Json:
    """Give the messages of a window that carry files; the window counts only these."""
    name, viewer, limit = facts["conversation_id"], scope.user, window.limit
    end = window.before if window.around is None else window.around + 1
    if end is None and window.after is None:
        end = (facts["last_position"] or 0) + 1
    start = window.after if window.around is None else window.around
    older, newer = [], []
    if end is not None:
        older = await said.newest(rows, name, viewer, limit + 1, before=end, with_files=True)
    if start is not None:
        newer = await said.oldest(rows, name, viewer, limit + 1, after=start, with_files=True)
    messages = older[-limit:] + newer[:limit]
    people = await _people(rows, scope, messages, presence)
    return {
        "items": [views.message(one, people) for one in messages],
        "has_older": len(older) > limit or (end is None and start != 0),
        "has_newer": len(newer) > limit or (start is None and window.before is not None),
        "readers": [],
    }


async def _pills(rows: Rows, name: str, viewer: str, found: Page) -> list[Json]:
    messages = found.messages
    if not messages and (found.older or found.newer):
        return []
    start = messages[0]["at"] if found.older else None
    end: datetime | None = None
    if found.newer:
        following = await said.oldest(rows, name, viewer, 1, after=messages[-1]["position"])
        end = following[0]["at"] if following else None
    cursor = await rows.execute(
        _PILLS, {"name": name, "viewer": viewer, "start": start, "end": end, "most": MOST_PILLS}
    )
    return await cursor.fetchall()


async def _readers(rows: Rows, facts: reading.Facts) -> list[Json]:
    """Say it of chats alone: nobody outside leaves a receipt."""
    if facts["kind"] == "sms":
        return []
    return await said.readers(rows, facts["conversation_id"], facts["members"] or ())


async def _people(rows: Rows, scope: Scope, named: list[Json], presence: Presence) -> People:
    known = await reading.people(rows, reading.named_in(named))
    return People(known, lambda one: presence.is_online(scope.tenant, one))


async def _queues(rows: Rows, pills: list[Json]) -> dict[str, str]:
    wanted = {one["queue_id"] for one in pills}
    wanted |= {one["about"]["to_queue"] for one in pills if "to_queue" in one["about"]}
    return await reading.queue_names(rows, wanted)
