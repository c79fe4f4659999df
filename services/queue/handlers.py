"""The queue to the kernel: one record in, the parts that it needs, and what follows from it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from schemas.base import ConversationId, ExtensionId, JsonObject, QueueId
from schemas.desk import DeclineOffer, OverflowWait, RetireQueue, WriteNote
from schemas.envelope import Envelope
from schemas.queue import (
    ClaimConversation,
    CloseConversation,
    ConfigureQueue,
    LogIn,
    LogOut,
    LogOutAway,
    ReleaseClaim,
    TransferConversation,
)
from services.kernel.handling import Addressed, Outcome, Part, Parts
from services.queue.domain import consequences
from services.queue.domain.agents import removed_by
from services.queue.domain.decide import AgentCommand, Asked, decide
from services.queue.domain.evolve import evolve
from services.queue.domain.offers import wanted_by
from services.queue.domain.state import (
    Claimed,
    Happened,
    Place,
    Roster,
    State,
    Waiting,
    Wish,
    holder_of,
    offered_to,
)

_ROSTER, _PLACE = "roster/", "place/"


class QueueHandlers:
    """Implements the kernel's Handlers over `roster/<queue>` and `place/<queue>/<conversation>`."""

    def needs(self, envelope: Envelope[Any], parts: Parts) -> Iterable[str]:
        """Name the roster, the places that may change, and the queue it may move to."""
        command: Wish = envelope.data
        yield _roster(command.queue_id)
        roster = _loaded_roster(parts, command.queue_id)
        to_queue_id = _to_other(command, roster)
        if to_queue_id is not None:
            yield _roster(to_queue_id)
        places = _about(command, roster)
        yield from (_place(command.queue_id, id_) for id_ in places)
        yield from _next_asked(command, roster, parts)

    def decide(self, envelope: Envelope[Any], parts: Parts) -> Outcome:
        """Say what follows from a command; may raise Refused."""
        command: Wish = envelope.data
        before = _state(command, parts)
        asked = Asked(data=command, at=envelope.time, tenant=envelope.tenant or "")
        events = decide(asked, before)
        after, tenant, key = before, asked.tenant, command.queue_id
        for event in events:
            after = evolve(after, event, asked.at, tenant)
        return Outcome(
            events=tuple(
                Addressed(subject=key, partitionkey=key, tenant=tenant, data=event)
                for event in events
            ),
            commands=tuple(consequences.wishes(command, events, after, tenant)),
            timers=tuple(
                timer
                for event in events
                for timer in consequences.timers(event, after, asked.at, tenant)
            ),
            answer=_answer(command, after),
        )

    def touches(self, event: Envelope[Any]) -> Iterable[str]:
        """Name the roster, and the place where the event is about one."""
        data: Happened = event.data
        yield _roster(data.queue_id)
        conversation_id = getattr(data, "conversation_id", None)
        if conversation_id is not None:
            yield _place(data.queue_id, conversation_id)

    def evolve(self, event: Envelope[Any], parts: Parts) -> Mapping[str, Part]:
        """Give the parts that this event leaves behind."""
        data: Happened = event.data
        state = _remembered(data.queue_id, parts)
        after = evolve(state, data, event.time, event.tenant or "")
        fresh: dict[str, Part] = {
            _place(data.queue_id, conversation_id): place
            for conversation_id, place in after.places.items()
            if place is not state.places.get(conversation_id)
        }
        if after.roster is not state.roster:
            fresh[_roster(data.queue_id)] = after.roster
        return fresh

    def part_type(self, key: str) -> type[Part]:
        """Tell a roster from a place by the key's prefix."""
        return Roster if key.startswith(_ROSTER) else Place


def _roster(queue_id: str) -> str:
    return f"{_ROSTER}{queue_id}"


def _place(queue_id: str, conversation_id: str) -> str:
    return f"{_PLACE}{queue_id}/{conversation_id}"


def _loaded_roster(parts: Parts, queue_id: str) -> Roster:
    roster = parts.get(_roster(queue_id))
    return roster if isinstance(roster, Roster) else Roster()


def _about(command: Wish, roster: Roster) -> Iterator[ConversationId]:
    if isinstance(command, AgentCommand):
        yield from _let_go(command, roster)
    elif isinstance(command, RetireQueue):
        yield from command.conversations
    else:
        yield command.conversation_id


def _let_go(command: AgentCommand, roster: Roster) -> Iterator[ConversationId]:
    """Name what people hold, or are asked to take, who may go by this command."""
    going: Iterable[ExtensionId] = ()
    match command:
        case LogOut() | LogOutAway():
            going = (command.agent_id,)
        case ConfigureQueue():
            going = removed_by(command, roster)
        case _:
            return
    for agent_id in going:
        yield from roster.held.get(agent_id, ())
        if agent_id in roster.offered:
            yield roster.offered[agent_id]


def _next_asked(command: Wish, roster: Roster, parts: Parts) -> Iterator[str]:
    """Name what may be offered next to whoever this command may set free."""
    if roster.options.distribution != "offer":
        return
    free = {getattr(command, "agent_id", None)}
    place = parts.get(_place(command.queue_id, getattr(command, "conversation_id", "")))
    if isinstance(place, Place):
        free |= {holder_of(place), offered_to(place)}
    for agent_id in sorted(agent for agent in free if agent is not None):
        wanted = wanted_by(agent_id, roster)
        if wanted is not None:
            yield _place(command.queue_id, wanted)


def _to_other(command: Wish, roster: Roster) -> QueueId | None:
    match command:
        case TransferConversation(to_queue_id=to_queue_id) | RetireQueue(to_queue_id=to_queue_id):
            return to_queue_id
        case OverflowWait():
            return roster.options.overflow_queue_id
        case _:
            return None


def _remembered(queue_id: QueueId, parts: Parts) -> State:
    prefix = _place(queue_id, "")
    places = {
        ConversationId(key.removeprefix(prefix)): part
        for key, part in parts.items()
        if isinstance(part, Place) and key.startswith(prefix)
    }
    return State(queue_id=queue_id, roster=_loaded_roster(parts, queue_id), places=places)


def _state(command: Wish, parts: Parts) -> State:
    state = _remembered(command.queue_id, parts)
    to_queue_id = _to_other(command, state.roster)
    other = None if to_queue_id is None else parts.get(_roster(to_queue_id))
    return replace(state, other=other if isinstance(other, Roster) else None)


def _answer(command: Wish, state: State) -> JsonObject | None:
    """Tell whoever asked how it stands now; a reply is answered by router, who says it."""
    match command:
        case LogIn() | LogOut():
            logged_in = command.agent_id in state.roster.logged_in
            return {"queue_id": command.queue_id, "logged_in": logged_in}
        case (
            ClaimConversation()
            | ReleaseClaim()
            | TransferConversation()
            | CloseConversation()
            | DeclineOffer()
            | WriteNote()
        ):
            return _stands(command.queue_id, command.conversation_id, state)
        case _:
            return None


def _stands(queue_id: QueueId, conversation_id: ConversationId, state: State) -> JsonObject:
    place = state.places[conversation_id]
    stage = place.stage
    lapses_at = stage.lapses_at if isinstance(stage, Claimed) else None
    word = "waiting" if isinstance(stage, Waiting) else "closed"
    return {
        "queue_id": queue_id,
        "conversation_id": conversation_id,
        "state": "claimed" if isinstance(stage, Claimed) else word,
        "epoch": place.epoch,
        "holder": holder_of(place),
        "queued_at": _text(place.queued_at),
        "lapses_at": _text(lapses_at),
        "closes_at": _text(place.closes_at),
    }


def _text(at: datetime | None) -> str | None:
    plain: str | None = msgspec.to_builtins(at)
    return plain
