"""`conversation-events` and `conversation-commands`: written and answered by router alone.

Subject is the conversation, or `consent/<number>/<counterpart>` for consent; the key is the
conversation's partition key, fixed when it is created and carried in every envelope about it.
"""

from datetime import datetime
from typing import Literal

from schemas.base import (
    Command,
    ConversationId,
    ConversationKind,
    Counterpart,
    Event,
    ExtensionId,
    MessageId,
    MessagePurpose,
    Number,
    PersonalText,
    QueueId,
    RemoteFile,
)
from schemas.media import SentFile

Via = Literal["chat", "sms"]
ConsentSource = Literal["text", "carrier", "operator"]
#: Replies go before bulk: what answers somebody now does not wait behind what was planned.
Urgency = Literal["reply", "bulk"]


class ConversationStarted(Event, frozen=True, kw_only=True):
    """A conversation exists from now on, with no message yet."""

    conversation_id: ConversationId
    kind: ConversationKind
    #: Extensions that see it; empty for a queue's conversation, whose viewers the queue decides.
    members: tuple[ExtensionId, ...]
    #: Our number and the outside people, for `sms`, and for a `group` that has some.
    number: Number | None = None
    counterparts: tuple[Counterpart, ...] = ()
    queue_id: QueueId | None = None
    #: The group's name, for `group`.
    name: PersonalText | None = None
    started_by: ExtensionId | None = None


class ConversationRouted(Event, frozen=True, kw_only=True):
    """The number's route changed since, or a caller joined: these see it from now on."""

    conversation_id: ConversationId
    members: tuple[ExtensionId, ...]
    queue_id: QueueId | None = None
    #: The caller of the number who opened it by hand, where that is the reason.
    opened_by: ExtensionId | None = None


class MessageReceived(Event, frozen=True, kw_only=True):
    """A counterpart wrote. It reopens the conversation for everybody who had closed it."""

    conversation_id: ConversationId
    message_id: MessageId
    #: Place in the conversation, dense from 1.
    position: int
    number: Number
    counterpart: Counterpart
    text: PersonalText
    files: tuple[RemoteFile, ...] = ()
    carrier: str
    account: str
    #: Who sees it now: the conversation's members; empty in a queue (the queue tells its agents).
    members: tuple[ExtensionId, ...]
    queue_id: QueueId | None = None


class MessageSubmitted(Event, frozen=True, kw_only=True):
    """One of us, or Tandem itself, said something. Dispatch sends what goes by `sms`."""

    conversation_id: ConversationId
    message_id: MessageId
    #: Place in the conversation, dense from 1.
    position: int
    #: The client's own id of the message, its key for life on that client's screen.
    client_id: str | None = None
    #: None where Tandem speaks by itself (consent confirmations).
    author: ExtensionId | None
    via: Via
    purpose: MessagePurpose = "message"
    #: Our number and the recipients, for `sms`.
    number: Number | None = None
    recipients: tuple[Counterpart, ...] = ()
    #: Carrier accounts that may send for `number`, in order of preference.
    accounts: tuple[str, ...] = ()
    text: PersonalText
    members: tuple[ExtensionId, ...]
    queue_id: QueueId | None = None
    #: Files that go with the text, in their order.
    files: tuple[SentFile, ...] = ()
    #: What goes out where it is not the text itself: a group's outside people see who speaks.
    outside_text: PersonalText | None = None
    urgency: Urgency = "reply"


class MessageRetried(Event, frozen=True, kw_only=True):
    """A failed message is to be sent again, as the same message."""

    conversation_id: ConversationId
    message_id: MessageId
    #: 2 for the first retry by a person.
    attempt: int
    by: ExtensionId
    number: Number
    recipients: tuple[Counterpart, ...]
    accounts: tuple[str, ...]
    text: PersonalText


class MessageScheduled(Event, frozen=True, kw_only=True):
    """One of us will say something at a time of their choice; nobody else has seen it yet."""

    conversation_id: ConversationId
    #: The message's own id is derived from it.
    scheduled_id: str
    client_id: str
    author: ExtensionId
    text: PersonalText
    send_at: datetime


class ScheduledCancelled(Event, frozen=True, kw_only=True):
    """It will not be said."""

    conversation_id: ConversationId
    scheduled_id: str
    by: ExtensionId


class ScheduledReleased(Event, frozen=True, kw_only=True):
    """Its time had come: it is said as any message, and can no longer be cancelled."""

    conversation_id: ConversationId
    scheduled_id: str
    message_id: MessageId


class ScheduledRefused(Event, frozen=True, kw_only=True):
    """Its time had come, and it may not be said (STOP, another route, the guard)."""

    conversation_id: ConversationId
    scheduled_id: str
    #: The refusal's code and sentence.
    code: str
    reason: str


class AttemptEnded(Event, frozen=True, kw_only=True):
    """Dispatch told how an attempt ended: after a failed one, a person may retry the message."""

    conversation_id: ConversationId
    message_id: MessageId
    attempt: int
    failed: bool


class ConversationRead(Event, frozen=True, kw_only=True):
    """A member has read up to and including a position; it never goes back."""

    conversation_id: ConversationId
    by: ExtensionId
    up_to: int


class ConversationMarkedUnread(Event, frozen=True, kw_only=True):
    """A member wants to see it as unread until they open it next."""

    conversation_id: ConversationId
    by: ExtensionId


class ConversationClosedByMember(Event, frozen=True, kw_only=True):
    """A member closed it for themselves; the next message opens it again."""

    conversation_id: ConversationId
    by: ExtensionId


class ConversationReopenedByMember(Event, frozen=True, kw_only=True):
    """A member opened it again by hand."""

    conversation_id: ConversationId
    by: ExtensionId


class CounterpartOptedOut(Event, frozen=True, kw_only=True):
    """A counterpart said STOP to one of our numbers: nothing is sent to them until START (I15)."""

    number: Number
    counterpart: Counterpart
    source: ConsentSource
    #: What they wrote, the carrier's code, or what the person noted who recorded it.
    word: PersonalText
    #: Who recorded it, for `operator`.
    by: ExtensionId | None = None
    #: It binds every number of the tenant; `number` is the one that it was said to.
    everywhere: bool = False


class CounterpartOptedIn(Event, frozen=True, kw_only=True):
    """A counterpart who had opted out said START."""

    number: Number
    counterpart: Counterpart
    source: ConsentSource
    word: PersonalText
    #: It frees every number of the tenant, but those to which a STOP was said.
    everywhere: bool = False


class StartConversation(Command, frozen=True, kw_only=True):
    """Open the conversation of these participants, or find it if it is there already."""

    kind: ConversationKind
    by: ExtensionId
    #: The other extensions, for `direct` (exactly one) and `group`.
    members: tuple[ExtensionId, ...] = ()
    number: Number | None = None
    counterparts: tuple[Counterpart, ...] = ()
    name: PersonalText | None = None


class SendMessage(Command, frozen=True, kw_only=True):
    """Say something in a conversation."""

    conversation_id: ConversationId
    by: ExtensionId
    client_id: str
    text: PersonalText
    #: Set by the queue alone, once it has accepted the reply under this claim.
    queue_id: QueueId | None = None
    claim_epoch: int | None = None
    #: What was uploaded for it; the text may be empty then.
    files: tuple[SentFile, ...] = ()
    urgency: Urgency = "reply"


class SendAutomaticText(Command, frozen=True, kw_only=True):
    """A queue says something by itself; nobody waits for an answer."""

    conversation_id: ConversationId
    queue_id: QueueId
    text: str


class ScheduleMessage(Command, frozen=True, kw_only=True):
    """Say something at `send_at`, never before."""

    conversation_id: ConversationId
    by: ExtensionId
    client_id: str
    text: PersonalText
    send_at: datetime


class CancelScheduled(Command, frozen=True, kw_only=True):
    """Do not say it after all."""

    conversation_id: ConversationId
    scheduled_id: str
    by: ExtensionId


class SubmitScheduled(Command, frozen=True, kw_only=True):
    """Timer: the time of a scheduled message has come."""

    conversation_id: ConversationId
    scheduled_id: str


class RefuseScheduled(Command, frozen=True, kw_only=True):
    """Router to itself: the guard, or an admin, said no to a scheduled message."""

    conversation_id: ConversationId
    scheduled_id: str
    #: The refusal's code and sentence.
    code: str
    reason: str


class RetryMessage(Command, frozen=True, kw_only=True):
    """Send a failed message again, as the same message."""

    conversation_id: ConversationId
    message_id: MessageId
    by: ExtensionId


class NoteDeliveryEnd(Command, frozen=True, kw_only=True):
    """Dispatch tells router how a text ended, so that a retry can be judged."""

    conversation_id: ConversationId
    message_id: MessageId
    attempt: int
    failed: bool


class MarkRead(Command, frozen=True, kw_only=True):
    """I have read up to and including this position."""

    conversation_id: ConversationId
    by: ExtensionId
    up_to: int


class MarkUnread(Command, frozen=True, kw_only=True):
    """Show it to me as unread until I open it next."""

    conversation_id: ConversationId
    by: ExtensionId


class CloseConversation(Command, frozen=True, kw_only=True):
    """Close it for me."""

    conversation_id: ConversationId
    by: ExtensionId


class ReopenConversation(Command, frozen=True, kw_only=True):
    """Open it again for me."""

    conversation_id: ConversationId
    by: ExtensionId


class RecordOptOut(Command, frozen=True, kw_only=True):
    """A carrier refused a send because the counterpart had opted out there: remember it here."""

    number: Number
    counterpart: Counterpart
    #: The carrier's code, or what a person noted.
    code: PersonalText
    #: `text` where they said STOP in a group, `operator` where a person confirmed it.
    source: ConsentSource = "carrier"
    by: ExtensionId | None = None


ConversationEvent = (
    ConversationStarted
    | ConversationRouted
    | MessageReceived
    | MessageSubmitted
    | MessageRetried
    | MessageScheduled
    | ScheduledCancelled
    | ScheduledReleased
    | ScheduledRefused
    | AttemptEnded
    | ConversationRead
    | ConversationMarkedUnread
    | ConversationClosedByMember
    | ConversationReopenedByMember
    | CounterpartOptedOut
    | CounterpartOptedIn
)
ConversationCommand = (
    StartConversation
    | SendMessage
    | SendAutomaticText
    | ScheduleMessage
    | CancelScheduled
    | SubmitScheduled
    | RefuseScheduled
    | RetryMessage
    | NoteDeliveryEnd
    | MarkRead
    | MarkUnread
    | CloseConversation
    | ReopenConversation
    | RecordOptOut
)
