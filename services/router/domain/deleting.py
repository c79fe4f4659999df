"""Rules of deleting (DESIGN.md §6): whose message it is decides for whom it is gone."""

import msgspec

from schemas.base import ExtensionId
from schemas.deletion import (
    ChatDeleted,
    DeleteChat,
    DeleteMessage,
    DeletionEvent,
    MessageDeleted,
    MessageHidden,
)
from services.router.domain.marks import check_sees
from services.router.domain.outbound import known
from services.router.domain.refusals import KeptForTheQueue, NoSuchMessage
from services.router.domain.state import Conversation, Gone, Sent, World


def delete(command: DeleteMessage | DeleteChat, world: World) -> list[DeletionEvent]:
    """Judge a wish; what is gone already is no event. May raise Refused."""
    conversation = known(command.conversation_id, world)
    check_sees(conversation, command.by, world)
    if isinstance(command, DeleteChat):
        return _chat(command, conversation)
    return _message(command, conversation, world.gone(command.message_id))


def _message(
    command: DeleteMessage, conversation: Conversation, before: Gone
) -> list[DeletionEvent]:
    if not 1 <= command.position <= conversation.position:
        raise NoSuchMessage
    if before.for_everybody or command.by in before.hidden_from:
        return []
    kind = MessageDeleted if _is_for_everybody(command, conversation) else MessageHidden
    gone = kind(
        conversation_id=command.conversation_id,
        message_id=command.message_id,
        position=command.position,
        by=command.by,
    )
    return [gone]


def _is_for_everybody(command: DeleteMessage, conversation: Conversation) -> bool:
    """Tell whether it is a text, or one's own; a colleague's line is not mine to take away.

    What a colleague says in a group is their line, also where outside people get it as a text.
    """
    return conversation.kind == "sms" or command.author in {None, command.by}


def _chat(command: DeleteChat, conversation: Conversation) -> list[DeletionEvent]:
    if conversation.queue_id is not None:
        raise KeptForTheQueue
    up_to = min(command.up_to, conversation.position)
    if conversation.cleared.get(command.by, -1) >= up_to:
        return []
    return [ChatDeleted(conversation_id=command.conversation_id, by=command.by, up_to=up_to)]


def cleared(conversation: Conversation, event: ChatDeleted) -> Conversation:
    """Remember how far a chat is gone for one person: what is gone is read, too."""
    read = max(conversation.read.get(event.by, 0), event.up_to)
    return msgspec.structs.replace(
        conversation,
        cleared={**conversation.cleared, event.by: event.up_to},
        read={**conversation.read, event.by: read},
        unread=tuple(one for one in conversation.unread if one != event.by),
    )


def forgotten(before: Gone, event: MessageDeleted | MessageHidden) -> Gone:
    """Remember for whom a message is gone."""
    if isinstance(event, MessageDeleted):
        return Gone(for_everybody=True)
    hidden_from: tuple[ExtensionId, ...] = (*before.hidden_from, event.by)
    return msgspec.structs.replace(before, hidden_from=hidden_from)


def unsaid(sent: Sent, event: MessageDeleted) -> Sent:
    """Forget its words: what is gone is not sent again either."""
    return Sent(texts=tuple(one for one in sent.texts if one.message_id != event.message_id))
