"""Deleting: a message for everybody or from one person's sight, a chat for one person.

Router's, on the topics of `conversation`; in the conversation's stream. There is no way back.
"""

from schemas.base import Command, ConversationId, Event, ExtensionId, MessageId


class MessageDeleted(Event, frozen=True, kw_only=True):
    """A message is gone for everybody; its files go with it."""

    conversation_id: ConversationId
    message_id: MessageId
    #: Its place stays empty: positions go on being dense.
    position: int
    by: ExtensionId


class MessageHidden(Event, frozen=True, kw_only=True):
    """A colleague's chat line is gone for whoever deleted it, and for nobody else."""

    conversation_id: ConversationId
    message_id: MessageId
    position: int
    by: ExtensionId


class ChatDeleted(Event, frozen=True, kw_only=True):
    """A conversation is gone for one person, up to and including a position; the rest is new."""

    conversation_id: ConversationId
    by: ExtensionId
    up_to: int


class DeleteMessage(Command, frozen=True, kw_only=True):
    """Delete a message; whose it is decides for whom.

    Where it stands and who wrote it never change, so whoever asks says it.
    """

    conversation_id: ConversationId
    by: ExtensionId
    message_id: MessageId
    position: int
    #: The colleague who wrote it; None where it came from outside, or from Tandem itself.
    author: ExtensionId | None = None


class DeleteChat(Command, frozen=True, kw_only=True):
    """Delete it for me, up to and including what I have seen."""

    conversation_id: ConversationId
    by: ExtensionId
    up_to: int


DeletionEvent = MessageDeleted | MessageHidden | ChatDeleted
DeletionCommand = DeleteMessage | DeleteChat
