"""`delivery-events` and `delivery-commands`: how our texts left, and how far they came.

Dispatch's. Subject is the conversation, key its partition key. A message may have several attempts
(a person pressed "try again") and several recipients; every report names both.
"""

from datetime import datetime
from typing import Literal

from schemas.base import (
    Command,
    ConversationId,
    Counterpart,
    DeliveryStatus,
    Event,
    MessageId,
    Number,
    Value,
)

Encoding = Literal["gsm7", "ucs2"]
#: What the carrier's answer to a send means: `retry` is refused for now, `unknown` may have gone.
AnswerKind = Literal["accepted", "retry", "permanent", "unknown"]
#: What people see: the lattice, and our own two words for "not yet" and "we cannot know".
ShownStatus = Literal["pending", "unknown"] | DeliveryStatus


class LogSeen(Value, frozen=True, kw_only=True):
    """How far a partition of conversation-events had been read: all before `next_offset`."""

    partition: int
    next_offset: int


class SendPlanned(Event, frozen=True, kw_only=True):
    """Dispatch will hand this text to a carrier, at its number's pace."""

    conversation_id: ConversationId
    message_id: MessageId
    attempt: int
    recipient: Counterpart
    number: Number
    account: str
    encoding: Encoding
    segments: int


class SendRefused(Event, frozen=True, kw_only=True):
    """The last gate held it back: nothing went to a carrier."""

    conversation_id: ConversationId
    message_id: MessageId
    attempt: int
    recipient: Counterpart
    #: `opted-out`, `no-account`, `too-long`, `too-old`…: stable.
    code: str


class SendAnswered(Event, frozen=True, kw_only=True):
    """The carrier answered one try, or did not."""

    conversation_id: ConversationId
    message_id: MessageId
    attempt: int
    #: 1 for the first call of this attempt; counts up the retry ladder.
    tries: int
    recipient: Counterpart
    carrier: str
    account: str
    answer: AnswerKind
    provider_message_id: str | None
    code: str | None
    text: str | None
    #: When the next try is due, for `retry`, and where another account is left to try.
    retry_at: datetime | None = None
    #: Accounts by which the next try does not go: their limit of the day is used up.
    capped_accounts: tuple[str, ...] = ()
    #: Likewise, for this attempt: they are not in order (credentials, credit).
    faulty_accounts: tuple[str, ...] = ()
    #: What the last gate knew when it let the call go: every STOP before these places. Empty where
    #: the text needed no leave (it confirms a STOP), or a crash has taken the knowledge along.
    gate: tuple[LogSeen, ...] = ()


class ReceiptRecorded(Event, frozen=True, kw_only=True):
    """A carrier's report about one of our texts; every one is kept, whatever its order."""

    conversation_id: ConversationId
    message_id: MessageId
    attempt: int
    recipient: Counterpart
    carrier: str
    account: str
    status: DeliveryStatus | None
    carrier_status: str
    code: str | None
    text: str | None
    reported_at: datetime | None
    #: Set where the carrier was asked (a look-up) and so told its id for the first time.
    provider_message_id: str | None = None


class DeliveryChanged(Event, frozen=True, kw_only=True):
    """What a person sees changed: the join of all reports of this attempt (the lattice)."""

    conversation_id: ConversationId
    message_id: MessageId
    attempt: int
    recipient: Counterpart
    status: ShownStatus
    #: Set with `failed` and `undelivered`: a stable code and plain words.
    failure_code: str | None = None
    failure_text: str | None = None


class RecordAnswer(Command, frozen=True, kw_only=True):
    """The send effect reports what the carrier said."""

    conversation_id: ConversationId
    message_id: MessageId
    attempt: int
    tries: int
    recipient: Counterpart
    #: Everybody whom this one call was for, `recipient` among them, where it was a group message.
    group: tuple[Counterpart, ...] = ()
    account: str
    answer: AnswerKind
    provider_message_id: str | None = None
    code: str | None = None
    text: str | None = None
    #: The carrier's own wish, from Retry-After.
    retry_after_seconds: int | None = None
    #: A limit of the day is used up: nothing goes by this account before its next day.
    daily_cap: bool = False
    #: The account is at fault, not the text: another account may take it.
    account_fault: bool = False
    #: When its turn to be called had come.
    turn_at: datetime | None = None
    gate: tuple[LogSeen, ...] = ()


class RecordReceipt(Command, frozen=True, kw_only=True):
    """A receipt came in under another key than its conversation's (a group): judge it there."""

    conversation_id: ConversationId
    message_id: MessageId
    attempt: int
    recipient: Counterpart
    carrier: str
    account: str
    status: DeliveryStatus | None
    carrier_status: str
    code: str | None = None
    text: str | None = None
    reported_at: datetime | None = None


class RetrySend(Command, frozen=True, kw_only=True):
    """Timer: the next rung of the retry ladder is due."""

    conversation_id: ConversationId
    message_id: MessageId
    attempt: int
    tries: int
    recipient: Counterpart
    #: Everybody whom the call before this one was for, where it was a group message.
    group: tuple[Counterpart, ...] = ()


class LookUpSend(Command, frozen=True, kw_only=True):
    """Timer: ask the carrier what became of a text whose outcome is unknown; it is never resent."""

    conversation_id: ConversationId
    message_id: MessageId
    attempt: int
    recipient: Counterpart
    account: str
    #: When its turn to be called came, and when the carrier's silence was recorded: what the
    #: carrier made before or after is another text.
    since: datetime
    answered_at: datetime


class RecordLookUp(Command, frozen=True, kw_only=True):
    """The look-up effect found the text at the carrier: its id there, and how far it came."""

    conversation_id: ConversationId
    message_id: MessageId
    attempt: int
    recipient: Counterpart
    carrier: str
    account: str
    provider_message_id: str
    status: DeliveryStatus | None
    carrier_status: str
    code: str | None = None
    text: str | None = None


DeliveryEvent = SendPlanned | SendRefused | SendAnswered | ReceiptRecorded | DeliveryChanged
DeliveryCommand = RecordAnswer | RecordReceipt | RetrySend | LookUpSend | RecordLookUp
