"""Rules about the queue's people: who is defined, logged in, away, and what they let go."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from schemas.base import ConversationId, ExtensionId
from schemas.queue import (
    AgentCameBack,
    AgentLoggedIn,
    AgentLoggedOut,
    AgentWentAway,
    ClaimReleased,
    ConfigureQueue,
    LogIn,
    LogOut,
    LogOutAway,
    MarkAway,
    MarkPresent,
    QueueConfigured,
)
from services.queue.domain.offers import withdrawn
from services.queue.domain.refusals import NotAnAgent
from services.queue.domain.state import Absence, Happened, Place, Roster, State


def configure(command: ConfigureQueue, state: State) -> list[Happened]:
    """Take the new definition; whoever is no longer in it is logged out and lets go."""
    new = QueueConfigured(
        queue_id=command.queue_id,
        name=command.name,
        agents=command.agents,
        supervisors=command.supervisors,
        options=command.options,
    )
    if state.roster.configured and new == definition(state):
        return []
    events: list[Happened] = [new]
    for agent_id in removed_by(command, state.roster):
        if agent_id in state.roster.logged_in:
            events.append(
                AgentLoggedOut(queue_id=state.queue_id, agent_id=agent_id, reason="removed")
            )
        events.extend(withdrawn(state, agent_id))
        events.extend(_released(state, agent_id, by=None))
    return events


def definition(state: State) -> QueueConfigured:
    """Say the definition that is in force, as the event that brought it."""
    roster = state.roster
    return QueueConfigured(
        queue_id=state.queue_id,
        name=roster.name,
        agents=roster.agents,
        supervisors=roster.supervisors,
        options=roster.options,
    )


def removed_by(command: ConfigureQueue, roster: Roster) -> list[ExtensionId]:
    """Name whoever a new definition leaves out, logged in or holding, in a stable order."""
    people = dict.fromkeys((*roster.logged_in, *roster.held))
    return [agent_id for agent_id in people if agent_id not in command.agents]


def log_in(command: LogIn, state: State) -> list[Happened]:
    """Let a member of the queue work it."""
    if command.agent_id not in state.roster.agents:
        raise NotAnAgent(agent=command.agent_id)
    if command.agent_id in state.roster.logged_in:
        return []
    return [AgentLoggedIn(queue_id=state.queue_id, agent_id=command.agent_id)]


def log_out(command: LogOut, state: State) -> list[Happened]:
    """Log out by hand: what is held goes back, or stays until it lapses, as asked."""
    if command.agent_id not in state.roster.agents:
        raise NotAnAgent(agent=command.agent_id)
    if command.agent_id not in state.roster.logged_in:
        return []
    events: list[Happened] = [
        AgentLoggedOut(queue_id=state.queue_id, agent_id=command.agent_id, reason="hand"),
        *withdrawn(state, command.agent_id),
    ]
    if command.held == "release":
        events.extend(_released(state, command.agent_id, by=command.agent_id))
    return events


def mark_away(command: MarkAway, state: State, at: datetime) -> list[Happened]:
    """Start the time after which an absent agent is logged out."""
    absence = state.roster.absences.get(command.agent_id, Absence())
    if command.agent_id not in state.roster.logged_in or absence.away:
        return []
    limit = state.roster.options.away_logout_seconds
    return [
        AgentWentAway(
            queue_id=state.queue_id,
            agent_id=command.agent_id,
            version=absence.version + 1,
            logs_out_at=None if limit is None else at + timedelta(seconds=limit),
        )
    ]


def mark_present(command: MarkPresent, state: State) -> list[Happened]:
    """End an absence; the timer that it set is stale from now on."""
    absence = state.roster.absences.get(command.agent_id, Absence())
    if not absence.away:
        return []
    return [
        AgentCameBack(queue_id=state.queue_id, agent_id=command.agent_id, version=absence.version)
    ]


def log_out_away(command: LogOutAway, state: State, at: datetime) -> list[Happened]:
    """Log out who stayed away for too long in this very absence; what they hold goes back."""
    absence = state.roster.absences.get(command.agent_id, Absence())
    if not absence.away or absence.version != command.version:
        return []
    if absence.logs_out_at is None or at < absence.logs_out_at:
        return []
    return [
        AgentLoggedOut(queue_id=state.queue_id, agent_id=command.agent_id, reason="away"),
        *withdrawn(state, command.agent_id),
        *_released(state, command.agent_id, by=None),
    ]


def _released(state: State, agent_id: ExtensionId, by: ExtensionId | None) -> Iterable[Happened]:
    for conversation_id in state.roster.held.get(agent_id, ()):
        yield released(state, conversation_id, state.places[conversation_id], agent_id, by)


def released(
    state: State,
    conversation_id: ConversationId,
    place: Place,
    agent_id: ExtensionId,
    by: ExtensionId | None,
) -> ClaimReleased:
    """Build the giving back of one claim; the waiting time goes on from where it began."""
    return ClaimReleased(
        queue_id=state.queue_id,
        conversation_id=conversation_id,
        agent_id=agent_id,
        epoch=place.epoch,
        queued_at=place.queued_at,
        by=by,
    )
