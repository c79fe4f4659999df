"""The queue's memory: each event changes the roster, one place, or both; it never refuses."""

from dataclasses import replace
from datetime import datetime

import msgspec

from schemas.base import ConversationId, ExtensionId
from schemas.desk import (
    AutomaticTextChosen,
    ConversationOffered,
    ConversationOverflowed,
    NoteWritten,
    OfferEnded,
    QueueRetired,
)
from schemas.queue import (
    AgentCameBack,
    AgentLoggedIn,
    AgentLoggedOut,
    AgentWentAway,
    ClaimLapsed,
    ClaimReleased,
    ClaimRenewed,
    ConversationClaimed,
    ConversationClosed,
    ConversationQueued,
    ConversationReopened,
    ConversationTransferred,
    FollowUpArrived,
    QueueConfigured,
    WaitEscalated,
)
from services.queue.domain.state import (
    Absence,
    Claimed,
    Closed,
    Happened,
    Pending,
    Place,
    Roster,
    State,
    Waiting,
    holder_of,
    is_open,
    offered_to,
)

#: Conversations that wait to be offered; what waits beyond them is claimed by hand.
MAX_BACKLOG = 1_000

_RosterEvent = (
    QueueConfigured | QueueRetired | AgentLoggedIn | AgentLoggedOut | AgentWentAway | AgentCameBack
)
_DeskEvent = (
    ConversationOffered | OfferEnded | ConversationOverflowed | AutomaticTextChosen | NoteWritten
)
_PlaceEvent = (
    ConversationClaimed
    | FollowUpArrived
    | ClaimRenewed
    | ClaimReleased
    | ClaimLapsed
    | ConversationTransferred
    | WaitEscalated
    | ConversationClosed
    | ConversationReopened
)


def evolve(state: State, event: Happened, at: datetime, tenant: str) -> State:
    """Remember what happened at `at`."""
    if isinstance(event, _RosterEvent):
        return replace(state, roster=_roster(state.roster, event, at, tenant))
    id_ = event.conversation_id
    before = state.places.get(id_)
    if isinstance(event, ConversationQueued):
        # only this event may begin a place
        after = _queued(before, event, at)
    else:
        known = state.places[id_]
        after = (
            _desk(known, event, at) if isinstance(event, _DeskEvent) else _place(known, event, at)
        )
    return replace(
        state,
        roster=_moved(state.roster, id_, before, after, at),
        places={**state.places, id_: after},
    )


def _roster(roster: Roster, event: _RosterEvent, at: datetime, tenant: str) -> Roster:
    match event:
        case QueueConfigured():
            return msgspec.structs.replace(
                roster,
                configured=True,
                tenant=tenant,
                name=event.name,
                agents=event.agents,
                supervisors=event.supervisors,
                options=event.options,
                backlog=roster.backlog if event.options.distribution == "offer" else (),
                moved_to=None,
            )
        case QueueRetired(to_queue_id=to_queue_id):
            return msgspec.structs.replace(
                roster, configured=False, agents=(), supervisors=(), moved_to=to_queue_id
            )
        case AgentLoggedIn(agent_id=agent_id):
            present = _absence(roster, agent_id, away=False, logs_out_at=None)
            idle = _idle(present, at, agent_id)
            return msgspec.structs.replace(idle, logged_in=(*roster.logged_in, agent_id))
        case AgentLoggedOut(agent_id=agent_id):
            left = tuple(other for other in roster.logged_in if other != agent_id)
            present = _absence(roster, agent_id, away=False, logs_out_at=None)
            return msgspec.structs.replace(present, logged_in=left)
        case AgentWentAway():
            return _absence(roster, event.agent_id, away=True, logs_out_at=event.logs_out_at)
        case AgentCameBack():
            return _absence(roster, event.agent_id, away=False, logs_out_at=None)


def _absence(
    roster: Roster, agent_id: ExtensionId, *, away: bool, logs_out_at: datetime | None
) -> Roster:
    last = roster.absences.get(agent_id, Absence()).version
    version = last + 1 if away else last
    now = Absence(version=version, away=away, logs_out_at=logs_out_at)
    return msgspec.structs.replace(roster, absences={**roster.absences, agent_id: now})


def _queued(before: Place | None, event: ConversationQueued, at: datetime) -> Place:
    waits = before is not None and isinstance(before.stage, Waiting)
    stage = Waiting(since=at)
    if before is not None and isinstance(before.stage, Waiting):
        stage = msgspec.structs.replace(before.stage, since=at, escalated=False)
    return Place(
        partition_key=event.partition_key,
        counterpart=event.counterpart,
        epoch=event.epoch,
        queued_at=event.queued_at,
        stage=stage,
        answered=before is not None and waits and before.answered,
        offers=0 if before is None else before.offers,
        texted_at=None if before is None else before.texted_at,
        through=event.through,
        mentioned=() if before is None else before.mentioned,
    )


def _desk(place: Place, event: _DeskEvent, at: datetime) -> Place:
    change = msgspec.structs.replace
    match event:
        case AutomaticTextChosen():
            return change(place, texted_at=at)
        case NoteWritten(mentions=mentions):
            return change(place, mentioned=tuple(dict.fromkeys((*place.mentioned, *mentions))))
        case ConversationOverflowed(to_queue_id=to_queue_id):
            gone = Closed(at=at, last_agent_id=None, moved_to=to_queue_id)
            return change(place, stage=gone)
        case ConversationOffered():
            return change(place, stage=_asked(place, event), offers=event.offer)
        case OfferEnded(agent_id=agent_id):
            return change(place, stage=_not_asked(place, agent_id))


def _asked(place: Place, event: ConversationOffered) -> Waiting | Claimed | Closed:
    if not isinstance(place.stage, Waiting):
        return place.stage
    return msgspec.structs.replace(
        place.stage, offered_to=event.agent_id, offer_ends_at=event.ends_at
    )


def _not_asked(place: Place, agent_id: ExtensionId) -> Waiting | Claimed | Closed:
    if not isinstance(place.stage, Waiting):
        return place.stage
    passed = (*place.stage.passed, agent_id)
    return msgspec.structs.replace(place.stage, offered_to=None, offer_ends_at=None, passed=passed)


def _place(  # noqa: C901, PLR0911 - one case an event
    place: Place, event: _PlaceEvent, at: datetime
) -> Place:
    change = msgspec.structs.replace
    match event:
        case ConversationClaimed():
            held = Claimed(agent_id=event.agent_id, lapses_at=event.lapses_at)
            return change(place, epoch=event.epoch, stage=held)
        case FollowUpArrived():
            held = Claimed(agent_id=event.agent_id, lapses_at=event.lapses_at)
            return change(place, stage=held, unanswered=True, closes_at=None)
        case ClaimRenewed():
            held = Claimed(agent_id=event.agent_id, lapses_at=None)
            return change(
                place, stage=held, unanswered=False, answered=True, closes_at=event.closes_at
            )
        case ClaimReleased() | ClaimLapsed():
            return change(place, stage=Waiting(since=at, passed=(event.agent_id,)))
        case ConversationTransferred(to_queue_id=to_queue_id) if to_queue_id is not None:
            gone = Closed(at=at, last_agent_id=None, moved_to=to_queue_id)
            return change(place, stage=gone)
        case ConversationTransferred():
            return change(place, stage=Waiting(since=at))
        case WaitEscalated():
            stage = place.stage if isinstance(place.stage, Waiting) else Waiting(since=at)
            return change(place, stage=change(stage, escalated=True))
        case ConversationClosed():
            return change(place, stage=_closed(place, event, at), closes_at=None)
        case ConversationReopened():
            return _reopened(place, event, at)


def _closed(place: Place, event: ConversationClosed, at: datetime) -> Closed:
    moved_to = place.stage.moved_to if isinstance(place.stage, Closed) else None
    return Closed(at=at, last_agent_id=event.agent_id, moved_to=moved_to)


def _reopened(place: Place, event: ConversationReopened, at: datetime) -> Place:
    stage: Waiting | Claimed = Waiting(since=at)
    if event.agent_id is not None:
        stage = Claimed(agent_id=event.agent_id, lapses_at=event.lapses_at)
    return msgspec.structs.replace(
        place,
        epoch=event.epoch,
        queued_at=event.queued_at,
        stage=stage,
        unanswered=True,
        answered=False,
        through=(),
    )


def _moved(
    roster: Roster,
    conversation_id: ConversationId,
    before: Place | None,
    after: Place,
    at: datetime,
) -> Roster:
    """Keep the roster's own account of who holds what, is asked what, and what waits unasked."""
    if is_open(before) != is_open(after):
        change = 1 if is_open(after) else -1
        roster = msgspec.structs.replace(roster, open=roster.open + change)
    old = None if before is None else holder_of(before)
    new = holder_of(after)
    if old != new:
        roster = _idle(_held(roster, conversation_id, old, new), at, old, new)
    asked = None if before is None else offered_to(before)
    if asked != offered_to(after):
        roster = _offered(roster, conversation_id, asked, offered_to(after))
    if roster.options.distribution == "offer":
        roster = _unasked(roster, conversation_id, after)
    return roster


def _held(
    roster: Roster,
    conversation_id: ConversationId,
    old: ExtensionId | None,
    new: ExtensionId | None,
) -> Roster:
    moved = dict(roster.held)
    if old is not None:
        moved[old] = tuple(other for other in roster.held[old] if other != conversation_id)
        if not moved[old]:
            del moved[old]
    if new is not None:
        moved[new] = (*moved.get(new, ()), conversation_id)
    return msgspec.structs.replace(roster, held=moved)


def _idle(roster: Roster, at: datetime, *agents: ExtensionId | None) -> Roster:
    """Note that an agent has something new, or is done with something; only offers ask for it."""
    if roster.options.distribution != "offer":
        return roster
    since = dict.fromkeys((agent for agent in agents if agent is not None), at)
    return msgspec.structs.replace(roster, idle_since={**roster.idle_since, **since})


def _offered(
    roster: Roster,
    conversation_id: ConversationId,
    old: ExtensionId | None,
    new: ExtensionId | None,
) -> Roster:
    offered = {agent: id_ for agent, id_ in roster.offered.items() if agent != old}
    if new is not None:
        offered[new] = conversation_id
    return msgspec.structs.replace(roster, offered=offered)


def _unasked(roster: Roster, conversation_id: ConversationId, after: Place) -> Roster:
    waits = isinstance(after.stage, Waiting) and after.stage.offered_to is None
    passed = after.stage.passed if isinstance(after.stage, Waiting) else ()
    pending = Pending(conversation_id=conversation_id, passed=passed)
    if waits and pending in roster.backlog:
        return roster
    others = tuple(one for one in roster.backlog if one.conversation_id != conversation_id)
    if waits and len(others) < MAX_BACKLOG:
        others = (*others, pending)
    if others == roster.backlog:
        return roster
    return msgspec.structs.replace(roster, backlog=others)
