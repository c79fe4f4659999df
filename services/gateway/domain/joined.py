"""What `adapters/facts.py` and `messages.py` ask Postgres, asked of folded tables: the same rows.

One test puts the same history into both and compares every answer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from services.gateway.domain.folded import Folded, Values
from services.gateway.domain.limits import MOST_UNREAD

Facts = dict[str, Any]
_PREVIEW = 160
_NEVER = datetime.min.replace(tzinfo=UTC)
#: Columns of a place that a conversation which never was in a queue does not have.
_NO_PLACE = dict.fromkeys(
    (
        "queue_id",
        "state",
        "holder",
        "epoch",
        "lapses_at",
        "closes_at",
        "place_at",
        "queued_at",
        "escalated",
        "offered_to",
        "offer_ends_at",
    )
)


def facts(folded: Folded, conversation_id: str) -> Facts | None:
    """Give a conversation with where it stands; its place is the open one, else the last."""
    started = folded.one("conversation", conversation_id)
    audience = folded.one("audience", conversation_id)
    if started is None or audience is None:
        return None
    tail = folded.one("tail", conversation_id) or {}
    place = _place(folded, conversation_id)
    return {
        **{name: started[name] for name in _STARTED},
        "members": audience["members"],
        "route_queue": audience["queue_id"],
        "last_position": tail.get("position"),
        "last_at": tail.get("at") or started["at"],
        "preview": _preview(folded, conversation_id),
        **place,
        **_labels(folded, conversation_id, place["queue_id"]),
        **_surroundings(folded, started, place["queue_id"] or audience["queue_id"]),
    }


_STARTED = (
    "conversation_id",
    "tenant",
    "kind",
    "number",
    "counterparts",
    "name",
    "partition_key",
)


def _preview(folded: Folded, conversation_id: str) -> str | None:
    told = said(folded, conversation_id)
    text = told[-1]["text"] if told else None
    return None if text is None else str(text)[:_PREVIEW]


def said(folded: Folded, conversation_id: str) -> list[Values]:
    """Give what was said and is not gone, in its order."""
    found = folded.every("message", conversation_id=conversation_id)
    return sorted((one for one in found if not one["gone"]), key=lambda one: one["position"])


def _place(folded: Folded, conversation_id: str) -> Facts:
    places = list(folded.every("queue_place", conversation_id=conversation_id))
    if not places:
        return {**_NO_PLACE}
    latest = max(one["at"] for one in places)
    found = min(
        places, key=lambda one: (one["state"] == "closed", latest - one["at"], one["queue_id"])
    )
    return {**found_place(folded, found), "place_at": found["at"]}


def found_place(folded: Folded, found: Values) -> Facts:
    """Join a place with since when it waits, whether that is too long, and who is asked."""
    key = found["queue_id"], found["conversation_id"]
    waits = found["state"] == "waiting"
    escalation = folded.one("queue_escalation", *key)
    offer = folded.one("queue_offer", *key)
    asked = offer if offer and waits and offer["epoch"] == found["epoch"] else {}
    since = folded.one("queue_wait", *key) or {}
    columns = ("queue_id", "state", "holder", "epoch", "lapses_at", "closes_at")
    return {
        **{name: found[name] for name in columns},
        "queued_at": since.get("queued_at"),
        "escalated": bool(waits and escalation and escalation["sequence"] > found["sequence"]),
        "offered_to": asked.get("agent"),
        "offer_ends_at": asked.get("ends_at"),
    }


def _labels(folded: Folded, conversation_id: str, queue_id: str | None) -> Facts:
    called = folded.every("mention", conversation_id=conversation_id, queue_id=queue_id)
    tagged = folded.every("tagging", conversation_id=conversation_id, tagged=True)
    return {
        "mentioned": [one["extension_id"] for one in called],
        "tags": sorted(one["tag"] for one in tagged),
    }


def _surroundings(folded: Folded, started: Values, queue_id: str | None) -> Facts:
    queue = (folded.one("queue", queue_id) if queue_id else None) or {}
    number = (folded.one("number", started["number"]) if started["number"] else None) or {}
    tenant = folded.one("tenant", started["tenant"]) or {}
    if number.get("tenant") != started["tenant"]:
        number = {}
    return {
        "queue_name": queue.get("name"),
        "agents": queue.get("agents"),
        "supervisors": queue.get("supervisors"),
        "number_texting": number.get("texting"),
        "toll_free": number.get("toll_free"),
        "callers": number.get("callers"),
        "system_texting": tenant.get("texting"),
        "opted_out": _opted_out(folded, started),
    }


def _opted_out(folded: Folded, started: Values) -> bool:
    outside = started["counterparts"] or ()
    here = folded.every("consent", number=started["number"], opted_out=True)
    everywhere = folded.every("consent_everywhere", tenant=started["tenant"], opted_out=True)
    return any(one["counterpart"] in outside for one in (*here, *everywhere))


def marks(folded: Folded, conversation_id: str, viewer: str) -> Facts:
    """Give what one viewer has read, marked, closed, muted and deleted, and the last they see."""
    pair = conversation_id, viewer
    own = {name: folded.one(f"{name}_mark", *pair) or {} for name in _MARKS}
    tail = folded.one("tail", conversation_id) or {}
    read = max(own[name].get("up_to") or 0 for name in ("read", "said", "cleared"))
    cleared, shut = own["cleared"].get("up_to"), own["shut"]
    return {
        "conversation_id": conversation_id,
        "viewer": viewer,
        "read_position": read,
        "marked": bool(own["unread"].get("marked")),
        "muted": bool(own["mute"].get("muted")),
        "deleted": cleared is not None and cleared >= (tail.get("position") or 0),
        "shut": bool(shut.get("shut") and shut["sequence"] > tail.get("sequence", 0)),
        "unread": _unread(folded, conversation_id, viewer, read),
        **_last(visible(folded, conversation_id, viewer)),
    }


_MARKS = ("read", "said", "cleared", "unread", "shut", "mute")


def _last(seen: list[Values]) -> Facts:
    if not seen:
        return dict.fromkeys(("direction", "author", "preview", "files"))
    last = seen[-1]
    return {
        "direction": last["direction"],
        "author": last["author"],
        "preview": (last["text"] or "")[:_PREVIEW],
        "files": len(last["files"]),
    }


def visible(folded: Folded, conversation_id: str, viewer: str) -> list[Values]:
    """Give the messages that a viewer has: not what they hid, nor what they deleted with it all."""
    cleared = folded.one("cleared_mark", conversation_id, viewer) or {}
    return [
        one
        for one in said(folded, conversation_id)
        if one["position"] > cleared.get("up_to", 0)
        and folded.one("hidden_line", one["message_id"], viewer) is None
    ]


def _unread(folded: Folded, conversation_id: str, viewer: str, read: int) -> int:
    """Count what came after; in a queue, what a person answered is not unread."""
    told = said(folded, conversation_id)
    audience = folded.one("audience", conversation_id) or {}
    outside = (folded.one("conversation", conversation_id) or {}).get("kind") == "sms"
    answered = [
        one["position"] for one in told if one["direction"] == "out" and one["author"] is not None
    ]
    floor = max(read, *answered[-1:], 0) if audience.get("queue_id") else read
    later = [
        one
        for one in told
        if one["position"] > floor
        and (one["direction"] == "in" if outside else one["author"] != viewer)
        and folded.one("hidden_line", one["message_id"], viewer) is None
    ]
    return min(len(later), MOST_UNREAD)


def messages(folded: Folded, said: Collection[Values]) -> list[Facts]:
    """Give messages with how far they came and with their files."""
    deliveries, stored = (_by_message(folded, table) for table in ("delivery", "media_file"))
    return [
        {
            **one,
            "attempt": (folded.one("retry", one["message_id"]) or {}).get("attempt", 1),
            "deliveries": deliveries[one["message_id"]],
            "stored": stored[one["message_id"]],
        }
        for one in said
    ]


def _by_message(folded: Folded, table: str) -> defaultdict[str, list[Values]]:
    found: defaultdict[str, list[Values]] = defaultdict(list)
    for one in folded.every(table):
        found[one["message_id"]].append(one)
    return found


def pills(folded: Folded, conversation_id: str, viewer: str | None = None) -> list[Values]:
    """Give the lines between the messages; not those that stood in a chat when it was deleted."""
    cleared: Values = {}
    if viewer is not None:
        cleared = folded.one("cleared_mark", conversation_id, viewer) or {}
    found = folded.every("pill", conversation_id=conversation_id)
    return [one for one in found if one["at"] > cleared.get("at", _NEVER)]


def queue(folded: Folded, queue_id: str) -> Facts | None:
    """Give a queue with who works it and how many wait."""
    found = folded.one("queue", queue_id)
    if found is None:
        return None
    working = folded.every("queue_agent", queue_id=queue_id, logged_in=True)
    waits = [one for one in places(folded, queue_id) if one["state"] == "waiting"]
    return {
        **found,
        "logged_in": [one["extension_id"] for one in working],
        "waiting_count": len(waits),
        "oldest_at": min((one["queued_at"] for one in waits if one["queued_at"]), default=None),
    }


def places(folded: Folded, queue_id: str) -> list[Facts]:
    """Give where each conversation of a queue stands."""
    return [
        {
            **found_place(folded, one),
            "conversation_id": one["conversation_id"],
            "place_at": one["at"],
        }
        for one in folded.every("queue_place", queue_id=queue_id)
    ]


def people(folded: Folded, ids: Iterable[str]) -> dict[str, Values]:
    """Give those of these people whom the directory knew."""
    found = {one: folded.one("person", one) for one in ids}
    return {name: one for name, one in found.items() if one is not None}
