"""Phones that are told of news by their maker's push service; router's, on `directory`'s topics.

Subject and key are `devices/<extension>`: all phones of a person are one stream. A phone is named
by its platform and its token; the token itself is a capability, treated as a secret.
"""

from datetime import datetime
from typing import Literal

from schemas.base import Command, Event, ExtensionId, PersonalText

#: Apple's push service, Google's Firebase Cloud Messaging.
Platform = Literal["apns", "fcm"]
#: Its owner's wish; its push service's word; room for a newer one; the end of its sign-in.
Forgotten = Literal["asked", "gone", "replaced", "signed-out"]


class DeviceRegistered(Event, frozen=True, kw_only=True):
    """An app on a person's phone wants to be told; its app was just started."""

    recipient: ExtensionId
    device_id: str
    platform: Platform
    token: PersonalText
    #: The app as its maker knows it: a bundle id (APNs' topic), or a package name.
    app: str
    #: What its owner calls the phone.
    name: PersonalText
    #: By which proof it was registered: `session/<id>` or `token/<id>`; it ends with it.
    signed_in: str


class DeviceForgotten(Event, frozen=True, kw_only=True):
    """It is told no more."""

    recipient: ExtensionId
    device_id: str
    reason: Forgotten


class RegisterDevice(Command, frozen=True, kw_only=True):
    """This phone of mine wants to be told; said again at each start of its app."""

    recipient: ExtensionId
    device_id: str
    platform: Platform
    token: PersonalText
    app: str
    name: PersonalText
    signed_in: str


class ForgetDevice(Command, frozen=True, kw_only=True):
    """Tell this phone no more."""

    recipient: ExtensionId
    device_id: str
    reason: Literal["asked", "gone", "replaced"]
    #: When its push service last knew it gone: one that was registered later stays.
    gone_at: datetime | None = None


class ForgetDevices(Command, frozen=True, kw_only=True):
    """A way in has ended: forget every phone that came by it."""

    recipient: ExtensionId
    #: What their `signed_in` begins with; empty is every phone.
    signed_in: str


DeviceEvent = DeviceRegistered | DeviceForgotten
DeviceCommand = RegisterDevice | ForgetDevice | ForgetDevices
