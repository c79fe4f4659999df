"""What the operator is shown of a conversation and of a queue as they were: to look at, no more."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.gateway.domain import joined, views
from services.gateway.domain.audience import listers
from services.gateway.domain.folded import Folded
from services.gateway.domain.naming import Names
from services.gateway.domain.views import Json, People

#: The newest of a thread; who wants older ones goes back in time.
MOST_ITEMS = 200
#: Conversations of a queue, and of a list.
MOST_LISTED = 200
#: Outside people by conversation: it never changes, so it needs no fold.
Outside = Mapping[str, Iterable[str]]


def conversation(
    folded: Folded, conversation_id: str, people: People, most: int = MOST_ITEMS
) -> Json | None:
    """Show a conversation as it was, to somebody who is not in it; None before it began."""
    facts = joined.facts(folded, conversation_id)
    if facts is None:
        return None
    said = joined.said(folded, conversation_id)
    pills = joined.pills(folded, conversation_id)
    return {
        "id": conversation_id,
        "tenant": facts["tenant"],
        "kind": facts["kind"],
        "name": facts["name"],
        "number": views.phone(facts["number"]) if facts["number"] else None,
        "counterparts": [views.phone(one) for one in facts["counterparts"] or ()],
        "members": [_person(people, one) for one in facts["members"] or ()],
        "tags": facts["tags"],
        "opted_out": facts["opted_out"],
        "place": _place(facts, people),
        **_items(folded, said, pills, people, most),
    }


def _person(people: People, person_id: str) -> Json:
    return {"id": person_id, "name": people.name(person_id)}


def _maybe(people: People, person_id: str | None) -> Json | None:
    return None if person_id is None else _person(people, person_id)


def _place(facts: Mapping[str, Any], people: People) -> Json | None:
    if facts["state"] is None:
        return None
    return {
        "queue_id": facts["queue_id"],
        "queue_name": facts["queue_name"] or facts["queue_id"],
        "state": facts["state"],
        "epoch": facts["epoch"],
        "holder": _maybe(people, facts["holder"]),
        "queued_at": facts["queued_at"],
        "escalated": bool(facts["escalated"]),
    }


def _items(
    folded: Folded, said: list[Any], pills: list[Any], people: People, most: int = MOST_ITEMS
) -> Json:
    shown = joined.messages(folded, said[-most:])
    older = len(said) > len(shown)
    since = shown[0]["at"] if older else None
    lines = [one for one in pills if since is None or one["at"] >= since]
    queues = {one["queue_id"]: one["name"] for one in folded.every("queue")}
    items = [_message(one, people) for one in shown]
    items += [views.pill(one, people, queues) for one in lines[-most:]]
    return {"items": sorted(items, key=views.place_of), "has_older": older}


def _message(row: Mapping[str, Any], people: People) -> Json:
    """Show a message without its files' addresses; of an erased one, only that it was there."""
    erased = row["text"] is None
    found = views.message({**row, "text": "" if erased else row["text"]}, people)
    files = [{**one, "url": None, "thumb_url": None} for one in found["files"]]
    return {**found, "files": files, "erased": erased}


def queue(
    folded: Folded, queue_id: str, outside: Outside, people: People, most: int = MOST_LISTED
) -> Json | None:
    """Show a queue as it was: who waits, who holds what, who works it; None before it was."""
    found = joined.queue(folded, queue_id)
    if found is None:
        return None
    places = joined.places(folded, queue_id)
    waits = [one for one in places if one["state"] == "waiting"]
    held = [one for one in places if one["state"] == "claimed"]
    logged_in = set(found["logged_in"])
    return {
        "id": queue_id,
        "tenant": found["tenant"],
        "name": found["name"],
        "retired": found["retired"],
        "waiting_count": found["waiting_count"],
        "oldest_at": found["oldest_at"],
        "waiting": [_waiting(one, outside, people) for one in _by(waits, "queued_at")[:most]],
        "held": [_held(one, outside, people) for one in _by(held, "place_at")[:most]],
        "agents": [
            {**_person(people, one), "logged_in": one in logged_in} for one in found["agents"] or ()
        ],
    }


def _by(places: list[Any], column: str) -> list[Any]:
    """Order by a time; of the same, by id."""

    def place(one: Mapping[str, Any]) -> tuple[Any, str]:
        return one[column] or one["place_at"], one["conversation_id"]

    return sorted(places, key=place)


def _outside(name: str, outside: Outside) -> list[Json]:
    return [views.phone(one) for one in outside.get(name, ())]


def _waiting(row: Mapping[str, Any], outside: Outside, people: People) -> Json:
    name = row["conversation_id"]
    return {
        "conversation_id": name,
        "counterparts": _outside(name, outside),
        "queued_at": row["queued_at"] or row["place_at"],
        "escalated": bool(row["escalated"]),
        "offered_to": _maybe(people, row["offered_to"]),
    }


def _held(row: Mapping[str, Any], outside: Outside, people: People) -> Json:
    name = row["conversation_id"]
    return {
        "conversation_id": name,
        "counterparts": _outside(name, outside),
        "holder": _person(people, row["holder"]),
        "since": row["place_at"],
        "lapses_at": row["lapses_at"],
    }


def thread(folded: Folded, conversation_id: str, viewer: str, people: People) -> Json:
    """Show what one person had of a thread: not what they had hidden by then."""
    said = joined.visible(folded, conversation_id, viewer)
    return _items(folded, said, joined.pills(folded, conversation_id, viewer), people)


def listed(
    folded: Folded, viewer: str, ids: Iterable[str], people: People, names: Names
) -> list[Json]:
    """Show what stood in one person's list, the newest first."""
    found = [_entry(folded, viewer, name, people, names) for name in ids]
    entries = [one for one in found if one is not None]
    return sorted(entries, key=lambda one: (one["last_at"], one["id"]), reverse=True)[:MOST_LISTED]


def _entry(folded: Folded, viewer: str, name: str, people: People, names: Names) -> Json | None:
    facts, marks = joined.facts(folded, name), joined.marks(folded, name, viewer)
    if facts is None or viewer not in listers(facts) or marks["deleted"]:
        return None
    shown = views.conversation(facts, marks, viewer, people, names)
    kept = ("id", "tag", "name", "preview", "unread", "marked_unread", "muted", "closed")
    return {
        **{field: shown[field] for field in kept},
        "last_at": facts["last_at"],
    }
