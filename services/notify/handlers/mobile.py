"""Phones: decided beside the browsers, told by their push services, forgotten where gone."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from schemas.base import ExtensionId
from schemas.device import DeviceEvent, DeviceForgotten, DeviceRegistered, Platform
from schemas.envelope import Envelope
from schemas.notification import (
    ConsiderNotification,
    DevicePush,
    NotificationDecided,
    RecordDevicePush,
)
from services.kernel.handling import Addressed, Effect, Outcome, Part, Parts
from services.notify.domain import mobile
from services.notify.domain.mobile import Devices, News
from services.notify.handlers.addressing import addressed, part

#: The effects that services.notify.adapters.apns and fcm perform, by platform.
EFFECTS: Mapping[Platform, str] = {"apns": "apns", "fcm": "fcm"}
PART_TYPES: Mapping[str, type[Part]] = {"devices": Devices, "news": News}


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """The effect's payload: a notification for one phone, and which try it is."""

    push: DevicePush
    tenant: str
    tries: int


def needs(recipient: ExtensionId) -> tuple[str, ...]:
    """Name what a decision about a person's phones reads."""
    return (_devices(recipient), _news(recipient))


def consider(
    question: ConsiderNotification,
    outcome: Outcome,
    envelope: Envelope[Any],
    parts: Parts,
    platforms: Collection[Platform],
) -> Outcome:
    """Add what is decided for the phones to what is decided for the browsers."""
    devices = part(parts, _devices(question.recipient), Devices)
    decided = mobile.consider(question, devices, platforms)
    told: tuple[Effect, ...] = ()
    if decided.sent:
        news = part(parts, _news(question.recipient), News)
        told = tuple(
            _tell(push, 1, envelope, envelope.time)
            for push in mobile.pushes(question, devices, news, platforms)
        )
    return replace(
        outcome,
        events=(*outcome.events, addressed(question.recipient, decided, envelope)),
        effects=(*outcome.effects, *told),
    )


def record(report: RecordDevicePush, envelope: Envelope[Any]) -> Outcome:
    """End a push by what its service said, or try again."""
    recipient = report.push.recipient
    wait = mobile.next_wait(report)
    if wait is not None:
        again = _tell(report.push, report.tries + 1, envelope, envelope.time + wait)
        return Outcome(effects=(again,))
    forget, subject = mobile.forget(report), _devices(recipient)
    tenant = envelope.tenant or ""
    return Outcome(
        events=(addressed(recipient, mobile.record(report), envelope),),
        commands=()
        if forget is None
        else (Addressed(subject=subject, partitionkey=subject, tenant=tenant, data=forget),),
    )


def touches(event: object) -> tuple[str, ...]:
    """Name the part that an event changes."""
    match event:
        case DeviceRegistered(recipient=recipient) | DeviceForgotten(recipient=recipient):
            return (_devices(recipient),)
        case NotificationDecided(channel="mobile-push", sent=True, recipient=recipient):
            return (_news(recipient),)
        case _:
            return ()


def evolve(event: object, at: datetime, parts: Parts) -> Mapping[str, Part]:
    """Remember a person's phones, and what they were told of."""
    changed: dict[str, Part] = {}
    for key in touches(event):
        if isinstance(event, NotificationDecided):
            changed[key] = mobile.remember(part(parts, key, News), event, at)
        elif isinstance(event, DeviceEvent):
            changed[key] = mobile.evolve(part(parts, key, Devices), event, at)
    return changed


def _tell(push: DevicePush, tries: int, cause: Envelope[Any], due_at: datetime) -> Effect:
    return Effect(
        kind=EFFECTS[push.platform],
        # one that waits for its retry holds up no other
        order_key=f"{push.cause_id}/{push.device_id}",
        payload=Telling(push=push, tenant=cause.tenant or "", tries=tries),
        due_at=due_at,
    )


def _devices(recipient: ExtensionId) -> str:
    return f"devices/{recipient}"


def _news(recipient: ExtensionId) -> str:
    return f"news/{recipient}"
