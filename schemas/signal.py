"""`signals`: what may be lost. From the gateway to its replicas; kept 15 minutes."""

from schemas.base import ConversationId, Event, ExtensionId


class PresenceChanged(Event, frozen=True, kw_only=True):
    """A person has a screen open, or their last one is gone. Sent again while it lasts."""

    extension_id: ExtensionId
    online: bool


class TypingChanged(Event, frozen=True, kw_only=True):
    """A member of a chat types, or has stopped. Sent again while it lasts."""

    extension_id: ExtensionId
    conversation_id: ConversationId
    typing: bool
    #: Who takes part besides, and may see it; never anybody outside.
    members: tuple[ExtensionId, ...]


SignalEvent = PresenceChanged | TypingChanged
