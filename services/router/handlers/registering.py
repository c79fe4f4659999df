"""Phones that are to be told of news: registered at each start of their app, forgotten by id."""

from collections.abc import Mapping
from typing import Any

from schemas.base import ExtensionId
from schemas.device import DeviceCommand, RegisterDevice
from schemas.envelope import Envelope
from services.kernel.handling import Addressed, Outcome, Part, Parts
from services.router.domain import devices
from services.router.domain.state import World


def on_device(envelope: Envelope[Any], parts: Parts) -> Outcome:
    """Judge a wish about a person's phones; may raise Refused."""
    command: DeviceCommand = envelope.data
    world, key = World(parts, envelope.tenant or ""), devices.devices_key(command.recipient)
    events = devices.decide(command, _known(command.recipient, parts), world)
    return Outcome(
        events=tuple(
            Addressed(subject=key, partitionkey=key, tenant=world.tenant, data=event)
            for event in events
        ),
        answer={"registered": isinstance(command, RegisterDevice)},
    )


def device_remembered(event: Envelope[Any], parts: Parts) -> Mapping[str, Part]:
    """Give the part that an event of a phone leaves behind."""
    who = event.data.recipient
    after = devices.remembered(_known(who, parts), event.data, event.time)
    return {devices.devices_key(who): after}


def _known(who: ExtensionId, parts: Parts) -> devices.Devices:
    part = parts.get(devices.devices_key(who))
    return part if isinstance(part, devices.Devices) else devices.Devices()
