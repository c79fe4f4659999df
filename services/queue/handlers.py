"""The queue to the kernel: one record in, the parts that it needs, and what follows from it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from schemas.base import ConversationId, JsonObject, QueueId
from schemas.envelope import Envelope
from schemas.queue import (
    ClaimConversation,
    CloseConversation,
    ConfigureQueue,
    LogIn,
    LogOut,
    LogOutAway,
    QueueCommand,
    QueueEvent,
    ReleaseClaim,
    TransferConversation,
)
from services.kernel.handling import Addressed, Outcome, Part, Parts
from services.queue.domain import consequences
from services.queue.domain.agents import removed_by
from services.queue.domain.decide import AgentCommand, Asked, decide
from services.queue.domain.evolve import evolve
from services.queue.domain.state import Claimed, Place, Roster, State, Waiting, holder_of

_ROSTER, _PLACE = "roster/", "place/"


class QueueHandlers:
    """Implements the kernel's Handlers over `roster/<queue>` and `place/<queue>/<conversation>`."""

    def needs(self, envelope: Envelope[Any], parts: Parts) -> Iterable[str]:
        """Name the roster, the places that the command is about, and the queue it moves to."""
        command: QueueCommand = envelope.data
        yield _roster(command.queue_id)
        if isinstance(command, AgentCommand):
            roster = _loaded_roster(parts, command.queue_id)
            yield from (_place(command.queue_id, held) for held in _let_go(command, roster))
            return
        yield _place(command.queue_id, command.conversation_id)
        if isinstance(command, TransferConversation) and command.to_queue_id is not None:
            yield _roster(command.to_queue_id)

    def decide(self, envelope: Envelope[Any], parts: Parts) -> Outcome:
        """Say what follows from a command; may raise Refused."""
        command: QueueCommand = envelope.data
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
        data: QueueEvent = event.data
        yield _roster(data.queue_id)
        conversation_id = getattr(data, "conversation_id", None)
        if conversation_id is not None:
            yield _place(data.queue_id, conversation_id)

    def evolve(self, event: Envelope[Any], parts: Parts) -> Mapping[str, Part]:
        """Give the parts that this event leaves behind."""
        data: QueueEvent = event.data
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


def _let_go(command: AgentCommand, roster: Roster) -> Iterator[ConversationId]:
    match command:
        case LogOut() | LogOutAway():
            yield from roster.held.get(command.agent_id, ())
        case ConfigureQueue():
            for agent_id in removed_by(command, roster):
                yield from roster.held.get(agent_id, ())
        case _:
            return


def _remembered(queue_id: QueueId, parts: Parts) -> State:
    prefix = _place(queue_id, "")
    places = {
        ConversationId(key.removeprefix(prefix)): part
        for key, part in parts.items()
        if isinstance(part, Place) and key.startswith(prefix)
    }
    return State(queue_id=queue_id, roster=_loaded_roster(parts, queue_id), places=places)


def _state(command: QueueCommand, parts: Parts) -> State:
    state = _remembered(command.queue_id, parts)
    if not isinstance(command, TransferConversation) or command.to_queue_id is None:
        return state
    other = parts.get(_roster(command.to_queue_id))
    return replace(state, other=other if isinstance(other, Roster) else None)


def _answer(command: QueueCommand, state: State) -> JsonObject | None:
    """Tell whoever asked how it stands now; a reply is answered by router, who says it."""
    match command:
        case LogIn() | LogOut():
            logged_in = command.agent_id in state.roster.logged_in
            return {"queue_id": command.queue_id, "logged_in": logged_in}
        case ClaimConversation() | ReleaseClaim() | TransferConversation() | CloseConversation():
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
