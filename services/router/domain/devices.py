"""Rules of a person's phones: a few of them, each told of until its sign-in ends; pure."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from schemas.base import ExtensionId
from schemas.device import (
    DeviceCommand,
    DeviceEvent,
    DeviceForgotten,
    DeviceRegistered,
    ForgetDevice,
    ForgetDevices,
    Forgotten,
    RegisterDevice,
)
from services.router.domain.refusals import UnknownExtension
from services.router.domain.state import World

#: Phones of one person that are told; the one that was started longest ago makes room.
MAX_DEVICES = 10
#: What `signed_in` begins with where a session proved who registered it; and whatever proved it.
SESSIONS, EVERYTHING = "session/", ""


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """What forgetting it takes."""

    signed_in: str
    registered_at: datetime


class Devices(msgspec.Struct, frozen=True, kw_only=True):
    """Part `devices/<extension>`: their phones by id, the one started longest ago first."""

    known: dict[str, Device] = msgspec.field(default_factory=dict)


def devices_key(extension_id: ExtensionId) -> str:
    return f"devices/{extension_id}"


def decide(command: DeviceCommand, devices: Devices, world: World) -> list[DeviceEvent]:
    """Register a phone, or forget it; what is not known is no event to forget."""
    match command:
        case RegisterDevice():
            if world.extension(command.recipient) is None:
                raise UnknownExtension(extension=command.recipient)
            return [*_surplus(command, devices), _registered(command)]
        case ForgetDevice(device_id=device_id):
            known = devices.known.get(device_id)
            gone = known is not None and not _came_back(known, command.gone_at)
            return [_forgotten(command, device_id, command.reason)] if gone else []
        case ForgetDevices(signed_in=beginning):
            ended = (id_ for id_, one in devices.known.items() if _is_of(one, beginning))
            return [_forgotten(command, id_, "signed-out") for id_ in ended]


def _is_of(device: Device, signed_in: str) -> bool:
    """Tell a whole proof from one whose name begins alike."""
    if not signed_in or signed_in.endswith("/"):
        return device.signed_in.startswith(signed_in)
    return device.signed_in == signed_in


def _came_back(device: Device, gone_at: datetime | None) -> bool:
    return gone_at is not None and device.registered_at > gone_at


def _surplus(command: RegisterDevice, devices: Devices) -> Iterator[DeviceEvent]:
    others = [id_ for id_ in devices.known if id_ != command.device_id]
    for id_ in others[: max(0, len(others) - MAX_DEVICES + 1)]:
        yield _forgotten(command, id_, "replaced")


def _registered(command: RegisterDevice) -> DeviceRegistered:
    return DeviceRegistered(**msgspec.structs.asdict(command))


def _forgotten(command: DeviceCommand, device_id: str, reason: Forgotten) -> DeviceForgotten:
    return DeviceForgotten(recipient=command.recipient, device_id=device_id, reason=reason)


def remembered(devices: Devices, event: DeviceEvent, at: datetime) -> Devices:
    """Remember what forgetting takes; the one that was just started goes last."""
    others = {id_: one for id_, one in devices.known.items() if id_ != event.device_id}
    if isinstance(event, DeviceForgotten):
        return Devices(known=others)
    started = Device(signed_in=event.signed_in, registered_at=at)
    return Devices(known={**others, event.device_id: started})
