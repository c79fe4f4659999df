"""The bodies of the operators' pages about the log, on the ground of `shapes`."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from services.gateway.http.shapes import _Output

Position = Annotated[int, Field(ge=1)]


class Actor(_Output):
    """Who did it: an extension; without a name where the directory does not know it."""

    id: str
    name: str | None


class Because(_Output):
    """The fact that directly caused another."""

    position: Position
    type: str


class LogFact(_Output):
    """One record of the log: its place, what it is and what it follows from, not what it says."""

    #: Its place in the index, dense from 1, the same for ever.
    position: Position
    id: str
    #: A wish; else something that happened.
    command: bool
    at: datetime
    type: str
    #: With counterparts' numbers masked.
    subject: str
    tenant: str | None
    actor: Actor | None
    #: None where a request began, and where the cause is older than the index.
    cause: Because | None
    #: Of the request that began it all.
    correlation: str


class FactPage(_Output):
    """Newest first."""

    items: list[LogFact]
    #: The position of the newest fact of all.
    newest: Annotated[int, Field(ge=0)]
    #: How many match, where that is asked for and they are few enough to be counted.
    matching: Annotated[int, Field(ge=0)] | None
    #: There are older ones that match.
    more: bool


class FactTypes(_Output):
    items: list[str]


class FactDetail(LogFact):
    """A fact with what its record says; personal fields say "hidden" unless they were asked for."""

    topic: str
    partition: int
    offset: int
    causation: str | None
    #: False where the log has let it go: commands are kept for 30 days.
    kept: bool
    #: What people wrote there was deleted since: those fields say "erased", whoever asks.
    erased: bool
    #: It has fields that are personal.
    personal: bool
    #: The record as it was stored.
    stored: dict[str, Any] | None
    #: The record as this version reads it; None where it cannot.
    read: dict[str, Any] | None


class CauseNode(_Output):
    """A fact within its tree, in the order in which one reads it."""

    position: Position
    #: Of the fact that it hangs below: None at the top.
    parent: Position | None
    type: str
    at: datetime
    subject: str
    actor: Actor | None
    #: Whom a notification is for.
    recipient: Actor | None
    #: Why nothing followed: "muted", or a refusal's code.
    held_back: str | None


class CauseTree(_Output):
    """Everything that began with the same request, and what it led to in a queue."""

    nodes: list[CauseNode]
    #: There was more than is shown.
    partial: bool


class TwoOwners(_Output):
    """A claim while somebody else held the conversation."""

    position: Position
    queue_id: str
    conversation_id: str


class Ownership(_Output):
    """Whether any conversation ever had two owners, by a fold of the queues' events."""

    #: Of all that was asked for: ask again until it is.
    done: bool
    #: Facts of the log up to which this holds, and of those the queues' that were folded.
    facts: Annotated[int, Field(ge=0)]
    folded: Annotated[int, Field(ge=0)]
    to_fold: Annotated[int, Field(ge=0)]
    #: Conversations that had two owners, and the first of them.
    conversations: Annotated[int, Field(ge=0)]
    found: list[TwoOwners]
