"""Whether a person's phones are told by their push services, and what their ends are; pure."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

import msgspec

from schemas.base import ConversationId
from schemas.device import DeviceEvent, DeviceRegistered, ForgetDevice, Platform
from schemas.notification import (
    ConsiderNotification,
    DevicePush,
    NotificationDecided,
    NotificationDelivered,
    NotificationFailed,
    Reason,
    RecordDevicePush,
)
from services.notify.domain import telling

#: Conversations that a badge counts at most; the news that is oldest goes first.
MAX_NEWS = 99
#: However long a push service wants to be left alone: news that is older than that is none.
LONGEST_WAIT = timedelta(hours=1)


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A phone, as its app registered it when it was started last."""

    platform: Platform
    token: str
    app: str
    started_at: datetime


class Devices(msgspec.Struct, frozen=True, kw_only=True):
    """A person's phones by id. Part `devices/<extension>`, fed by the directory."""

    known: dict[str, Device] = msgspec.field(default_factory=dict)


class News(msgspec.Struct, frozen=True, kw_only=True):
    """Conversations that their phones were told of, and when. Part `news/<extension>`."""

    told: dict[ConversationId, datetime] = msgspec.field(default_factory=dict)


def evolve(devices: Devices, event: DeviceEvent, at: datetime) -> Devices:
    """Remember which phones there are."""
    others = {id_: one for id_, one in devices.known.items() if id_ != event.device_id}
    if not isinstance(event, DeviceRegistered):
        return Devices(known=others)
    device = Device(platform=event.platform, token=event.token, app=event.app, started_at=at)
    return Devices(known={**others, event.device_id: device})


def consider(
    question: ConsiderNotification, devices: Devices, platforms: Collection[Platform]
) -> NotificationDecided:
    """Decide once whether the phones are told, with the reason either way."""
    reason: Reason = "registered"
    if question.actor == question.recipient:
        reason = "own-doing"
    elif question.muted:
        reason = "muted"
    elif not any(one.platform in platforms for one in devices.known.values()):
        reason = "no-device"
    return telling.decided(question, "mobile-push", reason, sent=reason == "registered")


def pushes(
    question: ConsiderNotification, devices: Devices, news: News, platforms: Collection[Platform]
) -> Iterator[DevicePush]:
    """Write one notification per phone whose push service we may speak to."""
    for device_id, device in devices.known.items():
        if device.platform in platforms:
            yield DevicePush(
                recipient=question.recipient,
                cause_id=question.cause_id,
                device_id=device_id,
                platform=device.platform,
                token=device.token,
                app=device.app,
                conversation_id=question.conversation_id,
                title=question.title,
                body=question.body,
                badge=_badge(question, news, device.started_at),
                picture=question.picture,
            )


def _badge(question: ConsiderNotification, news: News, started_at: datetime) -> int:
    """Count the conversations with news since the app was started."""
    told = {id_ for id_, at in news.told.items() if at > started_at}
    return len(told | {question.conversation_id})


def remember(news: News, event: NotificationDecided, at: datetime) -> News:
    """Remember what the phones were told of, the newest last."""
    if event.conversation_id is None:
        return news
    others = {id_: when for id_, when in news.told.items() if id_ != event.conversation_id}
    kept = [*others.items(), (event.conversation_id, at)][-MAX_NEWS:]
    return News(told=dict(kept))


def next_wait(report: RecordDevicePush) -> timedelta | None:
    """Give the wait before the next try, which a push service may lengthen; None where final."""
    rung = telling.next_wait(report)
    if rung is None or report.after_seconds is None:
        return rung
    return max(rung, min(timedelta(seconds=report.after_seconds), LONGEST_WAIT))


def record(report: RecordDevicePush) -> NotificationDelivered | NotificationFailed:
    """Turn what the push service said at last into the event that ends it."""
    push = report.push
    endpoint = f"{push.platform}:{push.device_id}"
    if report.outcome == "delivered":
        return NotificationDelivered(
            recipient=push.recipient, cause_id=push.cause_id, endpoint=endpoint
        )
    return NotificationFailed(
        recipient=push.recipient,
        cause_id=push.cause_id,
        endpoint=endpoint,
        code=report.code or report.outcome,
    )


def forget(report: RecordDevicePush) -> ForgetDevice | None:
    """Ask to forget a phone that its push service does not know any more."""
    if report.outcome != "gone":
        return None
    push = report.push
    return ForgetDevice(
        recipient=push.recipient,
        device_id=push.device_id,
        reason="gone",
        gone_at=report.gone_at,
    )
