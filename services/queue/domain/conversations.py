"""Rules about one conversation: queued, claimed, answered, given back, handed on, closed."""

from datetime import datetime, timedelta

from schemas.base import ConversationId, ExtensionId
from schemas.queue import (
    ClaimConversation,
    ClaimRenewed,
    CloseConversation,
    CloseInactive,
    CloseReason,
    ConversationClaimed,
    ConversationClosed,
    ConversationQueued,
    ConversationReopened,
    FollowUpArrived,
    OptOutCustomer,
    QueueConversation,
    QueueEvent,
    ReleaseClaim,
    ReplyToCustomer,
)
from services.queue.domain.agents import released
from services.queue.domain.refusals import (
    AlreadyClosed,
    AtCapacity,
    ClaimHasLapsed,
    HeldByAnother,
    NotAnAgent,
    NotLoggedIn,
    NotTheHolder,
    NotWaiting,
    OfferedToAnother,
)
from services.queue.domain.state import (
    Claimed,
    Closed,
    Place,
    State,
    Waiting,
    holder_of,
    is_available,
)


def later(at: datetime, seconds: int | None) -> datetime | None:
    """Add a queue's value to a time; None is off."""
    return None if seconds is None else at + timedelta(seconds=seconds)


def enqueue(command: QueueConversation, state: State, at: datetime) -> list[QueueEvent]:
    """Take in a customer's message, or a conversation that another queue moved here."""
    place = state.places.get(command.conversation_id)
    moved_here = command.from_queue_id is not None
    if place is None or (moved_here and isinstance(place.stage, Closed)):
        return [_queued(command, state, place, at)]
    match place.stage:
        case Claimed() as claim if command.message_id is not None:
            return [_follow_up(command, state, place, claim, at)]
        case Closed(moved_to=None):
            return [_reopened(command, state, place, at)]
        case Waiting() if command.message_id is not None and not place.unanswered:
            # answered and given back, and now the customer writes: it is unanswered again
            return [_queued(command, state, place, at)]
        case _:
            # waiting already, or moved on: then it is forwarded to where it waits now
            return []


def _queued(
    command: QueueConversation, state: State, place: Place | None, at: datetime
) -> ConversationQueued:
    return ConversationQueued(
        queue_id=state.queue_id,
        conversation_id=command.conversation_id,
        partition_key=command.partition_key,
        counterpart=command.counterpart,
        epoch=0 if place is None else place.epoch,
        queued_at=_waits_since(command, place, at),
        agents=state.roster.logged_in,
        from_queue_id=command.from_queue_id,
        through=command.through,
    )


def _waits_since(command: QueueConversation, place: Place | None, at: datetime) -> datetime:
    if place is not None and isinstance(place.stage, Waiting):
        return place.queued_at
    return command.queued_at or at


def _follow_up(
    command: QueueConversation, state: State, place: Place, claim: Claimed, at: datetime
) -> QueueEvent:
    if command.message_id is None:
        raise AssertionError("a follow-up is a message")
    first = not place.unanswered
    due = later(at, state.roster.options.claim_idle_seconds) if first else claim.lapses_at
    return FollowUpArrived(
        queue_id=state.queue_id,
        conversation_id=command.conversation_id,
        message_id=command.message_id,
        agent_id=claim.agent_id,
        epoch=place.epoch,
        lapses_at=due,
    )


def _reopened(
    command: QueueConversation, state: State, place: Place, at: datetime
) -> ConversationReopened:
    agent_id = _last_agent(state, place, at)
    options = state.roster.options
    return ConversationReopened(
        queue_id=state.queue_id,
        conversation_id=command.conversation_id,
        epoch=place.epoch if agent_id is None else place.epoch + 1,
        queued_at=at,
        agent_id=agent_id,
        lapses_at=None if agent_id is None else later(at, options.claim_idle_seconds),
        agents=state.roster.logged_in,
    )


def _last_agent(state: State, place: Place, at: datetime) -> ExtensionId | None:
    stage, within = place.stage, state.roster.options.last_agent_for_seconds
    if not isinstance(stage, Closed) or stage.last_agent_id is None or within is None:
        return None
    if at > stage.at + timedelta(seconds=within) or not is_available(
        stage.last_agent_id, state.roster
    ):
        return None
    return stage.last_agent_id


def claim(command: ClaimConversation, state: State, place: Place, at: datetime) -> list[QueueEvent]:
    """Give a waiting conversation to exactly one agent; name the winner to everyone else."""
    if command.agent_id not in state.roster.agents:
        raise NotAnAgent(agent=command.agent_id)
    match place.stage:
        case Claimed(agent_id=holder) if holder == command.agent_id:
            return []  # a double click is not a second claim
        case Claimed(agent_id=holder):
            raise HeldByAnother(holder=holder, epoch=place.epoch)
        case Closed():
            raise NotWaiting
        case Waiting(offered_to=asked):
            if asked not in {None, command.agent_id}:
                raise OfferedToAnother(holder=asked)
            check_available(command.agent_id, state)
            return [claimed(state, command.conversation_id, place, command.agent_id, at)]


def check_available(agent_id: ExtensionId, state: State) -> None:
    """Refuse whoever may not hold one more; the limits of a claim and of a transfer alike."""
    roster = state.roster
    if agent_id not in roster.agents:
        raise NotAnAgent(agent=agent_id)
    if agent_id not in roster.logged_in:
        raise NotLoggedIn(agent=agent_id)
    if not is_available(agent_id, roster):
        raise AtCapacity(agent=agent_id, capacity=roster.options.capacity_per_agent)


def claimed(  # the note and its author only where it was handed over
    state: State,
    conversation_id: ConversationId,
    place: Place,
    agent_id: ExtensionId,
    at: datetime,
) -> ConversationClaimed:
    """Build the next claim; it lapses only where something is unanswered."""
    idle = state.roster.options.claim_idle_seconds
    return ConversationClaimed(
        queue_id=state.queue_id,
        conversation_id=conversation_id,
        agent_id=agent_id,
        epoch=place.epoch + 1,
        queued_at=place.queued_at,
        lapses_at=later(at, idle) if place.unanswered else None,
    )


def reply(command: ReplyToCustomer, state: State, place: Place, at: datetime) -> list[QueueEvent]:
    """Let the holder answer under the current claim; a reply that comes late is refused."""
    if holder_of(place) != command.agent_id or place.epoch != command.epoch:
        raise ClaimHasLapsed(holder=holder_of(place), epoch=place.epoch)
    return [
        ClaimRenewed(
            queue_id=state.queue_id,
            conversation_id=command.conversation_id,
            agent_id=command.agent_id,
            epoch=place.epoch,
            closes_at=later(at, state.roster.options.inactive_close_seconds),
            queued_at=None if place.answered else place.queued_at,
        )
    ]


def release(command: ReleaseClaim, state: State, place: Place) -> list[QueueEvent]:
    """Give a claim back to the queue, by the holder or by a supervisor."""
    check_may_steer(command.by, state, place)
    match place.stage:
        case Claimed(agent_id=holder):
            return [released(state, command.conversation_id, place, holder, command.by)]
        case Waiting():
            return []  # as wished already
        case Closed():
            raise AlreadyClosed


def check_may_steer(by: ExtensionId, state: State, place: Place) -> None:
    """Refuse whoever is neither the holder nor a supervisor.

    A member may still repeat a wish about what nobody holds: it is fulfilled, or refused for that.
    """
    if by in state.roster.supervisors or by == holder_of(place):
        return
    if by not in state.roster.agents:
        raise NotAnAgent(agent=by)
    if isinstance(place.stage, Claimed):
        raise NotTheHolder(holder=holder_of(place))


def close(command: CloseConversation, state: State, place: Place) -> list[QueueEvent]:
    """End it, by the holder or by a supervisor; only a supervisor ends what nobody has claimed."""
    check_may_steer(command.by, state, place)
    if isinstance(place.stage, Closed):
        return []
    if command.by == holder_of(place):
        return [_closed(command, state, place, "agent", by=command.by)]
    if command.by not in state.roster.supervisors:
        raise NotTheHolder(holder=None)
    return [_closed(command, state, place, "supervisor", by=command.by)]


def _closed(
    command: CloseConversation | OptOutCustomer | CloseInactive,
    state: State,
    place: Place,
    reason: CloseReason,
    by: ExtensionId | None = None,
) -> ConversationClosed:
    silent = state.roster.options.inactive_close_seconds
    return ConversationClosed(
        queue_id=state.queue_id,
        conversation_id=command.conversation_id,
        epoch=place.epoch,
        agent_id=holder_of(place),
        by=by,
        reason=reason,
        silent_seconds=silent if reason == "inactivity" else None,
    )


def opt_out(command: OptOutCustomer, state: State, place: Place) -> list[QueueEvent]:
    """Close it, whoever holds it: nothing may be sent to this customer any more."""
    if isinstance(place.stage, Closed):
        return []
    return [_closed(command, state, place, "opt-out")]


def close_inactive(
    command: CloseInactive, state: State, place: Place, at: datetime
) -> list[QueueEvent]:
    """Close what was answered and stayed silent, whoever holds it by now and whether anybody does.

    `closes_at` outlives the claim, so the timer of an earlier epoch still speaks of this silence.
    """
    if isinstance(place.stage, Closed) or place.closes_at is None or at < place.closes_at:
        return []
    return [_closed(command, state, place, "inactivity")]
