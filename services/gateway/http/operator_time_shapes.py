"""The bodies of the operator's page of time: panes as they were, and what differs between two."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.gateway.http.shapes import Message, Phone, Pill, Preview, _Output


class LogPosition(_Output):
    """A place in the log, and when that was; 0 is before it began."""

    position: int
    at: datetime | None


class PastName(_Output):
    id: str
    name: str


class PastFact(LogPosition):
    """What happened there; `queue_id` or `conversation_id` is what can be opened of it."""

    id: str
    type: str
    subject: str
    topic: str
    tenant: str | None
    actor: str | None
    actor_name: str | None
    queue_id: str | None
    conversation_id: str | None


class PastMessage(Message):
    """A message as it stood; of an erased one only its place, its author and its time."""

    erased: bool


PastItem = Annotated[PastMessage | Pill, Field(discriminator="type")]


class PastPlace(_Output):
    """Where a conversation stood in its queue."""

    queue_id: str
    queue_name: str
    state: Literal["waiting", "claimed", "closed"]
    epoch: int
    holder: PastName | None
    queued_at: datetime | None
    escalated: bool


class PastConversation(_Output):
    """A conversation as it was."""

    id: str
    tenant: str
    kind: Literal["direct", "group", "sms"]
    name: str | None
    number: Phone | None
    counterparts: list[Phone]
    members: list[PastName]
    tags: list[str]
    opted_out: bool
    place: PastPlace | None
    items: list[PastItem]
    has_older: bool


class PastWaiting(_Output):
    conversation_id: str
    counterparts: list[Phone]
    queued_at: datetime
    escalated: bool
    offered_to: PastName | None


class PastHeld(_Output):
    conversation_id: str
    counterparts: list[Phone]
    holder: PastName
    since: datetime
    lapses_at: datetime | None


class PastAgent(PastName):
    logged_in: bool


class PastQueue(_Output):
    """A queue as it was."""

    id: str
    tenant: str
    name: str
    retired: bool
    waiting_count: int
    oldest_at: datetime | None
    waiting: list[PastWaiting]
    held: list[PastHeld]
    agents: list[PastAgent]


class Past(LogPosition):
    """The panes at a position; one that was not there yet is null."""

    newest: LogPosition
    queue: PastQueue | None
    conversation: PastConversation | None
    #: Newest first; of what is shown, or of everything where nothing is.
    facts: list[PastFact]


class AnyQueue(PastName):
    tenant: str


class AnyQueues(_Output):
    items: list[AnyQueue]


class SeenEntry(_Output):
    """A conversation as it stood in somebody's list."""

    id: str
    tag: Literal["CHAT", "GROUP", "SMS"]
    name: str
    preview: Preview | None
    unread: int
    marked_unread: bool
    muted: bool
    closed: bool
    last_at: datetime


class Seen(_Output):
    """What an author had before them when they wrote a message.

    `evidence` is by what we know that they knew `seen`: they had read it, or had done it.
    """

    message_id: str
    conversation_id: str
    viewer: PastName
    evidence: Literal["read", "claimed", "wrote", "nothing"]
    seen: LogPosition
    sent: LogPosition
    thread: list[PastItem]
    #: Came between the two: they may not have seen it yet.
    unseen: list[PastItem]
    conversations: list[SeenEntry]


class PastStanding(_Output):
    state: str
    by: str | None


class PastChange(_Output):
    kind: Literal["added", "removed", "changed"]
    thing: Literal["queue", "place", "agent", "consent", "member", "tag", "message", "pill"]
    id: str
    title: str
    before: PastStanding | None
    after: PastStanding | None


class PastDifference(PastName):
    changes: list[PastChange]


class Comparison(_Output):
    """What differs between two positions, the earlier first."""

    before: LogPosition
    after: LogPosition
    queues: list[PastDifference]
    conversations: list[PastDifference]
    #: More was told of in between than is compared at once.
    more: bool
