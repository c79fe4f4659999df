"""Muting: a person wants no alerts for one conversation; it goes on counting as unread.

Router's, on the topics of `conversation`; in the conversation's stream.
"""

from schemas.base import Command, ConversationId, Event, ExtensionId


class ConversationMuted(Event, frozen=True, kw_only=True):
    """No tone, no notification and no push about it for this person from now on."""

    conversation_id: ConversationId
    by: ExtensionId


class ConversationUnmuted(Event, frozen=True, kw_only=True):
    """They want to be told again."""

    conversation_id: ConversationId
    by: ExtensionId


class MuteConversation(Command, frozen=True, kw_only=True):
    """Turn off my notifications about it."""

    conversation_id: ConversationId
    by: ExtensionId


class UnmuteConversation(Command, frozen=True, kw_only=True):
    """Turn them on again."""

    conversation_id: ConversationId
    by: ExtensionId


MutingEvent = ConversationMuted | ConversationUnmuted
MutingCommand = MuteConversation | UnmuteConversation
