"""Beside its claims, what a queue does at its desk: offers, overflow, texts, notes, and its end.

On `queue-events` and `queue-commands`, in the queue's one order; subject and key are the queue.
"""

from datetime import datetime
from typing import Literal

from schemas.base import (
    Command,
    ConversationId,
    Event,
    ExtensionId,
    PersonalText,
    QueueId,
)

OfferEnd = Literal["expired", "declined", "withdrawn"]
TextKind = Literal["greeting", "nobody-available", "closed-hours", "goodbye"]


class ConversationOffered(Event, frozen=True, kw_only=True):
    """One agent is asked to take it; until the offer ends, no other agent may claim it."""

    queue_id: QueueId
    conversation_id: ConversationId
    agent_id: ExtensionId
    epoch: int
    #: Which offer of this conversation, counted up for ever.
    offer: int
    queued_at: datetime
    ends_at: datetime


class OfferEnded(Event, frozen=True, kw_only=True):
    """The agent did not take it; each agent is asked once in a wait."""

    queue_id: QueueId
    conversation_id: ConversationId
    agent_id: ExtensionId
    epoch: int
    offer: int
    reason: OfferEnd


class ConversationOverflowed(Event, frozen=True, kw_only=True):
    """It has waited longer than `overflow_after` and moves to another queue."""

    queue_id: QueueId
    conversation_id: ConversationId
    to_queue_id: QueueId
    epoch: int
    queued_at: datetime
    waited_seconds: int


class AutomaticTextChosen(Event, frozen=True, kw_only=True):
    """The queue says something by itself; router judges whether it may go out."""

    queue_id: QueueId
    conversation_id: ConversationId
    kind: TextKind
    text: str


class NoteWritten(Event, frozen=True, kw_only=True):
    """Words among colleagues; the customer never sees them."""

    queue_id: QueueId
    conversation_id: ConversationId
    by: ExtensionId
    text: PersonalText
    #: Who is called in by it: they are told, and may read the conversation.
    mentions: tuple[ExtensionId, ...] = ()


class DeclineOffer(Command, frozen=True, kw_only=True):
    """Not me: ask the next one."""

    queue_id: QueueId
    conversation_id: ConversationId
    agent_id: ExtensionId


class WriteNote(Command, frozen=True, kw_only=True):
    """Write something for colleagues beside a conversation."""

    queue_id: QueueId
    conversation_id: ConversationId
    by: ExtensionId
    text: PersonalText
    mentions: tuple[ExtensionId, ...] = ()


class EndOffer(Command, frozen=True, kw_only=True):
    """Timer: this offer was not answered."""

    queue_id: QueueId
    conversation_id: ConversationId
    offer: int


class OverflowWait(Command, frozen=True, kw_only=True):
    """Timer: it has waited for `overflow_after` since this epoch began."""

    queue_id: QueueId
    conversation_id: ConversationId
    epoch: int


class QueueRetired(Event, frozen=True, kw_only=True):
    """It is no more: nobody works it, and whoever still writes to it goes to `to_queue_id`."""

    queue_id: QueueId
    name: str
    by: ExtensionId
    to_queue_id: QueueId | None = None


class RetireQueue(Command, frozen=True, kw_only=True):
    """An admin deletes it: refused unless `conversations` is all that waits or is held here."""

    queue_id: QueueId
    by: ExtensionId
    #: Where all of it goes, and what comes later; None where nothing waits or is held.
    to_queue_id: QueueId | None = None
    conversations: tuple[ConversationId, ...] = ()


DeskEvent = (
    ConversationOffered
    | OfferEnded
    | ConversationOverflowed
    | AutomaticTextChosen
    | NoteWritten
    | QueueRetired
)
DeskCommand = DeclineOffer | WriteNote | EndOffer | OverflowWait | RetireQueue
