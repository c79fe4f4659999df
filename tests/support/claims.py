"""A small service of its own for the kernel's tests: claims on queues, and arrivals counted.

Run as a process: `python -m tests.support.claims`, named by CLAIMS_SERVICE. An agent called
`breaks` breaks the handler until the file named by CLAIMS_FIXED exists; CLAIMS_CALLS names a file
where the performer notes each call.
"""

import asyncio
import os
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from schemas import queue
from schemas.base import ConversationId, ExtensionId, QueueId
from schemas.carrier import MessageArrived
from schemas.envelope import Envelope
from services.kernel.decider import Refused
from services.kernel.handling import Addressed, Effect, Outcome, Part, Parts, Timer
from services.kernel.service import run

INPUTS = ("queue-commands", "carrier-events", "letters")
LAPSE = timedelta(seconds=1)


class Board(msgspec.Struct, frozen=True):
    """Who holds what in a queue: conversation → (agent or None, epoch)."""

    places: dict[str, tuple[str | None, int]] = msgspec.field(default_factory=dict)
    present: int = 0


class Arrivals(msgspec.Struct, frozen=True):
    """How many messages a conversation's key has had."""

    count: int = 0


class HeldByAnother(Refused):
    """Somebody else holds it."""

    code: ClassVar[str] = "held-by-another"
    text: ClassVar[str] = "{holder} holds it"


class NoteCall(msgspec.Struct, frozen=True):
    """What the performer gets."""

    queue_id: str
    agent_id: str


class Claims:
    """The handlers."""

    def needs(self, envelope: Envelope[Any], _parts: Parts) -> Iterable[str]:
        if isinstance(envelope.data, MessageArrived):
            return ()
        return (f"queue/{envelope.subject}",)

    def decide(self, envelope: Envelope[Any], parts: Parts) -> Outcome:
        command = envelope.data
        if isinstance(command, MessageArrived):
            return Outcome()
        board = parts.get(f"queue/{envelope.subject}", Board())
        assert isinstance(board, Board)
        match command:
            case queue.ClaimConversation():
                return _claim(envelope, command, board)
            case queue.LapseClaim():
                return _lapse(envelope, command, board)
            case queue.LogIn():
                call = NoteCall(command.queue_id, command.agent_id)
                return Outcome(
                    effects=(
                        Effect(
                            kind="note",
                            order_key=command.queue_id,
                            payload=call,
                            due_at=envelope.time,
                        ),
                    ),
                    answer={"noted": True},
                )
            case queue.MarkPresent():
                back = queue.AgentCameBack(
                    queue_id=command.queue_id, agent_id=command.agent_id, version=board.present + 1
                )
                return Outcome(events=(_own(envelope, back),))
            case _:
                raise AssertionError(type(command))

    def touches(self, event: Envelope[Any]) -> Iterable[str]:
        if isinstance(event.data, MessageArrived):
            return (f"arrivals/{event.subject}",) if event.data.text else ()
        return (f"queue/{event.subject}",)

    def evolve(self, event: Envelope[Any], parts: Parts) -> Mapping[str, Part]:
        (key,) = self.touches(event)
        part = parts.get(key)
        if isinstance(event.data, MessageArrived):
            count = part.count if isinstance(part, Arrivals) else 0
            return {key: Arrivals(count + 1)}
        return {key: _evolve(part if isinstance(part, Board) else Board(), event.data)}

    def part_type(self, key: str) -> type[Part]:
        return Arrivals if key.startswith("arrivals/") else Board


def _claim(envelope: Envelope[Any], command: queue.ClaimConversation, board: Board) -> Outcome:
    if command.agent_id == "breaks" and not Path(os.environ.get("CLAIMS_FIXED", "/no")).exists():
        raise ZeroDivisionError("planted")
    holder, epoch = board.places.get(command.conversation_id, (None, 0))
    if holder is not None:
        raise HeldByAnother(holder=holder)
    claimed = queue.ConversationClaimed(
        queue_id=command.queue_id,
        conversation_id=command.conversation_id,
        agent_id=command.agent_id,
        epoch=epoch + 1,
        queued_at=envelope.time,
        lapses_at=envelope.time + LAPSE,
    )
    lapse = queue.LapseClaim(
        queue_id=command.queue_id, conversation_id=command.conversation_id, epoch=epoch + 1
    )
    timer = Timer(
        kind=f"lapse/{command.conversation_id}",
        version=str(epoch + 1),
        due_at=envelope.time + LAPSE,
        command=_own(envelope, lapse),
    )
    answer = {"agent_id": command.agent_id, "epoch": epoch + 1}
    return Outcome(events=(_own(envelope, claimed),), timers=(timer,), answer=answer)


def _lapse(envelope: Envelope[Any], command: queue.LapseClaim, board: Board) -> Outcome:
    holder, epoch = board.places.get(command.conversation_id, (None, 0))
    if holder is None or epoch != command.epoch:
        return Outcome()
    lapsed = queue.ClaimLapsed(
        queue_id=command.queue_id,
        conversation_id=command.conversation_id,
        agent_id=ExtensionId(holder),
        epoch=epoch,
        queued_at=envelope.time,
        idle_seconds=1,
    )
    return Outcome(events=(_own(envelope, lapsed),))


def _evolve(board: Board, event: object) -> Board:
    match event:
        case queue.ConversationClaimed():
            return _placed(board, event.conversation_id, event.agent_id, event.epoch)
        case queue.ClaimLapsed():
            return _placed(board, event.conversation_id, None, event.epoch)
        case queue.AgentCameBack():
            return msgspec.structs.replace(board, present=event.version)
        case _:
            raise AssertionError(type(event))


def _placed(board: Board, conversation_id: str, agent_id: str | None, epoch: int) -> Board:
    return Board({**board.places, conversation_id: (agent_id, epoch)}, board.present)


def _own(envelope: Envelope[Any], data: msgspec.Struct) -> Addressed:
    return Addressed(
        subject=envelope.subject,
        partitionkey=envelope.partitionkey,
        tenant=envelope.tenant or "",
        data=data,
    )


class Notes:
    """A performer that notes its calls in a file, one line a call."""

    async def perform(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...]:
        _note(f"performed {effect_id}")
        await asyncio.sleep(1.0 if b"slow" in payload else 0)
        return _came_back(payload)

    def interrupted(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...] | None:
        _note(f"interrupted {effect_id}")
        return _came_back(payload)


def _note(line: str) -> None:
    with Path(os.environ["CLAIMS_CALLS"]).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def _came_back(payload: bytes) -> tuple[Addressed, ...]:
    call = msgspec.json.decode(payload, type=NoteCall)
    back = queue.MarkPresent(queue_id=QueueId(call.queue_id), agent_id=ExtensionId(call.agent_id))
    return (Addressed(subject=call.queue_id, partitionkey=call.queue_id, tenant="t", data=back),)


def claim(queue_id: str, conversation_id: str, agent_id: str) -> queue.ClaimConversation:
    return queue.ClaimConversation(
        queue_id=QueueId(queue_id),
        conversation_id=ConversationId(conversation_id),
        agent_id=ExtensionId(agent_id),
    )


if __name__ == "__main__":
    run(os.environ["CLAIMS_SERVICE"], Claims(), inputs=INPUTS, performers={"note": Notes()})
