"""Which events follow from a command: first an overdue claim lapses, then the command's rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from schemas.base import ConversationId
from schemas.queue import (
    ClaimConversation,
    ClaimLapsed,
    CloseConversation,
    CloseInactive,
    ConfigureQueue,
    EscalateWait,
    LapseClaim,
    LogIn,
    LogOut,
    LogOutAway,
    MarkAway,
    MarkPresent,
    OptOutCustomer,
    QueueCommand,
    QueueConversation,
    QueueEvent,
    ReleaseClaim,
    ReplyToCustomer,
    TransferConversation,
)
from services.queue.domain import agents, conversations
from services.queue.domain.evolve import evolve
from services.queue.domain.refusals import UnknownConversation, UnknownQueue
from services.queue.domain.state import Claimed, Place, State, is_overdue
from services.queue.domain.transfer import transfer

#: Whose wishes these are: nobody waits for an answer, so nothing about them is ever refused.
Unasked = (
    ConfigureQueue
    | QueueConversation
    | OptOutCustomer
    | MarkAway
    | MarkPresent
    | LapseClaim
    | EscalateWait
    | CloseInactive
    | LogOutAway
)
AgentCommand = ConfigureQueue | LogIn | LogOut | MarkAway | MarkPresent | LogOutAway
PlaceCommand = (
    ClaimConversation
    | ReplyToCustomer
    | ReleaseClaim
    | TransferConversation
    | CloseConversation
    | OptOutCustomer
    | LapseClaim
    | EscalateWait
    | CloseInactive
)


@dataclass(frozen=True)
class Asked:
    """A command, when it was asked, and on behalf of which tenant."""

    data: QueueCommand
    at: datetime
    tenant: str


def decide(asked: Asked, state: State) -> list[QueueEvent]:
    """Answer with what happens; may raise Refused."""
    if not isinstance(asked.data, Unasked) and not _is_ours(asked, state):
        raise UnknownQueue(queue=state.queue_id)
    if isinstance(asked.data, AgentCommand):
        return _about_agents(asked.data, state, asked.at)
    lapsed = _lapse(asked.data.conversation_id, state, asked.at)
    for event in lapsed:
        state = evolve(state, event, asked.at, asked.tenant)
    if isinstance(asked.data, QueueConversation):
        return [*lapsed, *conversations.enqueue(asked.data, state, asked.at)]
    place = state.places.get(asked.data.conversation_id)
    if place is None:
        return _about_nothing(asked.data)
    return [*lapsed, *_about_place(asked.data, state, place, asked.at)]


def _is_ours(asked: Asked, state: State) -> bool:
    return state.roster.configured and state.roster.tenant == asked.tenant


def _about_nothing(command: PlaceCommand) -> list[QueueEvent]:
    if isinstance(command, Unasked):
        return []
    raise UnknownConversation(conversation=command.conversation_id)


def _lapse(conversation_id: ConversationId, state: State, at: datetime) -> Sequence[QueueEvent]:
    """End an overdue claim: the timer may be late, the lapse is not."""
    place = state.places.get(conversation_id)
    if place is None or not isinstance(place.stage, Claimed) or not is_overdue(place, at):
        return []
    return [
        ClaimLapsed(
            queue_id=state.queue_id,
            conversation_id=conversation_id,
            agent_id=place.stage.agent_id,
            epoch=place.epoch,
            queued_at=place.queued_at,
            idle_seconds=state.roster.options.claim_idle_seconds or 0,
        )
    ]


def _about_agents(command: AgentCommand, state: State, at: datetime) -> list[QueueEvent]:
    match command:
        case ConfigureQueue():
            return agents.configure(command, state)
        case LogIn():
            return agents.log_in(command, state)
        case LogOut():
            return agents.log_out(command, state)
        case MarkAway():
            return agents.mark_away(command, state, at)
        case MarkPresent():
            return agents.mark_present(command, state)
        case LogOutAway():
            return agents.log_out_away(command, state, at)
        case _:
            assert_never(command)


def _about_place(  # noqa: C901, PLR0911 - it only dispatches: one case a command
    command: PlaceCommand, state: State, place: Place, at: datetime
) -> list[QueueEvent]:
    match command:
        case ClaimConversation():
            return conversations.claim(command, state, place, at)
        case ReplyToCustomer():
            return conversations.reply(command, state, place, at)
        case ReleaseClaim():
            return conversations.release(command, state, place)
        case TransferConversation():
            return transfer(command, state, place, at)
        case CloseConversation():
            return conversations.close(command, state, place)
        case OptOutCustomer():
            return conversations.opt_out(command, state, place)
        case LapseClaim():
            return []  # lapsed above if it was due; whatever the epoch, the state decides
        case EscalateWait():
            return conversations.escalate(command, state, place, at)
        case CloseInactive():
            return conversations.close_inactive(command, state, place, at)
        case _:
            assert_never(command)
