"""`notification-events` and `notification-commands`: who was told, how, and why not.

Written and answered by notify alone. Subject and key are the recipient's extension.
"""

from datetime import datetime
from typing import Literal

from schemas.base import (
    Command,
    ConversationId,
    Event,
    ExtensionId,
    MessageId,
    PersonalText,
    Value,
)
from schemas.device import Platform

Occasion = Literal[
    "message",
    "queue-waiting",
    "queue-follow-up",
    "queue-transfer",
    "queue-offer",
    "queue-mention",
    "queue-escalated",
    "delivery-failed",
]
Channel = Literal["web-push", "desk-phone", "mobile-push"]
#: Why it was sent, or why not; stable.
Reason = Literal[
    "subscribed",
    "no-subscription",
    "own-doing",
    "muted",
    "switched-on",
    "switched-off",
    "registered",
    "no-device",
]


class PushSubscribed(Event, frozen=True, kw_only=True):
    """A browser of the recipient accepts Web Push (RFC 8030, RFC 8291)."""

    recipient: ExtensionId
    #: The push service's URL: a capability, treated as a secret.
    endpoint: PersonalText
    p256dh: str
    auth: str


class PushUnsubscribed(Event, frozen=True, kw_only=True):
    """A browser withdrew, or its push service answered 404 or 410."""

    recipient: ExtensionId
    endpoint: PersonalText
    reason: Literal["asked", "gone", "replaced"]


class NotificationDecided(Event, frozen=True, kw_only=True):
    """For one event and recipient: told or not, by which channel, and why."""

    recipient: ExtensionId
    cause_id: str
    occasion: Occasion
    conversation_id: ConversationId | None
    channel: Channel
    sent: bool
    reason: Reason


class NotificationDelivered(Event, frozen=True, kw_only=True):
    """The push service took it, or the phone; a phone's endpoint is `sip:` and what is dialled."""

    recipient: ExtensionId
    cause_id: str
    endpoint: PersonalText


class NotificationFailed(Event, frozen=True, kw_only=True):
    """The push service, or the phone, did not take it, and it will not be tried again."""

    recipient: ExtensionId
    cause_id: str
    endpoint: PersonalText
    code: str


class ConsiderNotification(Command, frozen=True, kw_only=True):
    """Something happened that this recipient may have to hear of."""

    recipient: ExtensionId
    cause_id: str
    occasion: Occasion
    conversation_id: ConversationId | None
    #: Who or what it is about, and the first words.
    title: PersonalText
    body: PersonalText
    #: The extension whose doing it was, if any: nobody is told of their own.
    actor: ExtensionId | None = None
    #: They have turned off the conversation's notifications.
    muted: bool = False
    #: An outside person texted: it goes to the recipient's desk phone too.
    texted: bool = False
    #: The message whose files a browser may show beside the words.
    picture: MessageId | None = None


class SubscribePush(Command, frozen=True, kw_only=True):
    """A browser of mine accepts Web Push."""

    recipient: ExtensionId
    endpoint: PersonalText
    p256dh: str
    auth: str


class UnsubscribePush(Command, frozen=True, kw_only=True):
    """That browser no longer does."""

    recipient: ExtensionId
    endpoint: PersonalText


class Push(Value, frozen=True, kw_only=True):
    """One notification for one browser."""

    recipient: ExtensionId
    cause_id: str
    endpoint: PersonalText
    p256dh: str
    auth: str
    conversation_id: ConversationId | None
    title: PersonalText
    body: PersonalText
    #: The message whose files a browser may show beside the words.
    picture: MessageId | None = None


class RecordPush(Command, frozen=True, kw_only=True):
    """The push effect reports what the push service said."""

    push: Push
    #: Counted from 1.
    tries: int
    outcome: Literal["delivered", "gone", "retry", "failed"]
    code: str | None = None


class PhoneText(Value, frozen=True, kw_only=True):
    """One text for one desk phone."""

    recipient: ExtensionId
    cause_id: str
    #: What is dialled to reach the phone.
    dial: str
    title: PersonalText
    body: PersonalText


class RecordPhoneText(Command, frozen=True, kw_only=True):
    """The desk phone effect reports what the phone system said."""

    text: PhoneText
    #: Counted from 1.
    tries: int
    outcome: Literal["delivered", "retry", "failed"]
    code: str | None = None


class DevicePush(Value, frozen=True, kw_only=True):
    """One notification for one phone's push service."""

    recipient: ExtensionId
    cause_id: str
    device_id: str
    platform: Platform
    token: PersonalText
    app: str
    conversation_id: ConversationId | None
    title: PersonalText
    body: PersonalText
    #: Conversations with news since the app was last started, this one among them.
    badge: int
    #: The message whose picture the phone shows beside the words.
    picture: MessageId | None = None


class RecordDevicePush(Command, frozen=True, kw_only=True):
    """The effect reports what the phone's push service said."""

    push: DevicePush
    #: Counted from 1.
    tries: int
    outcome: Literal["delivered", "gone", "retry", "failed"]
    code: str | None = None
    #: How long it wants to be left alone, where it says so.
    after_seconds: int | None = None
    #: Since when it knows the phone to be gone, where it says so.
    gone_at: datetime | None = None


NotificationEvent = (
    PushSubscribed
    | PushUnsubscribed
    | NotificationDecided
    | NotificationDelivered
    | NotificationFailed
)
NotificationCommand = (
    ConsiderNotification
    | SubscribePush
    | UnsubscribePush
    | RecordPush
    | RecordPhoneText
    | RecordDevicePush
)
