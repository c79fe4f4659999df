"""A long text that comes in pieces: put together once all are there, or shown as far as it came."""

from datetime import timedelta

import msgspec

from schemas.base import ConversationId
from schemas.carrier import MessageArrived, TextPart
from schemas.pieces import JoinPieces, PieceReceived, PiecesEvent, PiecesJoined

#: How long a text waits for its missing pieces: they come within seconds, or not at all.
WAIT = timedelta(seconds=60)


class Piece(msgspec.Struct, frozen=True, array_like=True):
    """One piece that has come."""

    index: int
    text: str


class Pieces(msgspec.Struct, frozen=True, kw_only=True):
    """Part `pieces/<number>/<counterpart>/<reference>`: what has come, and what it came with."""

    first: str = ""
    carrier: str = ""
    account: str = ""
    total: int = 0
    texts: tuple[Piece, ...] = ()

    @property
    def missing(self) -> int:
        return self.total - len(self.texts)

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in sorted(self.texts, key=lambda one: one.index))


def pieces_key(number: str, counterpart: str, reference: str) -> str:
    return f"pieces/{number}/{counterpart}/{reference}"


def fits(part: TextPart, known: Pieces) -> bool:
    """Tell whether a piece belongs to what has come; one that cannot is a message by itself."""
    if not known.texts:
        return True
    return part.total == known.total and part.index not in {one.index for one in known.texts}


def received(
    message: MessageArrived, part: TextPart, conversation_id: ConversationId
) -> PieceReceived:
    """Note a piece."""
    return PieceReceived(
        conversation_id=conversation_id,
        number=message.number,
        counterpart=message.counterpart,
        carrier=message.carrier,
        account=message.account,
        provider_message_id=message.provider_message_id,
        reference=part.reference,
        index=part.index,
        total=part.total,
        text=message.text,
    )


def remembered(known: Pieces, event: PiecesEvent) -> Pieces:
    """Remember a piece; forget them all once they are shown."""
    if isinstance(event, PiecesJoined):
        return Pieces()
    return Pieces(
        first=known.first or event.provider_message_id,
        carrier=event.carrier,
        account=event.account,
        total=event.total,
        texts=(*known.texts, Piece(event.index, event.text)),
    )


def joined(last: PieceReceived | JoinPieces, whole: Pieces) -> PiecesJoined:
    """Note that what has come is shown: all of it, or what came while it waited."""
    return PiecesJoined(
        conversation_id=last.conversation_id,
        number=last.number,
        counterpart=last.counterpart,
        reference=last.reference,
        missing=whole.missing,
    )
