"""Up to where in the log somebody provably knew what had happened, before they wrote a message."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from services.gateway.domain.folded import Placed

Evidence = Literal["read", "claimed", "wrote", "nothing"]


class Known(NamedTuple):
    """The newest event that they knew, and by what we know it."""

    position: int
    evidence: Evidence


def sent_at(placed: Iterable[Placed], message_id: str) -> int:
    """Give the position of a message; of one that came twice, the first."""
    found = [
        one.position
        for one in placed
        if one.row.table == "message" and one.row.values["message_id"] == message_id
    ]
    return min(found, default=0)


def known_at(placed: Sequence[Placed], viewer: str, sent: int) -> Known:
    """Take the latest of their marks and acts; where there are none, all until they wrote."""
    known = _acts(placed, viewer, sent)
    return max(known, key=lambda one: one.position, default=Known(max(sent - 1, 0), "nothing"))


def _acts(placed: Sequence[Placed], viewer: str, sent: int) -> Iterator[Known]:
    """Say of each act before they wrote what it shows that they knew."""
    messages = {
        (one.row.values["conversation_id"], one.row.values["position"]): one.position
        for one in reversed(placed)
        if one.row.table == "message"
    }
    for position, row in placed:
        if position >= sent:
            continue
        values = row.values
        if row.table == "read_mark" and values["extension_id"] == viewer:
            named = messages.get((values["conversation_id"], values["up_to"]))
            if named is not None:
                yield Known(named, "read")
        elif row.table == "message" and values["author"] == viewer:
            yield Known(position, "wrote")
        elif row.table == "queue_step" and (values["kind"], values["agent"]) == ("claimed", viewer):
            yield Known(position, "claimed")
