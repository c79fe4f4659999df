"""Conversations, their messages, and what each person has read, marked, closed and muted."""

from collections.abc import Iterator
from typing import Any

from schemas.base import RemoteFile
from schemas.conversation import (
    ConversationClosedByMember,
    ConversationMarkedUnread,
    ConversationRead,
    ConversationReopenedByMember,
    ConversationRouted,
    ConversationStarted,
    MessageReceived,
    MessageRetried,
    MessageSubmitted,
)
from schemas.envelope import Envelope
from schemas.media import SentFile
from schemas.muting import ConversationMuted, ConversationUnmuted
from services.gateway.domain.rows import Row
from services.gateway.domain.shelves import shelf
from services.gateway.projections.rows import row


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn one event of a conversation into the rows that it determines."""
    match envelope.data:
        case ConversationStarted() as event:
            yield _conversation(envelope, event)
            yield _audience(envelope, event)
        case ConversationRouted() as event:
            yield _audience(envelope, event)
        case MessageReceived() as event:
            yield from _received(envelope, event)
        case MessageSubmitted() as event:
            yield from _submitted(envelope, event)
        case MessageRetried() as event:
            yield row(envelope, "retry", message_id=event.message_id, attempt=event.attempt)
        case _:
            yield from _marks(envelope)


def _conversation(envelope: Envelope[Any], event: ConversationStarted) -> Row:
    return row(
        envelope,
        "conversation",
        conversation_id=event.conversation_id,
        kind=event.kind,
        number=event.number,
        counterparts=event.counterparts,
        name=event.name,
        partition_key=envelope.partitionkey,
        at=envelope.time,
    )


def _audience(envelope: Envelope[Any], event: ConversationStarted | ConversationRouted) -> Row:
    return row(
        envelope,
        "audience",
        conversation_id=event.conversation_id,
        members=event.members,
        queue_id=event.queue_id,
    )


def _received(envelope: Envelope[Any], event: MessageReceived) -> Iterator[Row]:
    yield _message(
        envelope,
        event,
        direction="in",
        counterpart=event.counterpart,
        via="sms",
        files=[_file(index, file) for index, file in enumerate(event.files)],
    )
    yield _tail(envelope, event)


def _submitted(envelope: Envelope[Any], event: MessageSubmitted) -> Iterator[Row]:
    yield _message(
        envelope,
        event,
        direction="out",
        author=event.author,
        via=event.via,
        client_id=event.client_id,
        recipients=event.recipients,
        files=[_sent_file(index, file) for index, file in enumerate(event.files)],
    )
    yield _tail(envelope, event)
    if event.author is not None:
        yield row(
            envelope,
            "said_mark",
            conversation_id=event.conversation_id,
            extension_id=event.author,
            up_to=event.position,
            at=envelope.time,
        )


_NOTHING: dict[str, object] = {
    "author": None,
    "counterpart": None,
    "client_id": None,
    "recipients": (),
    "files": [],
    "gone": False,
}


def _message(
    envelope: Envelope[Any], event: MessageReceived | MessageSubmitted, **values: object
) -> Row:
    return row(
        envelope,
        "message",
        message_id=event.message_id,
        conversation_id=event.conversation_id,
        position=event.position,
        at=envelope.time,
        text=event.text,
        **{**_NOTHING, **values},
    )


def _tail(envelope: Envelope[Any], event: MessageReceived | MessageSubmitted) -> Row:
    """Say how far it has come; the words are the message's own, and go with it."""
    return row(
        envelope,
        "tail",
        conversation_id=event.conversation_id,
        position=event.position,
        at=envelope.time,
        shelf=shelf(envelope.partitionkey),
    )


def _file(index: int, file: RemoteFile) -> dict[str, object]:
    """Say of a file only what shows that one is coming; its address is the carrier's."""
    return {"index": index, "media_type": file.media_type}


def _sent_file(index: int, file: SentFile) -> dict[str, object]:
    """Say what goes along; media, which keeps it, says where it is."""
    return {
        "index": index,
        "media_type": file.original.media_type,
        "name": file.name,
        "size": file.original.size,
    }


def _marks(envelope: Envelope[Any]) -> Iterator[Row]:
    event = envelope.data
    match event:
        case ConversationRead():
            yield _mark(envelope, "read_mark", up_to=event.up_to, at=envelope.time)
            yield _mark(envelope, "unread_mark", marked=False)
        case ConversationMarkedUnread():
            yield _mark(envelope, "unread_mark", marked=True)
        case ConversationClosedByMember():
            yield _mark(envelope, "shut_mark", shut=True)
        case ConversationReopenedByMember():
            yield _mark(envelope, "shut_mark", shut=False)
        case ConversationMuted() | ConversationUnmuted():
            muted = isinstance(event, ConversationMuted)
            yield _mark(envelope, "mute_mark", muted=muted)


def _mark(envelope: Envelope[Any], table: str, **values: object) -> Row:
    event = envelope.data
    return row(
        envelope,
        table,
        conversation_id=event.conversation_id,
        extension_id=event.by,
        **values,
    )
