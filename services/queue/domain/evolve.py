"""The queue's memory: each event changes the roster, one place, or both; it never refuses."""

from dataclasses import replace
from datetime import datetime

import msgspec

from schemas.base import ConversationId, ExtensionId
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
    QueueEvent,
    WaitEscalated,
)
from services.queue.domain.state import (
    Absence,
    Claimed,
    Closed,
    Place,
    Roster,
    State,
    Waiting,
    holder_of,
)

_RosterEvent = QueueConfigured | AgentLoggedIn | AgentLoggedOut | AgentWentAway | AgentCameBack
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


def evolve(state: State, event: QueueEvent, at: datetime, tenant: str) -> State:
    """Remember what happened at `at`."""
    if isinstance(event, _RosterEvent):
        return replace(state, roster=_roster(state.roster, event, tenant))
    if isinstance(event, ConversationQueued):
        # only this event may begin a place
        before, after = None, _queued(event, at)
    else:
        before = state.places[event.conversation_id]
        after = _place(before, event, at)
    held = _moved(state.roster.held, event.conversation_id, before, after)
    roster = state.roster
    if held is not roster.held:
        roster = msgspec.structs.replace(roster, held=held)
    return replace(
        state,
        roster=roster,
        places={**state.places, event.conversation_id: after},
    )


def _roster(roster: Roster, event: _RosterEvent, tenant: str) -> Roster:
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
            )
        case AgentLoggedIn(agent_id=agent_id):
            present = _absence(roster, agent_id, away=False, logs_out_at=None)
            return msgspec.structs.replace(present, logged_in=(*roster.logged_in, agent_id))
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


def _queued(event: ConversationQueued, at: datetime) -> Place:
    return Place(
        partition_key=event.partition_key,
        counterpart=event.counterpart,
        epoch=event.epoch,
        queued_at=event.queued_at,
        stage=Waiting(since=at),
    )


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
            return change(place, stage=held, unanswered=False, closes_at=event.closes_at)
        case ClaimReleased() | ClaimLapsed():
            return change(place, stage=Waiting(since=at))
        case ConversationTransferred(to_queue_id=to_queue_id) if to_queue_id is not None:
            gone = Closed(at=at, last_agent_id=None, moved_to=to_queue_id)
            return change(place, stage=gone)
        case ConversationTransferred():
            return change(place, stage=Waiting(since=at))
        case WaitEscalated():
            since = place.stage.since if isinstance(place.stage, Waiting) else at
            return change(place, stage=Waiting(since=since, escalated=True))
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
        place, epoch=event.epoch, queued_at=event.queued_at, stage=stage, unanswered=True
    )


def _moved(
    held: dict[ExtensionId, tuple[ConversationId, ...]],
    conversation_id: ConversationId,
    before: Place | None,
    after: Place,
) -> dict[ExtensionId, tuple[ConversationId, ...]]:
    old = None if before is None else holder_of(before)
    new = holder_of(after)
    if old == new:
        return held
    moved = dict(held)
    if old is not None:
        moved[old] = tuple(other for other in held[old] if other != conversation_id)
        if not moved[old]:
            del moved[old]
    if new is not None:
        moved[new] = (*moved.get(new, ()), conversation_id)
    return moved
