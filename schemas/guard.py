"""The guard against abuse: what a tenant's texts may cost, where they may go, and who says so.

Router's, on the topics of `conversation`. Everything that one tenant's guard decides
is one stream and one partition, `guard/<tenant>`, so that no limit is ever judged twice at once.
"""

from datetime import datetime

from schemas.base import (
    Command,
    ConversationId,
    Counterpart,
    Event,
    ExtensionId,
    Number,
    PersonalText,
    Value,
)
from schemas.conversation import RetryMessage, SendAutomaticText, SendMessage
from schemas.limits import GuardRule


class GuardedText(Value, frozen=True, kw_only=True):
    """A text on its way through the guard: whose wish, to whom, and what it costs."""

    #: The id of the wish, from which the message's own is derived; it names the text here.
    wish_id: str
    #: The wish as it came, one of the three.
    send: SendMessage | None = None
    retry: RetryMessage | None = None
    automatic: SendAutomaticText | None = None
    #: Whether the queue sent it on, having judged the claim.
    from_queue: bool = False
    conversation_id: ConversationId
    partition_key: str
    #: The author; for an automatic text, `queue/<id>`.
    by: ExtensionId
    number: Number
    recipients: tuple[Counterpart, ...]
    text: PersonalText
    #: Of all recipients together.
    segments: int
    #: Set where it was planned and its time has come: nobody waits for an answer then.
    scheduled_id: str | None = None


class TextPassed(Event, frozen=True, kw_only=True):
    """The guard let a text through, and counted it."""

    wish_id: str
    conversation_id: ConversationId
    by: ExtensionId
    number: Number
    recipients: tuple[Counterpart, ...]
    segments: int
    #: Set where an admin let it through.
    approved_by: ExtensionId | None = None


class TextBlocked(Event, frozen=True, kw_only=True):
    """The guard refused a text: nothing was said, nothing was counted."""

    wish_id: str
    conversation_id: ConversationId
    by: ExtensionId
    number: Number
    recipients: tuple[Counterpart, ...]
    segments: int
    rule: GuardRule
    #: The refusal's code and sentence, as its author was told.
    code: str
    reason: str


class TextHeld(Event, frozen=True, kw_only=True):
    """The guard holds a text until an admin approves or rejects it; its id is `wish_id`."""

    rule: GuardRule
    reason: str
    held: GuardedText


class HeldTextApproved(Event, frozen=True, kw_only=True):
    """An admin let a held text go; it is judged once more as any text is (STOP, the day's cap)."""

    wish_id: str
    by: ExtensionId


class HeldTextRejected(Event, frozen=True, kw_only=True):
    """An admin said no to a held text: it is never sent."""

    wish_id: str
    by: ExtensionId


class TextReturned(Event, frozen=True, kw_only=True):
    """A text that had passed was not said after all: what it counted is given back."""

    wish_id: str
    conversation_id: ConversationId
    by: ExtensionId
    number: Number
    recipients: tuple[Counterpart, ...]
    segments: int
    #: The guard's own clock when it passed.
    passed_at: datetime


class WeighText(Command, frozen=True, kw_only=True):
    """Router to itself: may this text go, as far as the tenant's limits are concerned?"""

    text: GuardedText


class SubmitText(Command, frozen=True, kw_only=True):
    """Router to itself: the guard has passed it; say it now."""

    text: GuardedText
    #: Set where an admin let it through: nobody waits for an answer then.
    approved_by: ExtensionId | None = None
    #: The guard's own clock when it passed; what is not said is returned with it.
    passed_at: datetime | None = None


class ReturnText(Command, frozen=True, kw_only=True):
    """Router to itself: what had passed was not said (cancelled, or STOP meanwhile)."""

    wish_id: str
    conversation_id: ConversationId
    by: ExtensionId
    number: Number
    recipients: tuple[Counterpart, ...]
    segments: int
    passed_at: datetime


class ApproveHeldText(Command, frozen=True, kw_only=True):
    """Let it go."""

    wish_id: str
    by: ExtensionId


class RejectHeldText(Command, frozen=True, kw_only=True):
    """Never send it."""

    wish_id: str
    by: ExtensionId


GuardEvent = (
    TextPassed | TextBlocked | TextHeld | TextReturned | HeldTextApproved | HeldTextRejected
)
GuardCommand = WeighText | SubmitText | ReturnText | ApproveHeldText | RejectHeldText
