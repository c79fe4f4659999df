"""Pieces: a long text that a carrier hands over in parts, as they came and as it was put together.

Router's, on the topics of `conversation`; in the conversation's stream.
"""

from schemas.base import Command, ConversationId, Counterpart, Event, Number, PersonalText


class PieceReceived(Event, frozen=True, kw_only=True):
    """One piece of a text came; nobody sees it yet."""

    conversation_id: ConversationId
    number: Number
    counterpart: Counterpart
    carrier: str
    account: str
    provider_message_id: str
    #: The sender's own count of long texts; it comes round again.
    reference: str
    #: From 1 to `total`.
    index: int
    total: int
    text: PersonalText


class PiecesJoined(Event, frozen=True, kw_only=True):
    """The text is shown: whole, or as far as it came when no more of it had come for a while."""

    conversation_id: ConversationId
    number: Number
    counterpart: Counterpart
    reference: str
    missing: int


class JoinPieces(Command, frozen=True, kw_only=True):
    """Timer: show what has come of a text, unless it has been put together meanwhile."""

    conversation_id: ConversationId
    number: Number
    counterpart: Counterpart
    reference: str
    #: The piece that came first, by the carrier's id: a later text may have the same reference.
    first: str


PiecesEvent = PieceReceived | PiecesJoined
PiecesCommand = JoinPieces
