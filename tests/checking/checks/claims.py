"""One holder: the queue's order decides, and an action counts under the claim that is (I5)."""

from collections.abc import Iterator
from typing import NamedTuple

from schemas.answer import CommandAccepted
from schemas.queue import (
    ClaimLapsed,
    ClaimReleased,
    ClaimRenewed,
    ConversationClaimed,
    ConversationClosed,
    ConversationReopened,
    ConversationTransferred,
    FollowUpArrived,
    QueueEvent,
)
from tests.checking.evidence import Anomaly, Evidence

_NAME = "double-holder"
_Acts = ClaimRenewed | FollowUpArrived | ClaimReleased | ClaimLapsed
_Ends = ClaimReleased | ClaimLapsed | ConversationClosed


class Holder(NamedTuple):
    """Who holds a conversation, and under which claim."""

    agent_id: str
    epoch: int


def one_holder(evidence: Evidence) -> Iterator[Anomaly]:
    """Fold each queue's events: nobody claims what is held, nobody acts on what they do not."""
    holders: dict[tuple[str, str], Holder] = {}
    for seen in evidence.events("queue-events"):
        event = seen.envelope.data
        conversation_id = getattr(event, "conversation_id", None)
        if conversation_id is None:
            continue
        place = (event.queue_id, conversation_id)
        held = holders.get(place)
        wrong = _wrong(event, held)
        if wrong is not None:
            yield Anomaly(_NAME, f"{place}: {wrong} at {seen.envelope.sequence}")
        after = _after(event, held)
        if after is None:
            holders.pop(place, None)
        else:
            holders[place] = after
    yield from _one_winner(evidence)


def _wrong(event: QueueEvent, held: Holder | None) -> str | None:
    match event:
        case ConversationClaimed() if held is not None:
            return f"{event.agent_id} claims what {held.agent_id} holds"
        case ClaimRenewed() | FollowUpArrived() | ClaimReleased() | ClaimLapsed():
            if held != Holder(event.agent_id, event.epoch):
                return f"{event.agent_id} under {event.epoch} acts, {held} holds"
    return None


def _after(event: QueueEvent, held: Holder | None) -> Holder | None:
    match event:
        case ConversationClaimed():
            return Holder(event.agent_id, event.epoch)
        case ConversationReopened(agent_id=str() as agent_id):
            return Holder(agent_id, event.epoch)
        case ClaimReleased() | ClaimLapsed() | ConversationClosed() | ConversationTransferred():
            return None
        case _:
            return held


def _one_winner(evidence: Evidence) -> Iterator[Anomaly]:
    """Expect the answers to one claim to name one holder."""
    winners: dict[tuple[object, ...], object] = {}
    for seen in evidence.all("answers"):
        answer = seen.envelope.data
        if not isinstance(answer, CommandAccepted) or answer.state.get("state") != "claimed":
            continue
        state = answer.state
        claim = (state["queue_id"], state["conversation_id"], state["epoch"])
        if winners.setdefault(claim, state["holder"]) != state["holder"]:
            yield Anomaly(_NAME, f"{claim}: {winners[claim]} and {state['holder']} were told yes")
