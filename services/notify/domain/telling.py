"""What is decided for one recipient: told or not, by which browsers, and why; pure."""

from collections.abc import Mapping
from datetime import timedelta

import msgspec

from schemas.base import ExtensionId
from schemas.notification import (
    Channel,
    ConsiderNotification,
    NotificationDecided,
    NotificationDelivered,
    NotificationEvent,
    NotificationFailed,
    Push,
    PushSubscribed,
    PushUnsubscribed,
    Reason,
    RecordDevicePush,
    RecordPhoneText,
    RecordPush,
    SubscribePush,
    UnsubscribePush,
)

#: Browsers of one person that are told; the oldest makes room for an eleventh.
MAX_SUBSCRIPTIONS = 10
#: Waits before the second, third… try of a push or a phone; news that is older than that is none.
RETRY_LADDER = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5))
MAX_TRIES = len(RETRY_LADDER) + 1


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A browser's keys (RFC 8291)."""

    p256dh: str
    auth: str


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """A person's browsers by endpoint, oldest first. Part `recipient/<extension>`."""

    subscriptions: dict[str, Subscription] = msgspec.field(default_factory=dict)


def consider(question: ConsiderNotification, recipient: Recipient) -> NotificationDecided:
    """Decide once whether this recipient is told of this event, with the reason either way."""
    reason: Reason = "subscribed"
    if question.actor == question.recipient:
        reason = "own-doing"
    elif question.muted:
        reason = "muted"
    elif not recipient.subscriptions:
        reason = "no-subscription"
    return decided(question, "web-push", reason, sent=reason == "subscribed")


def decided(
    question: ConsiderNotification, channel: Channel, reason: Reason, *, sent: bool
) -> NotificationDecided:
    """Say what was decided of a channel, and why."""
    return NotificationDecided(
        recipient=question.recipient,
        cause_id=question.cause_id,
        occasion=question.occasion,
        conversation_id=question.conversation_id,
        channel=channel,
        sent=sent,
        reason=reason,
    )


def pushes(question: ConsiderNotification, recipient: Recipient) -> tuple[Push, ...]:
    """Write one notification per browser."""
    return tuple(
        Push(
            recipient=question.recipient,
            cause_id=question.cause_id,
            endpoint=endpoint,
            p256dh=keys.p256dh,
            auth=keys.auth,
            conversation_id=question.conversation_id,
            title=question.title,
            body=question.body,
            picture=question.picture,
        )
        for endpoint, keys in recipient.subscriptions.items()
    )


def subscribe(command: SubscribePush, recipient: Recipient) -> tuple[NotificationEvent, ...]:
    """Remember a browser; the same one again changes nothing, one too many lets the oldest go."""
    keys = Subscription(p256dh=command.p256dh, auth=command.auth)
    if recipient.subscriptions.get(command.endpoint) == keys:
        return ()
    subscribed = PushSubscribed(
        recipient=command.recipient,
        endpoint=command.endpoint,
        p256dh=command.p256dh,
        auth=command.auth,
    )
    others = [known for known in recipient.subscriptions if known != command.endpoint]
    return (*_let_go(command.recipient, others), subscribed)


def unsubscribe(command: UnsubscribePush, recipient: Recipient) -> tuple[NotificationEvent, ...]:
    """Forget a browser that asked to be forgotten."""
    if command.endpoint not in recipient.subscriptions:
        return ()
    return (
        PushUnsubscribed(recipient=command.recipient, endpoint=command.endpoint, reason="asked"),
    )


def record(report: RecordPush, recipient: Recipient) -> tuple[NotificationEvent, ...]:
    """Turn what the push service said into the event that ends it; none while it goes on."""
    push = report.push
    if report.outcome == "delivered":
        return (
            NotificationDelivered(
                recipient=push.recipient, cause_id=push.cause_id, endpoint=push.endpoint
            ),
        )
    if next_wait(report) is not None:
        return ()
    failed = NotificationFailed(
        recipient=push.recipient,
        cause_id=push.cause_id,
        endpoint=push.endpoint,
        code=report.code or report.outcome,
    )
    if report.outcome == "gone" and push.endpoint in recipient.subscriptions:
        gone = PushUnsubscribed(recipient=push.recipient, endpoint=push.endpoint, reason="gone")
        return (failed, gone)
    return (failed,)


def next_wait(report: RecordPush | RecordPhoneText | RecordDevicePush) -> timedelta | None:
    """Give the wait before the next try, or None where the report is final."""
    if report.outcome != "retry" or report.tries >= MAX_TRIES:
        return None
    return RETRY_LADDER[report.tries - 1]


def evolve(recipient: Recipient, event: NotificationEvent) -> Recipient:
    """Remember which browsers there are; never refuse."""
    match event:
        case PushSubscribed():
            keys = Subscription(p256dh=event.p256dh, auth=event.auth)
            return _with(recipient.subscriptions, event.endpoint, keys)
        case PushUnsubscribed():
            return _with(recipient.subscriptions, event.endpoint, None)
        case _:
            return recipient


def _with(
    subscriptions: Mapping[str, Subscription], endpoint: str, keys: Subscription | None
) -> Recipient:
    kept = {known: value for known, value in subscriptions.items() if known != endpoint}
    return Recipient(subscriptions={**kept, endpoint: keys} if keys else kept)


def _let_go(recipient: ExtensionId, endpoints: list[str]) -> tuple[PushUnsubscribed, ...]:
    surplus = endpoints[: max(0, len(endpoints) - MAX_SUBSCRIPTIONS + 1)]
    return tuple(
        PushUnsubscribed(recipient=recipient, endpoint=endpoint, reason="replaced")
        for endpoint in surplus
    )
