"""Offers: one agent is asked at a time, and nobody else takes it meanwhile (I5, I6)."""

from collections.abc import Iterator

from schemas.desk import ConversationOffered, ConversationOverflowed, OfferEnded
from schemas.queue import ConversationClaimed, ConversationClosed, ConversationTransferred
from tests.checking.evidence import Anomaly, Evidence, Seen

_OVER = (
    OfferEnded,
    ConversationClaimed,
    ConversationClosed,
    ConversationTransferred,
    ConversationOverflowed,
)


def one_asked(evidence: Evidence) -> Iterator[Anomaly]:
    """Fold each queue's offers: what happens to an offer is what may."""
    offers: dict[tuple[str, str], ConversationOffered] = {}
    for seen in evidence.events("queue-events"):
        event = seen.envelope.data
        place = (event.queue_id, getattr(event, "conversation_id", ""))
        wrong = _wrong(seen, offers.get(place))
        if wrong is not None:
            yield Anomaly(wrong, f"{place}: {seen.envelope.type} at {seen.envelope.sequence}")
        if isinstance(event, ConversationOffered):
            offers[place] = event
        elif isinstance(event, _OVER):
            offers.pop(place, None)


def _wrong(seen: Seen, offer: ConversationOffered | None) -> str | None:
    event = seen.envelope.data
    match event:
        case ConversationOffered() if offer is not None:
            return "double-holder"
        case ConversationClaimed(transferred_by=None) if offer is not None:
            return None if offer.agent_id == event.agent_id else "double-holder"
        case OfferEnded(reason="expired") if offer is not None:
            return "early-timer" if seen.envelope.time < offer.ends_at else None
        case _:
            return None
