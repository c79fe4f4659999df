"""Tags on conversations, and canned replies."""

from collections.abc import Iterator
from typing import Any

from schemas.canned import CannedReplyDefined, CannedReplyForgotten
from schemas.envelope import Envelope
from schemas.tag import ConversationTagged, ConversationUntagged
from services.gateway.domain.rows import Row
from services.gateway.projections.rows import row


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn a tag or a canned reply into its row."""
    event = envelope.data
    match event:
        case ConversationTagged() | ConversationUntagged():
            yield row(
                envelope,
                "tagging",
                conversation_id=event.conversation_id,
                tag=event.tag,
                tagged=isinstance(event, ConversationTagged),
            )
        case CannedReplyDefined():
            yield _reply(
                envelope, owner=event.owner, name=event.name, text=event.text, forgotten=False
            )
        case CannedReplyForgotten():
            yield _reply(envelope, owner=None, name="", text="", forgotten=True)


def _reply(envelope: Envelope[Any], **values: object) -> Row:
    return row(envelope, "canned_reply", reply_id=envelope.data.reply_id, **values)
