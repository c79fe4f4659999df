"""Queues: who works them, who is there, and where each conversation stands."""

from collections.abc import Iterator
from typing import Any

import msgspec

from schemas.desk import QueueRetired
from schemas.envelope import Envelope
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
    FollowUpArrived,
    QueueConfigured,
    WaitEscalated,
)
from schemas.queue_options import QueueOptions
from services.gateway.domain.rows import Row
from services.gateway.domain.shelves import shelf
from services.gateway.projections.rows import row

_Held = ConversationClaimed | FollowUpArrived | ClaimRenewed
_Waits = ConversationQueued | ClaimReleased | ClaimLapsed
_Place = _Held | _Waits | ConversationClosed | ConversationReopened
_SINCE = (
    ConversationQueued
    | ConversationClaimed
    | ClaimReleased
    | ClaimLapsed
    | ConversationReopened
    | WaitEscalated
)


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn one event of a queue into the rows that it determines."""
    event = envelope.data
    match event:
        case QueueConfigured():
            yield _queue(envelope, event)
        case QueueRetired():
            yield _retired(envelope, event)
        case AgentLoggedIn() | AgentLoggedOut():
            yield _agent(envelope, "queue_agent", logged_in=isinstance(event, AgentLoggedIn))
            yield _agent(envelope, "queue_absence", away=False)
        case AgentWentAway() | AgentCameBack():
            yield _agent(envelope, "queue_absence", away=isinstance(event, AgentWentAway))
        case WaitEscalated():
            yield _at(envelope, "queue_escalation", epoch=event.epoch)
        case _:
            yield from _places(envelope)
    if isinstance(event, ConversationQueued):
        yield row(
            envelope, "queue_shelf", queue_id=event.queue_id, shelf=shelf(event.partition_key)
        )
    if isinstance(event, _SINCE):
        yield _at(envelope, "queue_wait", queued_at=event.queued_at)


def _queue(envelope: Envelope[Any], event: QueueConfigured) -> Row:
    return row(
        envelope,
        "queue",
        queue_id=event.queue_id,
        name=event.name,
        agents=event.agents,
        supervisors=event.supervisors,
        options=msgspec.to_builtins(event.options),
        retired=False,
    )


def _retired(envelope: Envelope[Any], event: QueueRetired) -> Row:
    """Keep its name, for the lines that tell of it."""
    return row(
        envelope,
        "queue",
        queue_id=event.queue_id,
        name=event.name,
        agents=(),
        supervisors=(),
        options=msgspec.to_builtins(QueueOptions()),
        retired=True,
    )


def _agent(envelope: Envelope[Any], table: str, **values: object) -> Row:
    event = envelope.data
    return row(envelope, table, queue_id=event.queue_id, extension_id=event.agent_id, **values)


def _places(envelope: Envelope[Any]) -> Iterator[Row]:
    event = envelope.data
    match event:
        case ConversationClaimed() | FollowUpArrived() | ClaimRenewed():
            yield _held(envelope, event)
        case ConversationReopened(agent_id=agent_id) if agent_id is not None:
            yield _place(envelope, "claimed", holder=agent_id, lapses_at=event.lapses_at)
        case ConversationQueued() | ClaimReleased() | ClaimLapsed() | ConversationReopened():
            yield _place(envelope, "waiting")
        case ConversationClosed():
            yield _place(envelope, "closed")


def _held(envelope: Envelope[Any], event: _Held) -> Row:
    return _place(
        envelope,
        "claimed",
        holder=event.agent_id,
        lapses_at=None if isinstance(event, ClaimRenewed) else event.lapses_at,
        closes_at=event.closes_at if isinstance(event, ClaimRenewed) else None,
    )


def _place(envelope: Envelope[Any], state: str, **values: object) -> Row:
    free: dict[str, object] = {"holder": None, "lapses_at": None, "closes_at": None}
    return _at(
        envelope,
        "queue_place",
        state=state,
        epoch=envelope.data.epoch,
        at=envelope.time,
        **{**free, **values},
    )


def _at(envelope: Envelope[Any], table: str, **values: object) -> Row:
    event = envelope.data
    return row(
        envelope,
        table,
        queue_id=event.queue_id,
        conversation_id=event.conversation_id,
        **values,
    )
