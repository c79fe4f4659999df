"""Every event's and command's wire name and class, and every upcast: the system on one page.

Classes carry no version; wire names do. A new shape is `v<N+1>` here, one upcast from the old dict
to the new, and one more golden example (house.md §4.3).
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, get_args

import msgspec

from schemas import (
    answer,
    canned,
    carrier,
    consent,
    contact,
    conversation,
    deletion,
    delivery,
    desk,
    device,
    directory,
    group,
    guard,
    letter,
    media,
    muting,
    notification,
    operation,
    pieces,
    queue,
    tag,
)
from schemas import signal as signals

Upcast = Callable[[dict[str, Any]], dict[str, Any]]

#: Stem → (topic of its events, topic of its commands or None). One stem is one file of schemas/.
TOPICS: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "carrier": ("carrier-events", None),
        "conversation": ("conversation-events", "conversation-commands"),
        "consent": ("conversation-events", "conversation-commands"),
        "guard": ("conversation-events", "conversation-commands"),
        "group": ("conversation-events", "conversation-commands"),
        "deletion": ("conversation-events", "conversation-commands"),
        "muting": ("conversation-events", "conversation-commands"),
        "pieces": ("conversation-events", "conversation-commands"),
        "tag": ("conversation-events", "conversation-commands"),
        "directory": ("directory-events", "directory-commands"),
        "contact": ("directory-events", "directory-commands"),
        "canned": ("directory-events", "directory-commands"),
        "device": ("directory-events", "directory-commands"),
        "operation": ("directory-events", "directory-commands"),
        "queue": ("queue-events", "queue-commands"),
        "desk": ("queue-events", "queue-commands"),
        "delivery": ("delivery-events", "delivery-commands"),
        "media": ("media-events", "media-commands"),
        "notification": ("notification-events", "notification-commands"),
        "letter": ("letters", None),
        "signal": ("signals", None),
        "answer": ("answers", None),
    }
)

_EVENTS = {
    "carrier": carrier.CarrierEvent,
    "conversation": conversation.ConversationEvent,
    "consent": consent.ConsentEvent,
    "guard": guard.GuardEvent,
    "group": group.GroupEvent,
    "deletion": deletion.DeletionEvent,
    "muting": muting.MutingEvent,
    "pieces": pieces.PiecesEvent,
    "tag": tag.TagEvent,
    "directory": directory.DirectoryEvent,
    "contact": contact.ContactEvent,
    "canned": canned.CannedEvent,
    "device": device.DeviceEvent,
    "operation": operation.OperationEvent,
    "queue": queue.QueueEvent,
    "desk": desk.DeskEvent,
    "delivery": delivery.DeliveryEvent,
    "media": media.MediaEvent,
    "notification": notification.NotificationEvent,
    "letter": letter.LetterEvent,
    "signal": signals.SignalEvent,
    "answer": answer.AnswerEvent,
}
_COMMANDS = {
    "conversation": conversation.ConversationCommand,
    "consent": consent.ConsentCommand,
    "guard": guard.GuardCommand,
    "group": group.GroupCommand,
    "deletion": deletion.DeletionCommand,
    "muting": muting.MutingCommand,
    "pieces": pieces.PiecesCommand,
    "tag": tag.TagCommand,
    "directory": directory.DirectoryCommand,
    "contact": contact.ContactCommand,
    "canned": canned.CannedCommand,
    "device": device.DeviceCommand,
    "operation": operation.OperationCommand,
    "queue": queue.QueueCommand,
    "desk": desk.DeskCommand,
    "delivery": delivery.DeliveryCommand,
    "media": media.MediaCommand,
    "notification": notification.NotificationCommand,
}

#: Wire names whose newest version is not 1.
_VERSIONS: Mapping[str, int] = MappingProxyType({})

#: Old wire name → (newer wire name, upcast of its data). Followed until a current name is reached.
UPCASTS: Mapping[str, tuple[str, Upcast]] = MappingProxyType({})


def kebab(name: str) -> str:
    """Spell a class name as the wire does: ConversationClaimed → conversation-claimed."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def _members(union: object) -> tuple[type[msgspec.Struct], ...]:
    return get_args(union) or (union,)


def _entries() -> dict[str, tuple[type[msgspec.Struct], str]]:
    entries: dict[str, tuple[type[msgspec.Struct], str]] = {}
    for unions, which in ((_EVENTS, 0), (_COMMANDS, 1)):
        for stem, union in unions.items():
            topic = TOPICS[stem][which]
            if topic is None:
                raise LookupError(f"{stem} has no topic for its commands")
            for cls in _members(union):
                name = f"{stem}.{kebab(cls.__name__)}"
                entries[f"{name}.v{_VERSIONS.get(name, 1)}"] = (cls, topic)
    return entries


#: Current wire name → (class, topic).
ENTRIES: Mapping[str, tuple[type[msgspec.Struct], str]] = MappingProxyType(_entries())
#: Class → current wire name.
NAMES: Mapping[type[object], str] = MappingProxyType(
    {cls: name for name, (cls, _) in ENTRIES.items()}
)


def wire_name(data: object) -> str:
    """Name the type of an event or command on the wire; KeyError for what the catalogue lacks."""
    return NAMES[type(data)]


def topic_of(data: object) -> str:
    """Name the one topic that an event or command belongs on."""
    return ENTRIES[wire_name(data)][1]
