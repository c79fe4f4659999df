"""Rules of what a queue says by itself: no author, no caller ID; the gate is the same for all."""

from schemas.base import ConversationId, ExtensionId, MessageId, QueueId
from schemas.conversation import MessageSubmitted, SendAutomaticText
from schemas.directory import NumberDefined
from services.router.domain.gate import check_can_leave, check_text
from services.router.domain.refusals import TextingOff, UnknownConversation, UnknownNumber
from services.router.domain.state import Conversation, World


def say(command: SendAutomaticText, message_id: MessageId, world: World) -> MessageSubmitted:
    """Say it to the customer; may raise Refused, as for any text."""
    conversation = _known(command.conversation_id, world)
    check_text(command.text)
    ours = _number(conversation, world)
    check_can_leave(ours, conversation.counterparts, world)
    return MessageSubmitted(
        conversation_id=conversation.conversation_id,
        message_id=message_id,
        position=conversation.position + 1,
        author=None,
        via="sms",
        number=ours.number,
        recipients=conversation.counterparts,
        accounts=ours.accounts,
        text=command.text,
        members=conversation.members,
        queue_id=command.queue_id,
    )


def _known(id_: ConversationId, world: World) -> Conversation:
    conversation = world.conversation(id_)
    if conversation is None or conversation.kind != "sms":
        raise UnknownConversation
    return conversation


def _number(conversation: Conversation, world: World) -> NumberDefined:
    tenant = world.tenant_defined()
    ours = None if conversation.number is None else world.number(conversation.number)
    if tenant is None or ours is None:
        raise UnknownNumber(number=conversation.number)
    if not tenant.texting:
        raise TextingOff(what=tenant.name)
    if not ours.texting:
        raise TextingOff(what=ours.number)
    return ours


def spender(queue_id: QueueId) -> ExtensionId:
    """Name the queue to the guard, which gives every author a pace of their own."""
    return ExtensionId(f"queue/{queue_id}")
