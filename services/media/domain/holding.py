"""Who still needs an object of the bucket: it lives as long as its last message or upload; pure."""

from datetime import datetime, timedelta

import msgspec

from schemas.base import MessageId
from schemas.media import ObjectHeld, ObjectReleased

#: Between the bytes being written and their holder being known on the log lies less than this:
#: what was written so lately is not removed, but looked at again.
GRACE = timedelta(hours=1)


class Holders(msgspec.Struct, frozen=True, kw_only=True):
    """Part `object/<key>`: who needs it; fed by the object's own events."""

    names: tuple[str, ...] = ()


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Part `kept/<message>`: its stored files by index; fed by the conversation's own events."""

    files: dict[int, str] = msgspec.field(default_factory=dict)
    #: The media type of the small copy, by index, of those that have one.
    pictures: dict[int, str] = msgspec.field(default_factory=dict)
    forgotten: bool = False


class Remove(msgspec.Struct, frozen=True, kw_only=True):
    """The effect: remove an object that nobody needs, unless it was written anew since."""

    key: str
    tenant: str
    #: What was written later stays.
    written_before: datetime


def kept_key(message_id: MessageId) -> str:
    return f"kept/{message_id}"


def message_holder(message_id: MessageId) -> str:
    return f"message/{message_id}"


def upload_holder(upload_id: str) -> str:
    return f"upload/{upload_id}"


def hold(key: str, holder: str, known: Holders) -> ObjectHeld | None:
    """Note a holder; a second time is no news."""
    return None if holder in known.names else ObjectHeld(key=key, holder=holder)


def release(key: str, holder: str, known: Holders) -> ObjectReleased | None:
    """Let go; whoever holds nothing has nothing to let go of."""
    if holder not in known.names:
        return None
    return ObjectReleased(key=key, holder=holder, last=known.names == (holder,))


def held(known: Holders, event: ObjectHeld | ObjectReleased) -> Holders:
    """Remember it."""
    others = tuple(name for name in known.names if name != event.holder)
    return Holders(names=(*others, event.holder) if isinstance(event, ObjectHeld) else others)
