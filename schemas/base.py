"""What events and commands are built from: frozen structs, ids as text, marked personal fields."""

from typing import Annotated, Any, Literal, NewType

import msgspec

TenantId = NewType("TenantId", str)
ExtensionId = NewType("ExtensionId", str)
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
QueueId = NewType("QueueId", str)

_PERSONAL = {"x-personal": True}

#: What people wrote, or a name of theirs. Marked from the first day so that it can be sealed and
#: erased (DESIGN.md §4); the mark is in the JSON Schema as `x-personal`.
PersonalText = Annotated[str, msgspec.Meta(extra_json_schema=_PERSONAL)]

#: A counterpart's or a tenant's phone number in E.164 ('+' and at most 15 digits), or a short code
#: as bare digits. Personal where it is a counterpart's.
Counterpart = Annotated[str, msgspec.Meta(extra_json_schema=_PERSONAL)]
Number = NewType("Number", str)

ConversationKind = Literal["direct", "group", "sms"]

#: Why a message exists. Only `opt-out-confirmation` passes the gate after a STOP (DESIGN.md §6).
MessagePurpose = Literal["message", "opt-out-confirmation", "opt-in-confirmation", "help"]

#: The receipt lattice of carriers.md §0.6, lowest first; between ends the later one here wins.
DeliveryStatus = Literal["accepted", "queued", "sent", "failed", "undelivered", "delivered"]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened; never changed once published."""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A wish addressed to exactly one service; it may be refused."""


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an event or command."""


class RemoteFile(Value, frozen=True, kw_only=True):
    """A file that a carrier holds for us, fetched by `media` within the URL's life."""

    url: PersonalText
    #: The carrier's claim about the type; a hint only (security.md §5).
    media_type: str | None = None
    #: The carrier's claim about the size in bytes.
    size: int | None = None


#: Free-form state that a decision hands back to the client; JSON object.
JsonObject = dict[str, Any]
