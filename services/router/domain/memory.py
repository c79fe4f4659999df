"""What the router remembers of its own events; never refuses."""

from datetime import datetime
from typing import assert_never

import msgspec

from schemas.base import ExtensionId
from schemas.consent import RevocationReviewed, RevocationSuspected
from schemas.conversation import (
    AttemptEnded,
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
from schemas.group import (
    Group,
    GroupReached,
    GroupRenamed,
    GroupUnreached,
    ParticipantLeft,
    ParticipantRemoved,
    ParticipantsAdded,
)
from schemas.muting import ConversationMuted, ConversationUnmuted
from services.router.domain.state import (
    MAX_SENT,
    MAX_SUSPECTED,
    Conversation,
    Reach,
    Sent,
    SentText,
    Suspicion,
)

#: What a person notes for themselves.
Marked = (
    ConversationRead
    | ConversationMarkedUnread
    | ConversationClosedByMember
    | ConversationReopenedByMember
    | ConversationMuted
    | ConversationUnmuted
)
#: What changes a conversation that there is.
Happened = (
    ConversationRouted
    | MessageReceived
    | MessageSubmitted
    | RevocationSuspected
    | RevocationReviewed
    | GroupRenamed
    | ParticipantsAdded
    | ParticipantRemoved
    | ParticipantLeft
    | Marked
)


def started(event: ConversationStarted, tenant: str, partition_key: str) -> Conversation:
    """Remember a new conversation."""
    return Conversation(
        conversation_id=event.conversation_id,
        tenant=tenant,
        partition_key=partition_key,
        kind=event.kind,
        members=event.members,
        number=event.number,
        counterparts=event.counterparts,
        queue_id=event.queue_id,
        name=event.name,
        started_by=event.started_by,
        joined=() if event.started_by is None else (event.started_by,),
    )


def happened(conversation: Conversation, event: Happened, at: datetime) -> Conversation:
    """Remember what happened in a conversation."""
    match event:
        case ConversationRouted():
            return _routed(conversation, event)
        case MessageReceived():
            # whoever had closed it sees it again
            return msgspec.structs.replace(conversation, position=event.position, closed=())
        case MessageSubmitted():
            return _submitted(conversation, event, at)
        case GroupRenamed() | ParticipantsAdded() | ParticipantRemoved() | ParticipantLeft():
            return _regrouped(conversation, event.group)
        case RevocationSuspected() | RevocationReviewed():
            return _suspected(conversation, event)
        case _:
            return _marked(conversation, event)


def _regrouped(conversation: Conversation, group: Group) -> Conversation:
    return msgspec.structs.replace(
        conversation,
        name=group.name,
        members=group.members,
        number=group.number,
        counterparts=group.counterparts,
    )


def reached(event: GroupReached | GroupUnreached, at: datetime) -> Reach:
    """Remember where a person's texts go."""
    if isinstance(event, GroupUnreached):
        return Reach()
    return Reach(conversation_id=event.conversation_id, partition_key=event.partition_key, at=at)


def _suspected(
    conversation: Conversation, event: RevocationSuspected | RevocationReviewed
) -> Conversation:
    left = tuple(one for one in conversation.suspected if one.message_id != event.message_id)
    if isinstance(event, RevocationSuspected):
        left = (*left, Suspicion(event.message_id, event.counterpart))[-MAX_SUSPECTED:]
    return msgspec.structs.replace(conversation, suspected=left)


def _routed(conversation: Conversation, event: ConversationRouted) -> Conversation:
    return msgspec.structs.replace(
        conversation,
        members=event.members,
        queue_id=event.queue_id,
        joined=_with(conversation.joined, event.opened_by),
    )


def _submitted(conversation: Conversation, event: MessageSubmitted, at: datetime) -> Conversation:
    helped_at = at if event.purpose == "help" else conversation.helped_at
    said_at = at if event.author is not None and event.via == "sms" else conversation.said_at
    author = None if event.queue_id is not None else event.author
    return msgspec.structs.replace(
        conversation,
        position=event.position,
        closed=(),
        helped_at=helped_at,
        said_at=said_at,
        joined=_with(conversation.joined, author),
    )


def _marked(conversation: Conversation, event: Marked) -> Conversation:
    match event:
        case ConversationRead(by=by, up_to=up_to):
            return msgspec.structs.replace(
                conversation,
                read={**conversation.read, by: up_to},
                unread=_without(conversation.unread, by),
            )
        case ConversationMarkedUnread(by=by):
            return msgspec.structs.replace(conversation, unread=_with(conversation.unread, by))
        case ConversationClosedByMember(by=by):
            return msgspec.structs.replace(conversation, closed=_with(conversation.closed, by))
        case ConversationReopenedByMember(by=by):
            return msgspec.structs.replace(conversation, closed=_without(conversation.closed, by))
        case ConversationMuted(by=by):
            return msgspec.structs.replace(conversation, muted=_with(conversation.muted, by))
        case ConversationUnmuted(by=by):
            return msgspec.structs.replace(conversation, muted=_without(conversation.muted, by))
        case _:
            assert_never(event)


def _with(people: tuple[ExtensionId, ...], one: ExtensionId | None) -> tuple[ExtensionId, ...]:
    return people if one is None or one in people else (*people, one)


def _without(people: tuple[ExtensionId, ...], one: ExtensionId) -> tuple[ExtensionId, ...]:
    return tuple(id_ for id_ in people if id_ != one)


def said(sent: Sent, event: MessageSubmitted | MessageRetried | AttemptEnded) -> Sent:
    """Remember the last texts of people, and which of them failed."""
    match event:
        case MessageSubmitted():
            return sent if event.author is None else _say(sent, event, event.author)
        case MessageRetried():
            return _change(sent, event.message_id, attempt=event.attempt, failed=False)
        case AttemptEnded():
            return _change(sent, event.message_id, attempt=event.attempt, failed=event.failed)
        case _:
            assert_never(event)


def _say(sent: Sent, event: MessageSubmitted, author: ExtensionId) -> Sent:
    text = SentText(
        message_id=event.message_id, author=author, text=event.outside_text or event.text
    )
    return Sent(texts=(*sent.texts, text)[-MAX_SENT:])


def _change(sent: Sent, message_id: str, *, attempt: int, failed: bool) -> Sent:
    return Sent(
        texts=tuple(
            msgspec.structs.replace(text, attempt=attempt, failed=failed)
            if text.message_id == message_id
            else text
            for text in sent.texts
        )
    )
