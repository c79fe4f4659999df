"""Consent beyond the two words: what free text may mean, who looked at it, who recorded it by hand.

Router's, on the topics of `conversation`. A suspicion and its review belong to the
stream of the conversation in which the words were written.
"""

from typing import Literal

from schemas.base import (
    Command,
    ConversationId,
    Counterpart,
    Event,
    ExtensionId,
    MessageId,
    Number,
    PersonalText,
    QueueId,
)

#: How far an opt-out reaches: the number that it was said to, or every number of the tenant.
ConsentScope = Literal["number", "tenant"]
Verdict = Literal["confirmed", "dismissed"]


class RevocationSuspected(Event, frozen=True, kw_only=True):
    """What a counterpart wrote may mean STOP, though it is no word of the list: a person decides.

    Nothing is refused until then; the FCC allows ten business days (47 CFR 64.1200(a)(10)).
    """

    conversation_id: ConversationId
    message_id: MessageId
    number: Number
    counterpart: Counterpart
    #: The words that gave rise to it, as the list of the router spells them.
    phrase: str
    queue_id: QueueId | None = None


class RevocationReviewed(Event, frozen=True, kw_only=True):
    """A person read it: `confirmed` opts the counterpart out, `dismissed` changes nothing."""

    conversation_id: ConversationId
    message_id: MessageId
    number: Number
    counterpart: Counterpart
    verdict: Verdict
    by: ExtensionId
    queue_id: QueueId | None = None


class ReviewRevocation(Command, frozen=True, kw_only=True):
    """I have read it, and this is what it means."""

    conversation_id: ConversationId
    message_id: MessageId
    verdict: Verdict
    by: ExtensionId


class OptOutByHand(Command, frozen=True, kw_only=True):
    """A person records what they were told by voice, letter or mail: no more texts."""

    number: Number
    counterpart: Counterpart
    by: ExtensionId
    #: How it was said: "told Ana on the phone".
    note: PersonalText


class RecordScope(Command, frozen=True, kw_only=True):
    """Router to itself: what was said to one number binds, or frees, every number of the tenant."""

    number: Number
    counterpart: Counterpart
    opted_out: bool
    source: Literal["text", "carrier", "operator"]
    word: PersonalText
    by: ExtensionId | None = None


ConsentEvent = RevocationSuspected | RevocationReviewed
ConsentCommand = ReviewRevocation | OptOutByHand | RecordScope
