"""What a queue remembers: its roster, and per conversation one place, so a claim costs O(1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from schemas.base import ConversationId, ExtensionId, QueueId
from schemas.desk import DeskCommand, DeskEvent
from schemas.queue import QueueCommand, QueueEvent
from schemas.queue_options import QueueOptions

#: What a queue is asked, and what happens in it.
Wish = QueueCommand | DeskCommand
Happened = QueueEvent | DeskEvent


#: Before any time that is remembered.
_EVER = datetime.min.replace(tzinfo=UTC)


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """An agent's screens went or came; `version` counts up for ever, so late timers are stale."""

    version: int = 0
    away: bool = False
    logs_out_at: datetime | None = None


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation that waits and is offered to nobody; who was asked already is not again."""

    conversation_id: ConversationId
    passed: tuple[ExtensionId, ...] = ()


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
    #: Kept where the queue offers: since when an agent has had nothing new; what each is asked to
    #: take, one at a time; and what waits unasked, the longest unasked first.
    idle_since: dict[ExtensionId, datetime] = msgspec.field(default_factory=dict)
    offered: dict[ExtensionId, ConversationId] = msgspec.field(default_factory=dict)
    backlog: tuple[Pending, ...] = ()
    #: How many conversations wait or are held: which ones, their places say.
    open: int = 0
    #: Of a queue that is no more: where its customers go.
    moved_to: QueueId | None = None


class Waiting(msgspec.Struct, frozen=True, kw_only=True, tag="waiting"):
    """Nobody holds it, since `since` (the customer may have waited longer: `Place.queued_at`)."""

    since: datetime
    escalated: bool = False
    #: Whom it was offered to in this wait, and whoever just gave it back: they are not asked.
    passed: tuple[ExtensionId, ...] = ()
    offered_to: ExtensionId | None = None
    offer_ends_at: datetime | None = None


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
    #: Whether anybody has answered since `queued_at`.
    answered: bool = False
    #: How often it was offered, ever.
    offers: int = 0
    #: When the queue last said something by itself.
    texted_at: datetime | None = None
    #: The queues that it has overflowed from in this wait.
    through: tuple[QueueId, ...] = ()
    #: Who was called in by a note, and may write some of their own.
    mentioned: tuple[ExtensionId, ...] = ()


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


def is_open(place: Place | None) -> bool:
    """Tell whether it waits or is held here."""
    return place is not None and not isinstance(place.stage, Closed)


def offered_to(place: Place) -> ExtensionId | None:
    """Name the agent who is asked to take it, if one is."""
    return place.stage.offered_to if isinstance(place.stage, Waiting) else None


def is_offer_over(place: Place, at: datetime) -> bool:
    """Tell whether its offer has run out by now, whether or not the timer has rung."""
    stage = place.stage
    return (
        isinstance(stage, Waiting) and stage.offer_ends_at is not None and at >= stage.offer_ends_at
    )


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


def may_be_offered(agent_id: ExtensionId, roster: Roster, passed: tuple[ExtensionId, ...]) -> bool:
    """Tell whether to ask an agent: available, at a screen, and not asked already."""
    absence = roster.absences.get(agent_id)
    return (
        is_available(agent_id, roster)
        and agent_id not in passed
        and agent_id not in roster.offered
        and (absence is None or not absence.away)
    )


def longest_idle(roster: Roster, passed: tuple[ExtensionId, ...]) -> ExtensionId | None:
    """Name whom to ask next; of those who are idle as long, the first in the queue's list."""
    free = (agent for agent in roster.agents if may_be_offered(agent, roster, passed))
    return min(free, key=lambda agent: roster.idle_since.get(agent, _EVER), default=None)
