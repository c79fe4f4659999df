"""Rules of `offer`: the agent who has been idle longest is asked first, then the next.

An agent is asked for one conversation at a time, and for one conversation once in a wait; when all
who could take it have been asked, whoever wants it may claim it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from schemas.base import ConversationId, ExtensionId
from schemas.desk import ConversationOffered, DeclineOffer, OfferEnd, OfferEnded
from services.queue.domain.evolve import evolve
from services.queue.domain.refusals import NotAnAgent
from services.queue.domain.state import (
    Place,
    Roster,
    State,
    is_offer_over,
    longest_idle,
    offered_to,
)


def next_offers(state: State, at: datetime) -> Iterator[ConversationOffered]:
    """Offer what waits unasked, as far as it is at hand, to whoever may be asked."""
    if state.roster.options.distribution != "offer":
        return
    for pending in state.roster.backlog:
        place = state.places.get(pending.conversation_id)
        agent_id = None if place is None else longest_idle(state.roster, pending.passed)
        if place is None or agent_id is None:
            continue
        event = _offered(state, pending.conversation_id, place, agent_id, at)
        yield event
        state = evolve(state, event, at, state.roster.tenant)


def _offered(
    state: State, conversation_id: ConversationId, place: Place, agent_id: ExtensionId, at: datetime
) -> ConversationOffered:
    return ConversationOffered(
        queue_id=state.queue_id,
        conversation_id=conversation_id,
        agent_id=agent_id,
        epoch=place.epoch,
        offer=place.offers + 1,
        queued_at=place.queued_at,
        ends_at=at + timedelta(seconds=state.roster.options.offer_for_seconds),
    )


def wanted_by(agent_id: ExtensionId, roster: Roster) -> ConversationId | None:
    """Name what an agent would be asked next, were they free: what needs to be at hand for it."""
    for pending in roster.backlog:
        if agent_id not in pending.passed:
            return pending.conversation_id
    return None


def run_out(state: State, conversation_id: ConversationId, at: datetime) -> list[OfferEnded]:
    """End an offer whose time is over: the timer may be late, the end is not."""
    place = state.places.get(conversation_id)
    if place is None or not is_offer_over(place, at):
        return []
    return [offer_ended(state, conversation_id, place, "expired")]


def decline(command: DeclineOffer, state: State, place: Place) -> list[OfferEnded]:
    """Let an agent say no; of what they are not asked, that is so already."""
    if command.agent_id not in state.roster.agents:
        raise NotAnAgent(agent=command.agent_id)
    if offered_to(place) != command.agent_id:
        return []
    return [offer_ended(state, command.conversation_id, place, "declined")]


def withdrawn(state: State, agent_id: ExtensionId) -> Iterator[OfferEnded]:
    """Ask an agent no longer, who has gone."""
    conversation_id = state.roster.offered.get(agent_id)
    if conversation_id is not None:
        place = state.places[conversation_id]
        yield offer_ended(state, conversation_id, place, "withdrawn")


def offer_ended(
    state: State, conversation_id: ConversationId, place: Place, reason: OfferEnd
) -> OfferEnded:
    """Build the end of the offer that is."""
    agent_id = offered_to(place)
    if agent_id is None:
        raise AssertionError("only an offer ends")
    return OfferEnded(
        queue_id=state.queue_id,
        conversation_id=conversation_id,
        agent_id=agent_id,
        epoch=place.epoch,
        offer=place.offers,
        reason=reason,
    )
