"""What was deleted: for everybody, only a message's place is left; for one person, a mark."""

from collections.abc import Iterator
from typing import Any

from schemas.deletion import ChatDeleted, MessageDeleted, MessageHidden
from schemas.envelope import Envelope
from services.gateway.domain.rows import Row
from services.gateway.projections.rows import row

#: What is left of a message that is gone.
_NOTHING: dict[str, object] = {
    "at": None,
    "direction": None,
    "author": None,
    "counterpart": None,
    "text": None,
    "via": None,
    "client_id": None,
    "recipients": (),
    "files": [],
}


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn a deletion into the row that stands for what is gone."""
    match envelope.data:
        case MessageDeleted() as event:
            yield row(
                envelope,
                "message",
                message_id=event.message_id,
                conversation_id=event.conversation_id,
                position=event.position,
                gone=True,
                **_NOTHING,
            )
        case MessageHidden() as event:
            yield row(
                envelope,
                "hidden_line",
                message_id=event.message_id,
                extension_id=event.by,
                conversation_id=event.conversation_id,
                position=event.position,
            )
        case ChatDeleted() as event:
            pair = {"conversation_id": event.conversation_id, "extension_id": event.by}
            yield row(envelope, "cleared_mark", **pair, up_to=event.up_to, at=envelope.time)
            yield row(envelope, "unread_mark", **pair, marked=False)
