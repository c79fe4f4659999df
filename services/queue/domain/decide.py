"""Which events follow from a command: first an overdue claim lapses, then the command's rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from schemas.base import ConversationId
from schemas.desk import DeclineOffer, EndOffer, OverflowWait, RetireQueue, WriteNote
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
    QueueConversation,
    ReleaseClaim,
    ReplyToCustomer,
    TransferConversation,
)
from services.queue.domain import agents, conversations, notes, offers, retiring, texts, waits
from services.queue.domain.evolve import evolve
from services.queue.domain.refusals import UnknownConversation, UnknownQueue
from services.queue.domain.state import Claimed, Happened, Place, State, Wish, is_overdue
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
    | EndOffer
    | OverflowWait
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
    | DeclineOffer
    | WriteNote
    | EndOffer
    | OverflowWait
)


@dataclass(frozen=True)
class Asked:
    """A command, when it was asked, and on behalf of which tenant."""

    data: Wish
    at: datetime
    tenant: str


def decide(asked: Asked, state: State) -> list[Happened]:
    """Answer with what happens, what the queue says to it, and whom it asks; may raise Refused."""
    if not isinstance(asked.data, Unasked) and not _is_ours(asked, state):
        raise UnknownQueue(queue=state.queue_id)
    events = _judged(asked, state)
    after = _after(state, events, asked)
    said = list(texts.chosen(events, after, asked.at))
    after = _after(after, said, asked)
    return [*events, *said, *offers.next_offers(after, asked.at)]


def _after(state: State, events: Sequence[Happened], asked: Asked) -> State:
    for event in events:
        state = evolve(state, event, asked.at, asked.tenant)
    return state


def _judged(asked: Asked, state: State) -> list[Happened]:
    if isinstance(asked.data, AgentCommand):
        return list(_about_agents(asked.data, state, asked.at))
    if isinstance(asked.data, RetireQueue):
        return retiring.retire(asked.data, state)
    if isinstance(asked.data, QueueConversation) and state.roster.moved_to is not None:
        return []  # this queue is no more: the customer goes where all of it went
    over = _run_out(asked.data.conversation_id, state, asked.at)
    state = _after(state, over, asked)
    if isinstance(asked.data, QueueConversation):
        return [*over, *conversations.enqueue(asked.data, state, asked.at)]
    place = state.places.get(asked.data.conversation_id)
    if place is None:
        return _about_nothing(asked.data)
    return [*over, *_about_place(asked.data, state, place, asked.at)]


def _is_ours(asked: Asked, state: State) -> bool:
    return state.roster.configured and state.roster.tenant == asked.tenant


def _about_nothing(command: PlaceCommand) -> list[Happened]:
    if isinstance(command, Unasked):
        return []
    raise UnknownConversation(conversation=command.conversation_id)


def _run_out(conversation_id: ConversationId, state: State, at: datetime) -> Sequence[Happened]:
    """End an overdue claim or offer: the timer may be late, the end is not."""
    place = state.places.get(conversation_id)
    if place is None or not isinstance(place.stage, Claimed) or not is_overdue(place, at):
        return offers.run_out(state, conversation_id, at)
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


def _about_agents(command: AgentCommand, state: State, at: datetime) -> Sequence[Happened]:
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
) -> Sequence[Happened]:
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
        case DeclineOffer():
            return offers.decline(command, state, place)
        case WriteNote():
            return notes.write(command, state, place)
        case _:
            return _by_the_clock(command, state, place, at)


def _by_the_clock(
    command: LapseClaim | EndOffer | EscalateWait | OverflowWait | CloseInactive,
    state: State,
    place: Place,
    at: datetime,
) -> Sequence[Happened]:
    match command:
        case LapseClaim() | EndOffer():
            return []  # over above if it was due; whatever the epoch, the state decides
        case EscalateWait():
            return waits.escalate(command, state, place, at)
        case OverflowWait():
            return waits.overflow(command, state, place, at)
        case CloseInactive():
            return conversations.close_inactive(command, state, place, at)
        case _:
            assert_never(command)
