"""The tree of causes: what began with one request, and the claim that ended a wait; pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from schemas.notification import NotificationDecided
from services.gateway.domain.log_views import actor

Json = dict[str, Any]
Rows = Mapping[str, Any]

WAITED, CLAIMED = "queue.conversation-queued.", "queue.conversation-claimed."
DECIDED = "notification.notification-decided."


def tree(
    rows: Sequence[Rows],
    grafts: Mapping[str, str],
    said: Mapping[str, Any],
    names: Mapping[str, str],
) -> list[Json]:
    """Give the facts as one reads them: each right below what caused it, older ones first.

    grafts: an id → the id that it hangs below though it was not caused by it.
    said: an id → what its record says, for those of which more is shown.
    names: of people, by their extension.
    """
    known = {row["id"]: row for row in rows}
    below: dict[str | None, list[Rows]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["position"]):
        parent = grafts.get(row["id"], row["causation"])
        below[parent if parent in known and parent != row["id"] else None].append(row)
    position = {id_: row["position"] for id_, row in known.items()}
    return [
        _node(row, None if parent is None else position[parent], said.get(row["id"]), names)
        for row, parent in _walk(below)
    ]


def _walk(below: Mapping[str | None, list[Rows]]) -> Iterator[tuple[Rows, str | None]]:
    """Depth first, without recursion: a chain of causes may be as long as the tree."""
    left: list[tuple[Rows, str | None]] = [(row, None) for row in reversed(below.get(None, []))]
    while left:
        row, parent = left.pop()
        yield row, parent
        left += [(one, row["id"]) for one in reversed(below.get(row["id"], []))]


def _node(
    row: Rows,
    parent: int | None,
    data: Any,  # noqa: ANN401 - any event, or None
    names: Mapping[str, str],
) -> Json:
    decided = data if isinstance(data, NotificationDecided) else None
    recipient = None if decided is None else decided.recipient
    return {
        "position": row["position"],
        "parent": parent,
        "type": row["type"],
        "at": row["at"],
        "subject": row["subject"],
        "actor": actor(row["actor"], row["actor_name"]),
        "recipient": actor(recipient, names.get(recipient or "")),
        "held_back": None if decided is None or decided.sent else decided.reason,
    }
