"""Rules of saying something: a chat line, a text, a text once more."""

from collections.abc import Sequence

import msgspec

from schemas.base import ConversationId, ExtensionId, MessageId
from schemas.conversation import (
    AttemptEnded,
    ConversationEvent,
    MessageRetried,
    MessageSubmitted,
    NoteDeliveryEnd,
    RetryMessage,
    SendMessage,
)
from schemas.directory import NumberDefined
from services.router.domain import groups
from services.router.domain.files import check_carries, check_files
from services.router.domain.gate import (
    check_caller,
    check_can_leave,
    check_chat,
    check_text,
    check_texting,
)
from services.router.domain.refusals import (
    NotFailed,
    QueueOnly,
    TooManyAttempts,
    UnknownConversation,
    UnknownMessage,
)
from services.router.domain.state import Conversation, Sent, SentText, World

#: How often one message may be tried, the first time included.
MAX_ATTEMPTS = 5


def known(id_: ConversationId, world: World) -> Conversation:
    """Give the conversation, or refuse."""
    conversation = world.conversation(id_)
    if conversation is None:
        raise UnknownConversation
    return conversation


def send(
    command: SendMessage, message_id: MessageId, world: World, *, from_queue: bool
) -> MessageSubmitted:
    """Say something in a conversation; `from_queue` is who sent the command, not what it claims."""
    conversation = known(command.conversation_id, world)
    through_queue = from_queue and command.queue_id is not None
    _check_may_write(conversation, command.by, through_queue=through_queue)
    check_text(command.text, alone=not command.files)
    check_files(command.files, world)
    if conversation.kind != "sms":
        check_chat((command.by,), world)
        leaves = groups.outside(command, conversation, world)
        said = _chat(command, message_id, conversation)
        return said if leaves is None else _texted(said, *leaves)
    ours = _check_leaves(conversation, command.by, world, through_queue=through_queue)
    check_carries(command.files, ours)
    return _text(command, message_id, conversation, ours)


def _check_may_write(conversation: Conversation, by: ExtensionId, *, through_queue: bool) -> None:
    if through_queue:
        return  # the queue has judged the claim, also after it moved to another queue
    if conversation.queue_id is not None:
        raise QueueOnly(queue=conversation.queue_id)
    if by not in conversation.members:
        raise UnknownConversation


def _check_leaves(
    conversation: Conversation, by: ExtensionId, world: World, *, through_queue: bool
) -> NumberDefined:
    if conversation.number is None:
        raise AssertionError("an sms conversation has a number")
    ours = check_texting(conversation.number, by, world)
    if not through_queue:
        check_caller(ours, by)
    check_can_leave(ours, conversation.counterparts, world)
    return ours


def _chat(
    command: SendMessage, message_id: MessageId, conversation: Conversation
) -> MessageSubmitted:
    return MessageSubmitted(
        conversation_id=conversation.conversation_id,
        message_id=message_id,
        position=conversation.position + 1,
        client_id=command.client_id,
        author=command.by,
        via="chat",
        text=command.text,
        members=conversation.members,
        files=command.files,
        urgency=command.urgency,
    )


def _texted(
    said: MessageSubmitted, ours: NumberDefined, recipients: tuple[str, ...], text: str
) -> MessageSubmitted:
    """Let a group's message go to its outside people too."""
    return msgspec.structs.replace(
        said,
        via="sms",
        number=ours.number,
        recipients=recipients,
        accounts=ours.accounts,
        outside_text=text,
    )


def _text(
    command: SendMessage,
    message_id: MessageId,
    conversation: Conversation,
    ours: NumberDefined,
) -> MessageSubmitted:
    return MessageSubmitted(
        conversation_id=conversation.conversation_id,
        message_id=message_id,
        position=conversation.position + 1,
        client_id=command.client_id,
        author=command.by,
        via="sms",
        number=ours.number,
        recipients=conversation.counterparts,
        accounts=ours.accounts,
        text=command.text,
        members=conversation.members,
        queue_id=command.queue_id or conversation.queue_id,
        files=command.files,
        urgency=command.urgency,
    )


def retry(command: RetryMessage, world: World) -> MessageRetried:
    """Send a failed text again as the same message; in a queue, only its author may."""
    conversation = known(command.conversation_id, world)
    in_queue = conversation.queue_id is not None
    if not in_queue and command.by not in conversation.members:
        raise UnknownConversation
    text = sent_text(world.sent(command.conversation_id), command.message_id)
    if text is None:
        raise UnknownMessage
    if in_queue and text.author != command.by:
        raise QueueOnly(queue=conversation.queue_id)
    if not text.failed:
        raise NotFailed
    if text.attempt >= MAX_ATTEMPTS:
        raise TooManyAttempts(most=MAX_ATTEMPTS)
    if conversation.kind == "group":
        ours, willing = groups.leaving(conversation, command.by, world)
        return _retried(command, text, willing, ours)
    ours = _check_leaves(conversation, command.by, world, through_queue=in_queue)
    return _retried(command, text, conversation.counterparts, ours)


def _retried(
    command: RetryMessage, text: SentText, recipients: Sequence[str], ours: NumberDefined
) -> MessageRetried:
    return MessageRetried(
        conversation_id=command.conversation_id,
        message_id=command.message_id,
        attempt=text.attempt + 1,
        by=command.by,
        number=ours.number,
        recipients=tuple(recipients),
        accounts=ours.accounts,
        text=text.text,
    )


def note_delivery_end(command: NoteDeliveryEnd, world: World) -> list[ConversationEvent]:
    """Remember that an attempt failed, or that it arrived after all; anything else is no news."""
    text = sent_text(world.sent(command.conversation_id), command.message_id)
    if text is None or text.attempt != command.attempt or text.failed == command.failed:
        return []
    return [
        AttemptEnded(
            conversation_id=command.conversation_id,
            message_id=command.message_id,
            attempt=command.attempt,
            failed=command.failed,
        )
    ]


def sent_text(sent: Sent, message_id: MessageId) -> SentText | None:
    """Find a text among those that are kept."""
    return next((text for text in sent.texts if text.message_id == message_id), None)
