"""Rules of what a person notes for themselves: read, unread, closed, open again, muted."""

from typing import assert_never

from schemas.base import ExtensionId
from schemas.conversation import (
    CloseConversation,
    ConversationClosedByMember,
    ConversationMarkedUnread,
    ConversationRead,
    ConversationReopenedByMember,
    MarkRead,
    MarkUnread,
    ReopenConversation,
)
from schemas.muting import (
    ConversationMuted,
    ConversationUnmuted,
    MuteConversation,
    UnmuteConversation,
)
from services.router.domain.gate import check_person
from services.router.domain.memory import Marked
from services.router.domain.outbound import known
from services.router.domain.refusals import UnknownConversation
from services.router.domain.state import Conversation, World

Mark = (
    MarkRead
    | MarkUnread
    | CloseConversation
    | ReopenConversation
    | MuteConversation
    | UnmuteConversation
)


def mark(command: Mark, world: World) -> list[Marked]:
    """Note it once; what is so already is no event."""
    conversation = known(command.conversation_id, world)
    check_sees(conversation, command.by, world)
    match command:
        case MarkRead():
            return _read(command, conversation)
        case MarkUnread():
            return _unread(command, conversation)
        case CloseConversation():
            return _close(command, conversation)
        case ReopenConversation():
            return _reopen(command, conversation)
        case MuteConversation() | UnmuteConversation():
            return _mute(command, conversation)
        case _:
            assert_never(command)


def check_sees(conversation: Conversation, by: ExtensionId, world: World) -> None:
    """Refuse whoever does not take part."""
    if conversation.queue_id is not None:
        # who sees it changes with every claim and transfer, and is the queue's to know; a note
        # that somebody makes for themselves harms nobody
        check_person(by, world)
    elif by not in conversation.members:
        raise UnknownConversation


def _read(command: MarkRead, conversation: Conversation) -> list[Marked]:
    before = conversation.read.get(command.by, 0)
    up_to = max(before, min(command.up_to, conversation.position))
    if up_to == before and command.by not in conversation.unread:
        return []
    return [ConversationRead(conversation_id=command.conversation_id, by=command.by, up_to=up_to)]


def _unread(command: MarkUnread, conversation: Conversation) -> list[Marked]:
    if command.by in conversation.unread:
        return []
    return [ConversationMarkedUnread(conversation_id=command.conversation_id, by=command.by)]


def _close(command: CloseConversation, conversation: Conversation) -> list[Marked]:
    if command.by in conversation.closed:
        return []
    return [ConversationClosedByMember(conversation_id=command.conversation_id, by=command.by)]


def _reopen(command: ReopenConversation, conversation: Conversation) -> list[Marked]:
    if command.by not in conversation.closed:
        return []
    return [ConversationReopenedByMember(conversation_id=command.conversation_id, by=command.by)]


def _mute(
    command: MuteConversation | UnmuteConversation, conversation: Conversation
) -> list[Marked]:
    wanted = isinstance(command, MuteConversation)
    if wanted == (command.by in conversation.muted):
        return []
    kind = ConversationMuted if wanted else ConversationUnmuted
    return [kind(conversation_id=command.conversation_id, by=command.by)]
