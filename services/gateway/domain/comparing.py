"""Two states of one pane side by side: what was added, what was removed, what is otherwise."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from services.gateway.domain.views import Json

#: What fits into a line.
_TITLE = 80


class Entry(NamedTuple):
    """One thing of a pane: how it is called, how it stands, and by whose doing."""

    title: str
    state: str
    by: str | None = None

    @property
    def standing(self) -> Json:
        return {"state": self.state, "by": self.by}


#: By what it is and its id.
Entries = Mapping[tuple[str, str], Entry]


def queue(before: Json | None, after: Json | None) -> list[Json]:
    """Compare a queue with itself."""
    return _changes(dict(_of_queue(before)), dict(_of_queue(after)))


def conversation(before: Json | None, after: Json | None) -> list[Json]:
    """Compare a conversation with itself."""
    return _changes(dict(_of_conversation(before)), dict(_of_conversation(after)))


def _changes(before: Entries, after: Entries) -> list[Json]:
    keys = [*after, *(key for key in before if key not in after)]
    pairs = ((key, before.get(key), after.get(key)) for key in keys)
    return [_change(*pair) for pair in pairs if pair[1] != pair[2]]


def _change(key: tuple[str, str], before: Entry | None, after: Entry | None) -> Json:
    kind = "added" if before is None else "removed" if after is None else "changed"
    shown = after or before
    return {
        "kind": kind,
        "thing": key[0],
        "id": key[1],
        "title": shown.title if shown else "",
        "before": before.standing if before else None,
        "after": after.standing if after else None,
    }


def _of_queue(pane: Json | None) -> Iterator[tuple[tuple[str, str], Entry]]:
    if pane is None:
        return
    yield ("queue", pane["id"]), Entry(pane["name"], "retired" if pane["retired"] else "open")
    for one in pane["waiting"]:
        state = "escalated" if one["escalated"] else "waiting"
        yield ("place", one["conversation_id"]), Entry(_outside(one), state)
    for one in pane["held"]:
        entry = Entry(_outside(one), "claimed", one["holder"]["name"])
        yield ("place", one["conversation_id"]), entry
    for one in pane["agents"]:
        entry = Entry(one["name"], "logged-in" if one["logged_in"] else "logged-out")
        yield ("agent", one["id"]), entry


def title(pane: Json) -> str:
    """Name a conversation by who is outside, or what it is called, or who is in it."""
    outside = ", ".join(phone["display"] for phone in pane.get("counterparts", ()))
    members = ", ".join(one["name"] for one in pane.get("members", ()))
    return outside or pane.get("name") or members or str(pane["id"])


def _outside(one: Mapping[str, Any]) -> str:
    return ", ".join(phone["display"] for phone in one["counterparts"]) or one["conversation_id"]


def _of_conversation(pane: Json | None) -> Iterator[tuple[tuple[str, str], Entry]]:
    if pane is None:
        return
    place = pane["place"]
    if place is not None:
        holder = place["holder"]["name"] if place["holder"] else None
        yield ("place", pane["id"]), Entry(place["queue_name"], place["state"], holder)
    if pane["counterparts"]:
        consent = "opted-out" if pane["opted_out"] else "opted-in"
        yield ("consent", pane["id"]), Entry(title(pane), consent)
    for one in pane["members"]:
        yield ("member", one["id"]), Entry(one["name"], "there")
    for tag in pane["tags"]:
        yield ("tag", tag), Entry(tag, "there")
    for one in pane["items"]:
        yield (one["type"], one["id"]), _item(one)


def _item(one: Mapping[str, Any]) -> Entry:
    if one["type"] == "pill":
        return Entry(one["text"], "there")
    author = one["author"]["name"] if one["author"] else None
    state = "erased" if one["erased"] else one["state"]
    return Entry(one["text"][:_TITLE], state, author)
