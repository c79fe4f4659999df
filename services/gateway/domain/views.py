"""The API's bodies as plain JSON, from rows of the read models; `http/shapes.py` describes them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import phonenumbers

from services.gateway.domain import pills
from services.gateway.domain.audience import in_queue, sending
from services.gateway.domain.naming import SHARED, Names

Json = dict[str, Any]
Rows = Mapping[str, Any]
#: Whether a person has a screen open.
Online = Callable[[str], bool]
#: Of somebody who does not have it in their list.
NO_MARKS: Rows = MappingProxyType(
    {
        "read_position": 0,
        "unread": 0,
        "marked": False,
        "shut": False,
        "muted": False,
        "deleted": False,
        "direction": None,
    }
)
_TAGS = {"direct": "CHAT", "group": "GROUP", "sms": "SMS"}
_API = "/api/v1"
_NUMBERS_REMEMBERED = 50_000


@lru_cache(_NUMBERS_REMEMBERED)
def display(number: str) -> str:
    """Show a number as people at home or abroad write it; a short code as it is."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if parsed.country_code == 1
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(parsed, style)


def phone(number: str) -> Json:
    return {"number": number, "display": display(number)}


def counterpart(facts: Rows, viewer: str, number: str, names: Names) -> Json:
    """Show an outside number, and whose it is."""
    named = names.of(facts["tenant"], viewer, number)
    return {
        **phone(number),
        "name": named.name if named else None,
        "label": named.label if named else None,
        "contact_id": named.contact_id if named else None,
    }


class People:
    """People by id, as their rows say, with who is online."""

    def __init__(self, rows: Mapping[str, Rows], online: Online) -> None:
        self._rows = rows
        self._online = online

    def view(self, person_id: str) -> Json:
        """Show a person; one who is not defined yet is shown by their id."""
        found = self._rows.get(person_id, {})
        return {
            "id": person_id,
            "name": found.get("name", person_id),
            "dial": found.get("dial", ""),
            "online": self._online(person_id),
        }

    def maybe(self, person_id: str | None) -> Json | None:
        return None if person_id is None else self.view(person_id)

    def name(self, person_id: str) -> str:
        name: str = self._rows.get(person_id, {}).get("name", person_id)
        return name

    @property
    def names(self) -> dict[str, str]:
        return {person_id: found["name"] for person_id, found in self._rows.items()}


def conversation(facts: Rows, marks: Rows, viewer: str, people: People, names: Names) -> Json:
    """Show a conversation to one viewer."""
    members = list(facts["members"] or ())
    name = _name(facts, viewer, people, names)
    outside = facts["counterparts"] or ()
    return {
        "id": facts["conversation_id"],
        "kind": facts["kind"],
        "tag": _TAGS[facts["kind"]],
        "name": name,
        "number": phone(facts["number"]) if facts["number"] else None,
        "counterparts": [counterpart(facts, viewer, one, names) for one in outside],
        "members": [people.view(one) for one in members],
        "preview": _preview(marks, viewer, people),
        "last_at": facts["last_at"],
        "last_position": facts["last_position"] or 0,
        "read_position": marks["read_position"],
        "unread": marks["unread"],
        "marked_unread": marks["marked"],
        "muted": marks["muted"],
        "deleted": marks["deleted"],
        "closed": facts["state"] == "closed" if in_queue(facts) else marks["shut"],
        "tags": facts["tags"],
        "queue": _place(facts, viewer, people),
        "sending": sending(facts, viewer, name),
    }


def _name(facts: Rows, viewer: str, people: People, names: Names) -> str:
    if facts["kind"] == "sms":
        outside = facts["counterparts"] or ()
        return ", ".join(_title(facts, viewer, one, names) for one in outside)
    if facts["kind"] == "group" and facts["name"]:
        return str(facts["name"])
    others = [people.name(one) for one in facts["members"] or () if one != viewer]
    return ", ".join(others) or people.name(viewer)


def _title(facts: Rows, viewer: str, number: str, names: Names) -> str:
    named = names.of(facts["tenant"], viewer, number)
    return display(number) if named is None else named.title


def _preview(marks: Rows, viewer: str, people: People) -> Json | None:
    """Show the last message that this viewer has."""
    if marks["direction"] is None:
        return None
    by = "them"
    if marks["direction"] == "out":
        author = marks["author"]
        by = "you" if author == viewer else people.name(author) if author else "Tandem"
    return {"text": marks["preview"], "by": by, "files": marks["files"]}


def _place(facts: Rows, viewer: str, people: People) -> Json | None:
    if not in_queue(facts) or facts["state"] is None:
        return None
    return {
        "id": facts["queue_id"],
        "name": facts["queue_name"] or facts["queue_id"],
        "state": facts["state"],
        "epoch": facts["epoch"],
        "holder": people.maybe(facts["holder"]),
        "queued_at": facts["queued_at"],
        "lapses_at": facts["lapses_at"],
        "closes_at": facts["closes_at"],
        "mine": facts["holder"] == viewer,
        "offered_to": people.maybe(facts["offered_to"]),
        "offer_ends_at": facts["offer_ends_at"],
    }


def waiting(facts: Rows, names: Names) -> Json:
    """Show a conversation that waits in a queue; to all of its agents alike."""
    outside = next(iter(facts["counterparts"] or ()), "")
    named = names.of(facts["tenant"], SHARED, outside)
    return {
        "queue_id": facts["queue_id"],
        "conversation_id": facts["conversation_id"],
        "counterpart": phone(outside),
        "name": named.title if named else None,
        "preview": facts["preview"],
        "queued_at": facts["queued_at"] or facts["place_at"],
        "epoch": facts["epoch"],
        "escalated": bool(facts["escalated"]),
        "offered_to": facts["offered_to"],
        "offer_ends_at": facts["offer_ends_at"],
    }


def queue(row: Rows, viewer: str, people: People) -> Json:
    """Show a queue to one who works or watches it."""
    return {**queue_to_all(row, people), **standing_in(row)(viewer)}


def standing_in(row: Rows) -> Callable[[str], Json]:
    """Give what a queue's view says of the viewer: the same for most of a queue's people."""
    agents, supervisors, logged_in = (
        frozenset(row[who] or ()) for who in ("agents", "supervisors", "logged_in")
    )
    return lambda viewer: {
        "role": "agent" if viewer in agents else "supervisor",
        "supervises": viewer in supervisors,
        "logged_in": viewer in logged_in,
    }


def queue_to_all(row: Rows, people: People) -> Json:
    """Show what everybody sees of a queue alike."""
    logged_in = frozenset(row["logged_in"] or ())
    agents = row["agents"] or ()
    return {
        "id": row["queue_id"],
        "name": row["name"],
        "waiting_count": row["waiting_count"],
        "oldest_at": row["oldest_at"],
        "waiting_alert_seconds": row["options"].get("waiting_alert_seconds"),
        "agents": [{**people.view(one), "logged_in": one in logged_in} for one in agents],
    }


def message(row: Rows, people: People) -> Json:
    """Show a message; the same to everybody who may see it."""
    state, failure = _state(row)
    return {
        "type": "message",
        "id": row["message_id"],
        "client_id": row["client_id"],
        "conversation_id": row["conversation_id"],
        "position": row["position"],
        "at": row["at"],
        "direction": row["direction"],
        "author": people.maybe(row["author"]),
        "counterpart": phone(row["counterpart"]) if row["counterpart"] else None,
        "text": row["text"],
        "via": row["via"],
        "state": state,
        "failure": failure,
        "attempt": row["attempt"],
        "files": _files(row),
    }


def reader(row: Rows, people: People) -> Json:
    """Show how far a member has read."""
    person_id = row["extension_id"]
    return {
        "person_id": person_id,
        "name": people.name(person_id),
        "position": row["up_to"],
        "at": row["at"],
    }


#: What people see, worst first: with several recipients the message is as far as its slowest.
_ORDER = ("failed", "undelivered", "unknown", "queued", "sent", "delivered")
_SHOWN = {"pending": "queued", "accepted": "queued"}


def _state(row: Rows) -> tuple[str, Json | None]:
    if row["direction"] == "in":
        return "received", None
    if row["via"] == "chat":
        return "sent", None
    reports = [one for one in row["deliveries"] or () if one["attempt"] == row["attempt"]]
    states = [_SHOWN.get(one["status"], one["status"]) for one in reports]
    if len(states) < len(row["recipients"] or ()) or not states:
        states.append("queued")
    state = min(states, key=_ORDER.index)
    return state, _failure(reports, state)


def _failure(reports: list[Rows], state: str) -> Json | None:
    for one in reports:
        if one["status"] == state and state in {"failed", "undelivered"}:
            code = one["failure_code"] or state
            return {"code": code, "text": one["failure_text"] or "The carrier gave no reason."}
    return None


def _files(row: Rows) -> list[Json]:
    stored = {one["file_index"]: one for one in row["stored"] or ()}
    coming = {one["index"]: one for one in row["files"] or ()}
    return [
        _file(row, index, stored.get(index), coming.get(index, {}))
        for index in sorted({*stored, *coming})
    ]


def _file(row: Rows, index: int, stored: Rows | None, coming: Rows) -> Json:
    found = stored or {"state": "pending", **coming}
    base = f"{_API}/conversations/{row['conversation_id']}/messages/{row['message_id']}"
    url = f"{base}/files/{index}" if found.get("object_key") else None
    return {
        "index": index,
        "state": found["state"],
        "name": found.get("name"),
        "media_type": found.get("media_type"),
        "size": found.get("size"),
        "width": found.get("width"),
        "height": found.get("height"),
        "url": url,
        "thumb_url": f"{url}?size=small" if url and found.get("thumb_key") else None,
        "code": found.get("code"),
    }


def pill(row: Rows, people: People, queues: Mapping[str, str]) -> Json:
    """Show a pill in words; the same to everybody who may see it."""
    own = queues.get(row["queue_id"], row["queue_id"])
    return {
        "type": "pill",
        "id": row["pill_id"],
        "conversation_id": row["conversation_id"],
        "at": row["at"],
        "kind": row["kind"],
        "text": pills.text(row["kind"], row["about"], {**people.names, **queues}, own),
        "note": row["note"],
    }


def place_of(item: Json) -> tuple[datetime, bool, int, str]:
    """At one time: messages by position (an answer never before its cause), then pills."""
    position = item.get("position")
    return (item["at"], position is None, position or 0, item["id"])
