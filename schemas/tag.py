"""Tags: words by which people find and sort conversations; router's, on `conversation`'s topics."""

from schemas.base import Command, ConversationId, Event, ExtensionId, PersonalText


class ConversationTagged(Event, frozen=True, kw_only=True):
    """It bears a tag from now on, for everybody who sees it."""

    conversation_id: ConversationId
    by: ExtensionId
    tag: PersonalText


class ConversationUntagged(Event, frozen=True, kw_only=True):
    """It bears that tag no longer."""

    conversation_id: ConversationId
    by: ExtensionId
    tag: PersonalText


class TagConversation(Command, frozen=True, kw_only=True):
    """Put a tag on it; the same word in other letters is the same tag."""

    conversation_id: ConversationId
    by: ExtensionId
    tag: PersonalText


class UntagConversation(Command, frozen=True, kw_only=True):
    """Take a tag off it."""

    conversation_id: ConversationId
    by: ExtensionId
    tag: PersonalText


TagEvent = ConversationTagged | ConversationUntagged
TagCommand = TagConversation | UntagConversation
