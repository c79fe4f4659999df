"""What a queue remembers: its roster, and per conversation one place, so a claim costs O(1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from schemas.base import ConversationId, ExtensionId, QueueId
from schemas.queue_options import QueueOptions


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """An agent's screens went or came; `version` counts up for ever, so late timers are stale."""

    version: int = 0
    away: bool = False
    logs_out_at: datetime | None = None


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    """The queue's people and values, who is logged in, and who holds what."""

    #: False until a definition came; customers may be queued before it (topics are not ordered).
    configured: bool = False
    tenant: str = ""
    name: str = ""
    agents: tuple[ExtensionId, ...] = ()
    supervisors: tuple[ExtensionId, ...] = ()
    options: QueueOptions = QueueOptions()
    logged_in: tuple[ExtensionId, ...] = ()
    absences: dict[ExtensionId, Absence] = msgspec.field(default_factory=dict)
    #: Conversations by holder, oldest claim first; bounded by the capacity per agent.
    held: dict[ExtensionId, tuple[ConversationId, ...]] = msgspec.field(default_factory=dict)


class Waiting(msgspec.Struct, frozen=True, kw_only=True, tag="waiting"):
    """Nobody holds it, since `since` (the customer may have waited longer: `Place.queued_at`)."""

    since: datetime
    escalated: bool = False


class Claimed(msgspec.Struct, frozen=True, kw_only=True, tag="claimed"):
    """One agent holds it; `lapses_at` is None when nothing is unanswered or lapsing is off."""

    agent_id: ExtensionId
    lapses_at: datetime | None


class Closed(msgspec.Struct, frozen=True, kw_only=True, tag="closed"):
    """Done here; where it moved to another queue, the customer's next words go there too."""

    at: datetime
    last_agent_id: ExtensionId | None
    moved_to: QueueId | None = None


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where one conversation stands in this queue; `epoch` counts its claims, for ever."""

    partition_key: str
    counterpart: str
    epoch: int
    queued_at: datetime
    stage: Waiting | Claimed | Closed
    #: Whether the customer wrote last.
    unanswered: bool = True
    #: When it is closed if the customer stays silent; set by a reply, outlives the claim.
    closes_at: datetime | None = None


@dataclass(frozen=True)
class State:
    """What one decision looks at: the roster, the places it names, the queue it may move to."""

    queue_id: QueueId
    roster: Roster = field(default_factory=Roster)
    places: Mapping[ConversationId, Place] = field(default_factory=dict)
    #: The other queue of a transfer; None when it is not known.
    other: Roster | None = None


def holder_of(place: Place) -> ExtensionId | None:
    """Name the agent who holds it, if one does."""
    return place.stage.agent_id if isinstance(place.stage, Claimed) else None


def is_overdue(place: Place, at: datetime) -> bool:
    """Tell whether its claim has lapsed by now, whether or not the timer has rung."""
    stage = place.stage
    return isinstance(stage, Claimed) and stage.lapses_at is not None and at >= stage.lapses_at


def is_available(agent_id: ExtensionId, roster: Roster) -> bool:
    """Tell whether an agent may hold one more: a member, logged in, below capacity."""
    return (
        agent_id in roster.agents
        and agent_id in roster.logged_in
        and len(roster.held.get(agent_id, ())) < roster.options.capacity_per_agent
    )
