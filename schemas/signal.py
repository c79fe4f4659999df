"""`signals`: what may be lost. From the gateway to its replicas; kept 15 minutes."""

from schemas.base import Event, ExtensionId


class PresenceChanged(Event, frozen=True, kw_only=True):
    """A person has a screen open, or their last one is gone. Sent again while it lasts."""

    extension_id: ExtensionId
    online: bool


SignalEvent = PresenceChanged
