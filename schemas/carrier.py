"""`carrier-events`: what the carriers told us, in our words. Written by ingest alone.

Key and subject are the conversation's partition key (`schemas.partition_key`). There is no
`sequence`: ingest keeps no state, so the derived `id` is what consumers compare (DESIGN.md §3).
"""

from datetime import datetime
from typing import Literal

import msgspec

from schemas.base import (
    Counterpart,
    DeliveryStatus,
    Event,
    MessageId,
    Number,
    PersonalText,
    RemoteFile,
)

ConsentKeyword = Literal["stop", "start", "help"]


class TextPart(msgspec.Struct, frozen=True, kw_only=True):
    """Which piece of a long text this is, where the carrier does not put it together."""

    reference: str
    #: From 1 to `total`.
    index: int
    total: int


class MessageArrived(Event, frozen=True, kw_only=True):
    """A counterpart's text or picture reached one of our numbers."""

    carrier: str
    account: str
    provider_message_id: str
    number: Number
    counterpart: Counterpart
    #: The other members of a group MMS, sorted, without `number` and `counterpart`.
    others: tuple[Counterpart, ...] = ()
    text: PersonalText
    files: tuple[RemoteFile, ...] = ()
    #: Set when the carrier has already acted on the word; then we never answer it a second time.
    handled_keyword: ConsentKeyword | None = None
    #: The carrier's own clock, if it sends one; never used to decide.
    sent_at: datetime | None = None
    #: Set where `text` is one piece of a longer one.
    part: TextPart | None = None


class ReceiptArrived(Event, frozen=True, kw_only=True):
    """The carrier reported how far one of our messages came. Any order, any number of times."""

    carrier: str
    account: str
    provider_message_id: str
    number: Number
    counterpart: Counterpart
    #: None for a state that we do not know (open enum): kept and counted, changes nothing.
    status: DeliveryStatus | None
    #: The carrier's own words, kept for the delivery log.
    carrier_status: str
    error_code: str | None = None
    error_text: str | None = None
    #: Our message id, where the carrier hands back what we sent along (tag, callback URL).
    message_id: MessageId | None = None
    reported_at: datetime | None = None


class OptOutArrived(Event, frozen=True, kw_only=True):
    """The carrier told us, without a text of theirs, that a counterpart has opted out there."""

    carrier: str
    account: str
    #: The carrier's id of the opt-out.
    provider_id: str
    number: Number
    counterpart: Counterpart
    #: The carrier's own word for why.
    reason: str
    reported_at: datetime | None = None


CarrierEvent = MessageArrived | ReceiptArrived | OptOutArrived
