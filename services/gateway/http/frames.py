"""The feed's frames, published in the same document as the routes: whole entities, never deltas."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from services.gateway.http.live_shapes import Reader
from services.gateway.http.schedule_shapes import ScheduledMessage
from services.gateway.http.shapes import Conversation, Item, Person, Queue, Waiting


class _Frame(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Numbered(_Frame):
    #: Dense per user; apply a frame only if it is one more than the last.
    sequence: int


class ConversationFrame(_Numbered):
    """This conversation is in the viewer's list, and looks like this."""

    type: Literal["conversation"]
    conversation: Conversation


class ConversationRemovedFrame(_Numbered):
    """This conversation is no longer in the viewer's list."""

    type: Literal["conversation-removed"]
    conversation_id: str


class ItemFrame(_Numbered):
    """A message or a pill that is new, or that changed."""

    type: Literal["item"]
    conversation_id: str
    item: Item


class ItemRemovedFrame(_Numbered):
    """A message was deleted, for everybody or by this viewer; it may be one never seen."""

    type: Literal["item-removed"]
    conversation_id: str
    item_id: str


class ItemsRemovedFrame(_Numbered):
    """This viewer has deleted the conversation up to and including a position."""

    type: Literal["items-removed"]
    conversation_id: str
    up_to: int


class ReadFrame(_Numbered):
    """Another member of a chat has read on."""

    type: Literal["read"]
    conversation_id: str
    reader: Reader


class QueueFrame(_Numbered):
    type: Literal["queue"]
    queue: Queue


class QueueWaitingFrame(_Numbered):
    """Others wait in the queue than before; all else of it is as it was."""

    type: Literal["queue-waiting"]
    queue_id: str
    waiting_count: int
    oldest_at: datetime | None


class WaitingFrame(_Numbered):
    type: Literal["waiting"]
    waiting: Waiting


class WaitingRemovedFrame(_Numbered):
    type: Literal["waiting-removed"]
    queue_id: str
    conversation_id: str


class ScheduledFrame(_Numbered):
    """What this viewer has planned to say, or how it ended; told to its author alone."""

    type: Literal["scheduled"]
    scheduled: ScheduledMessage


class PersonFrame(_Numbered):
    type: Literal["person"]
    person: Person


class AccessFrame(_Numbered):
    """What the viewer may do, or how their page behaves, has changed: bootstrap again."""

    type: Literal["access"]


class PingFrame(_Frame):
    """Answer with `{"type": "pong", "t": …}` within 5 s."""

    type: Literal["ping"]
    t: int


class PersonPresence(_Frame):
    person_id: str
    online: bool


class PresenceFrame(_Frame):
    """Who came and who went since the last of these; nobody else's presence changed."""

    type: Literal["presence"]
    people: list[PersonPresence]


class TypingFrame(_Frame):
    """A member of a chat types; forget it `typing_shown_seconds` after it was said last.

    A client says it of itself without `person_id`.
    """

    type: Literal["typing"]
    conversation_id: str
    person_id: str
    typing: bool


class PongFrame(_Frame):
    """What a client sends; the server answers a client's own `ping` with it too."""

    type: Literal["pong"]
    t: int


SequencedFrame = Annotated[
    ConversationFrame
    | ConversationRemovedFrame
    | ItemFrame
    | ItemRemovedFrame
    | ItemsRemovedFrame
    | ReadFrame
    | QueueFrame
    | QueueWaitingFrame
    | WaitingFrame
    | WaitingRemovedFrame
    | ScheduledFrame
    | PersonFrame
    | AccessFrame,
    Field(discriminator="type"),
]


class WsFrame(
    RootModel[
        Annotated[
            ConversationFrame
            | ConversationRemovedFrame
            | ItemFrame
            | ItemRemovedFrame
            | ItemsRemovedFrame
            | ReadFrame
            | QueueFrame
            | QueueWaitingFrame
            | WaitingFrame
            | WaitingRemovedFrame
            | ScheduledFrame
            | PersonFrame
            | AccessFrame
            | PingFrame
            | PresenceFrame
            | TypingFrame
            | PongFrame,
            Field(discriminator="type"),
        ]
    ]
):
    """Everything that comes over the socket."""


class Changes(_Frame):
    """What happened after a place in the feed; ask again while there is `more`."""

    frames: list[SequencedFrame]
    more: bool
