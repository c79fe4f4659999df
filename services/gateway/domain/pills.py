"""The words of what happened to a queue's conversation or a group (portal.md §8.8, §8.11)."""

from collections.abc import Mapping
from typing import Any

_MINUTE, _HOUR = 60, 3600


def text(  # noqa: C901, PLR0911 - one line a pill
    kind: str, about: Mapping[str, Any], people: Mapping[str, str], queue: str
) -> str:
    """Say it in one line; `people` are names by id, of queues too; an unknown id stays itself."""
    agent = _name(about.get("agent"), people)
    match kind:
        case "waiting":
            return f"Waiting in {queue}"
        case "claimed":
            return f"Claimed by {agent}"
        case "released":
            return f"Released by {_doer(about, people)}"
        case "lapsed":
            return f"Claim lapsed: no reply from {agent} in {duration(about['seconds'])}"
        case "transferred":
            return _transferred(about, people)
        case "escalated":
            return f"Waiting more than {duration(about['seconds'])}"
        case "reopened":
            return "Reopened: customer replied"
        case "overflowed":
            to_queue = _name(about["to_queue"], people)
            return f"Moved from {queue} to {to_queue}: waited {duration(about['seconds'])}"
        case "note":
            return f"Note by {_name(about.get('by'), people)}"
        case _:
            return _closed(kind, about, people)


def _regrouped(kind: str, about: Mapping[str, Any], people: Mapping[str, str]) -> str:
    by = _name(about.get("by"), people)
    if kind == "renamed":
        return f"{by} renamed the group to {about['name']}"
    return f"{by} left" if kind == "left" else f"{by} {kind} {_name(about['who'], people)}"


def _revocation(kind: str, about: Mapping[str, Any], people: Mapping[str, str]) -> str:
    agent = _name(about.get("agent"), people)
    match kind:
        case "revocation-confirmed":
            return f"Opted out: {agent} confirmed the request"
        case "revocation-dismissed":
            return f"Not a request to stop: {agent} has read it"
        case _:
            return f"May be a request to stop texts (\u201c{about['phrase']}\u201d): please review"


def _transferred(about: Mapping[str, Any], people: Mapping[str, str]) -> str:
    origin = _name(about.get("agent") or about.get("by"), people)
    target = _name(about.get("to_agent") or about.get("to_queue"), people)
    return f"Transferred from {origin} to {target}"


def _closed(kind: str, about: Mapping[str, Any], people: Mapping[str, str]) -> str:
    match kind:
        case "renamed" | "added" | "removed" | "left":
            return _regrouped(kind, about, people)
        case "revocation-suspected" | "revocation-confirmed" | "revocation-dismissed":
            return _revocation(kind, about, people)
        case "closed-inactivity":
            return f"Closed automatically after {duration(about['seconds'])}"
        case "closed-opt-out":
            return "Closed: customer opted out"
        case "closed-supervisor":
            return f"Closed by {_name(about.get('by'), people)} (supervisor)"
        case _:
            return f"Closed by {_doer(about, people)}"


def _doer(about: Mapping[str, Any], people: Mapping[str, str]) -> str:
    """Name who did it; a supervisor who did it for the holder is called one."""
    agent, by = about.get("agent"), about.get("by")
    if by is None or by == agent:
        return _name(agent, people)
    return f"{_name(by, people)} (supervisor)"


def _name(who: str | None, people: Mapping[str, str]) -> str:
    return people.get(who, who) if who else "the system"


def duration(seconds: int) -> str:
    """Spell a duration by its largest unit that fits: 900 → "15 minutes", 86400 → "24 hours"."""
    for unit, name in ((_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= unit and (seconds % unit == 0 or unit == _MINUTE):
            return _count(seconds // unit, name)
    return _count(seconds, "second")


def _count(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
