"""The API's bodies, as the OpenAPI document publishes them; what a client sends is never wider.

Answers are built as plain JSON by `domain/views.py` and only described here (performance.md §6: no
pydantic in inner loops); a contract test holds the two together.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from services.gateway.http.bases import MAX_TEXT, Given, Moment, Shown
from services.gateway.http.live_shapes import Limits, Reader, Unread
from services.gateway.http.rights_shapes import Calling, Messaging, Settings

_Input = Given
_Output = Shown
Role = Literal["user", "agent", "supervisor", "office-manager", "admin", "operator"]


class Phone(_Output):
    """A phone number as it is stored (E.164) and as it is shown."""

    number: str
    display: str


class OwnNumber(Phone):
    label: str | None
    #: Sends to one recipient at a time, and no files.
    toll_free: bool


class Counterpart(Phone):
    """An outside number, and whose it is: by a contact, or by the caller's name alone."""

    name: str | None
    #: Of what type the number is: "Mobile".
    label: str | None
    contact_id: str | None


class Person(_Output):
    id: str
    name: str
    dial: str
    online: bool


class Agent(Person):
    logged_in: bool


class Me(_Output):
    """Who is signed in; `id` is their extension."""

    id: str
    login: str
    name: str
    dial: str
    roles: list[Role]
    tenant: str
    #: They came in by a one-time password, and do nothing before they chose their own.
    new_password_required: bool


class Preview(_Output):
    text: str
    #: "you", "them", or the name of the colleague who wrote it.
    by: str
    files: int


class ConversationQueue(_Output):
    id: str
    name: str
    state: Literal["waiting", "claimed", "closed"]
    #: Goes back with a reply, so that a reply under an older claim is refused.
    epoch: int
    holder: Person | None
    queued_at: datetime | None
    lapses_at: datetime | None
    closes_at: datetime | None
    mine: bool
    #: Who is asked to take it; nobody else may until `offer_ends_at`.
    offered_to: Person | None
    offer_ends_at: datetime | None


class Sending(_Output):
    """Whether this viewer may write here, and if not, why: a stable code and a sentence."""

    allowed: bool
    code: str | None
    text: str | None
    #: Whether files may come along; a toll-free number sends none.
    files: bool


class Conversation(_Output):
    """A conversation as this viewer sees it."""

    id: str
    kind: Literal["direct", "group", "sms"]
    tag: Literal["CHAT", "GROUP", "SMS"]
    name: str
    number: Phone | None
    counterparts: list[Counterpart]
    members: list[Person]
    preview: Preview | None
    #: Of the newest message; of one in which nothing was said yet, when it was begun.
    last_at: datetime | None
    last_position: int
    read_position: int
    unread: int
    marked_unread: bool
    #: This viewer has turned off its notifications.
    muted: bool
    #: This viewer has deleted it up to now: it is in no list until somebody says something.
    deleted: bool
    closed: bool
    tags: list[str]
    queue: ConversationQueue | None
    sending: Sending


class Failure(_Output):
    code: str
    text: str


class MessageFile(_Output):
    """A file of a message; `url` and `thumb_url` are paths of this API that lead to the file."""

    index: int
    state: Literal["pending", "stored", "refused"]
    name: str | None
    media_type: str | None
    size: int | None
    width: int | None
    height: int | None
    url: str | None
    thumb_url: str | None
    code: str | None


class Message(_Output):
    type: Literal["message"]
    id: str
    client_id: str | None
    conversation_id: str
    #: Dense within the conversation, from 1.
    position: int
    at: datetime
    direction: Literal["in", "out"]
    author: Person | None
    counterpart: Phone | None
    text: str
    via: Literal["chat", "sms"]
    state: Literal["received", "queued", "sent", "delivered", "undelivered", "failed", "unknown"]
    failure: Failure | None
    attempt: int
    files: list[MessageFile]


class Pill(_Output):
    """What happened to a queue's conversation, in words; `note` is a transfer's internal note."""

    type: Literal["pill"]
    id: str
    conversation_id: str
    at: datetime
    kind: str
    text: str
    note: str | None


Item = Annotated[Message | Pill, Field(discriminator="type")]


class Queue(_Output):
    """A queue as this viewer sees it."""

    id: str
    name: str
    role: Literal["agent", "supervisor"]
    supervises: bool
    logged_in: bool
    waiting_count: int
    oldest_at: datetime | None
    waiting_alert_seconds: int | None
    agents: list[Agent]


class Waiting(_Output):
    queue_id: str
    conversation_id: str
    counterpart: Phone
    name: str | None
    preview: str | None
    queued_at: datetime
    epoch: int
    escalated: bool
    #: The agent who is asked to take it: for everybody else it is not to be claimed now.
    offered_to: str | None
    offer_ends_at: datetime | None


class FeedPlace(_Output):
    """Where a client is in its feed; a feed with another `id` is another feed."""

    id: str
    sequence: int


class Abilities(_Output):
    """What this person's roles and the directory allow; the portal hides the rest."""

    chat: bool
    sms: bool
    queues: bool
    administer: bool
    operate: bool


class Bootstrap(_Output):
    """Everything a client starts with, atomic with its place in the feed."""

    me: Me
    abilities: Abilities
    numbers: list[OwnNumber]
    queues: list[Queue]
    waiting: list[Waiting]
    conversations: list[Conversation]
    next: str | None
    unread: Unread
    people: list[Person]
    feed: FeedPlace
    limits: Limits
    push_key: str | None
    messaging: Messaging
    settings: Settings
    #: Names the organization's own alert tone, at /alert-tone; null is the portal's own.
    tone: str | None
    calling: Calling


class ConversationPage(_Output):
    items: list[Conversation]
    next: str | None


class OpenConversations(_Output):
    count: int
    #: The one in which nothing was said for longest.
    oldest: Conversation | None


class ItemPage(_Output):
    items: list[Item]
    has_older: bool
    has_newer: bool
    #: Of a chat; nobody outside leaves a receipt.
    readers: list[Reader]


class People(_Output):
    items: list[Person]


class PushKey(_Output):
    key: str | None


class Decision(_Output):
    """What was decided, in the decider's words, and the conversation as this viewer sees it now.

    `conversation` is null where the viewer no longer sees it, or the read model is not there yet.
    """

    command_id: str
    state: dict[str, Any]
    conversation: Conversation | None


class QueueDecision(_Output):
    command_id: str
    state: dict[str, Any]
    queue: Queue | None


class Pending(_Output):
    """Not decided within 2 s: look at `status_url`; asking again with the same key is harmless.

    Or decided and held: `held` says why the text waits for an admin, who may let it go later.
    """

    command_id: str
    status_url: str
    held: str | None = None


class CommandStatus(_Output):
    command_id: str
    status: Literal["pending", "accepted", "refused"]
    state: dict[str, Any] | None
    code: str | None
    text: str | None


class Problem(_Output):
    """RFC 9457; `code` is stable, `detail` a sentence for a person."""

    model_config = ConfigDict(extra="allow", json_schema_serialization_defaults_required=False)

    type: str
    title: str
    status: int
    code: str
    detail: str
    #: Who holds it, with `held-by-another`; not there with any other code.
    holder: Person | None = None


# What clients send.


class SignIn(_Input):
    login: Annotated[str, Field(min_length=1, max_length=200)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class NewPassword(_Input):
    now: Annotated[str, Field(min_length=1, max_length=200)]
    then: Annotated[str, Field(min_length=12, max_length=200)]


class NewConversation(_Input):
    kind: Literal["direct", "group", "sms"]
    #: Extension ids, or phone numbers for `sms`.
    to: Annotated[list[Annotated[str, Field(max_length=100)]], Field(min_length=1, max_length=50)]
    #: Our number to write from, for `sms`.
    from_: Annotated[str | None, Field(alias="from", max_length=16)] = None
    name: Annotated[str | None, Field(max_length=100)] = None


class NewMessage(_Input):
    #: Empty only where there are files.
    text: Annotated[str, Field(max_length=MAX_TEXT)]
    #: Complete uploads, in the order in which they are shown.
    files: Annotated[list[Annotated[str, Field(max_length=100)]] | None, Field(max_length=20)] = (
        None
    )
    #: The claim's epoch, in a queue's conversation.
    epoch: Annotated[int, Field(ge=0)] | None = None
    #: Not before; the answer is then what was scheduled. A text only, and in no queue.
    send_at: Moment | None = None
    #: Replies go before bulk at the pace of the number. Left out: what a token sends is bulk, what
    #: a person says in the portal a reply. A queue's answer is always a reply, what is scheduled
    #: never.
    urgency: Literal["reply", "bulk"] | None = None


class ReadUpTo(_Input):
    up_to: Annotated[int, Field(ge=0)]


class LogOutOfQueue(_Input):
    held: Literal["release", "keep"] = "release"


class Transfer(_Input):
    """Exactly one of `to_agent` and `to_queue`."""

    to_agent: Annotated[str, Field(max_length=100)] | None = None
    to_queue: Annotated[str, Field(max_length=100)] | None = None
    note: Annotated[str, Field(max_length=1000)] | None = None


class PushKeys(_Input):
    p256dh: Annotated[str, Field(max_length=200)]
    auth: Annotated[str, Field(max_length=100)]


class PushSubscription(_Input):
    """As the browser's PushManager gives it."""

    endpoint: Annotated[str, Field(max_length=2000, pattern="^https?://")]
    keys: PushKeys
    expiration_time: Annotated[float | None, Field(alias="expirationTime")] = None


class PushEndpoint(_Input):
    endpoint: Annotated[str, Field(max_length=2000)]
