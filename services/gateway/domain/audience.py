"""Who sees a conversation: in their list, when they ask, and live; and who may write in it.

A `Facts` row is the conversation joined with where it stands now (adapters/facts.py): `members` and
`route_queue` by its route; `state`, `holder`, `agents`, `supervisors` by its queue.
"""

from collections.abc import Mapping
from typing import Any

Facts = Mapping[str, Any]


def in_queue(facts: Facts) -> bool:
    """Tell whether a queue decides about it: its number's route leads there."""
    return facts["route_queue"] is not None


def listers(facts: Facts) -> tuple[str, ...]:
    """Name who has it in their list: its members, or the one agent who holds it."""
    if not in_queue(facts):
        return tuple(facts["members"] or ())
    return (facts["holder"],) if facts["state"] == "claimed" else ()


def watchers(facts: Facts) -> tuple[str, ...]:
    """Name who works or watches its queue."""
    if not in_queue(facts):
        return ()
    return tuple(dict.fromkeys((*(facts["agents"] or ()), *(facts["supervisors"] or ()))))


def may_read(facts: Facts, viewer: str) -> bool:
    """Let in members; in a queue the holder, its supervisors, and its agents unless it is held.

    And whoever a note has called in.
    """
    if in_queue(facts) and viewer in (facts["mentioned"] or ()):
        return True
    if viewer in listers(facts) or viewer in (facts["supervisors"] or ()):
        return in_queue(facts) or viewer in (facts["members"] or ())
    return facts["state"] in {"waiting", "closed"} and viewer in watchers(facts)


def live(facts: Facts) -> tuple[str, ...]:
    """Name who is told of its items: members; the holder alone; while it waits, who may take it."""
    if not in_queue(facts) or facts["state"] == "claimed":
        return listers(facts)
    return watchers(facts) if facts["state"] == "waiting" else ()


_REFUSALS = {
    "not-claimed": "Claim this conversation to answer.",
    "held-by-another": "Another agent holds this conversation.",
    "system-off": "Text messaging is turned off for your organization. Contact your admin.",
    "number-off": "Text messaging is turned off for this number. Contact your admin.",
    "not-your-number": "You may not send from this number.",
}


def sending(facts: Facts, viewer: str, name: str) -> dict[str, Any]:
    """Say whether this viewer may write here, and if not, why."""
    code = _refusal(facts, viewer) if facts["kind"] == "sms" else None
    if code == "opted-out":
        text: str | None = f"{name} has opted out of texts from this number."
    else:
        text = _REFUSALS.get(code or "")
    files = not facts["toll_free"]
    return {"allowed": code is None, "code": code, "text": text, "files": files}


def _refusal(facts: Facts, viewer: str) -> str | None:
    if in_queue(facts) and facts["state"] != "claimed":
        return "not-claimed"
    if in_queue(facts) and facts["holder"] != viewer:
        return "held-by-another"
    if facts["opted_out"]:
        return "opted-out"
    if facts["system_texting"] is False:
        return "system-off"
    if facts["number_texting"] is False:
        return "number-off"
    return None if in_queue(facts) or _is_caller(facts, viewer) else "not-your-number"


def _is_caller(facts: Facts, viewer: str) -> bool:
    return viewer in (facts["callers"] or ())


def concerned(facts: Facts, about: Mapping[str, Any]) -> tuple[str, ...]:
    """Name who is told of a pill: who is told of items, who was called in, and whom it speaks of.

    Whoever lost a conversation learns so from the pill; a holder elsewhere learns nothing.
    """
    named = (about.get(role) for role in ("agent", "by", "to_agent"))
    lost = (one for one in named if one is not None and (facts["holder"] != one))
    return tuple(dict.fromkeys((*live(facts), *(facts["mentioned"] or ()), *lost)))
