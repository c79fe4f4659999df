"""A person's phones are told by their makers' push services, once, with the reason either way."""

from datetime import timedelta

import msgspec
import pytest

from schemas.base import ConversationId, ExtensionId, MessageId
from schemas.device import DeviceForgotten, DeviceRegistered, ForgetDevice, Platform
from schemas.notification import (
    ConsiderNotification,
    NotificationDecided,
    NotificationDelivered,
    NotificationFailed,
    RecordDevicePush,
)
from services.notify.domain.mobile import LONGEST_WAIT, MAX_NEWS
from services.notify.domain.telling import MAX_TRIES, RETRY_LADDER
from services.notify.handlers import NotifyHandlers
from services.notify.handlers.mobile import Telling
from tests.support.scenario import Told
from tests.support.stage import START, Stage

ANA = ExtensionId("ana")
QUESTION = ConsiderNotification(
    recipient=ANA,
    cause_id="e-1",
    occasion="message",
    conversation_id=ConversationId("c-1"),
    title="+14155550150",
    body="Is my order ready?",
    picture=MessageId("m-1"),
)


@pytest.fixture
def stage() -> Stage:
    return Stage("notify", NotifyHandlers(mobile_phones=("apns", "fcm")))


def _phone(device_id: str = "d-1", platform: Platform = "apns") -> DeviceRegistered:
    return DeviceRegistered(
        recipient=ANA,
        device_id=device_id,
        platform=platform,
        token=f"token of {device_id}",
        app="com.example.texts",
        name="",
        signed_in="session/s-1",
    )


def _about(conversation: str) -> ConsiderNotification:
    return msgspec.structs.replace(QUESTION, conversation_id=ConversationId(conversation))


def _decided(told: Told) -> list[tuple[bool, str]]:
    return [
        (one.sent, one.reason)
        for one in told.facts
        if isinstance(one, NotificationDecided) and one.channel == "mobile-push"
    ]


def _told(told: Told) -> list[Telling]:
    return [one.payload for one in told.effects if isinstance(one.payload, Telling)]


def _report(stage: Stage, outcome: str, tries: int = 1, **more: object) -> RecordDevicePush:
    [telling] = _told(stage.tell(QUESTION))
    about = {"push": telling.push, "tries": tries, "outcome": outcome, **more}
    return RecordDevicePush(**about)  # type: ignore[arg-type]  # from parameters


def test_every_phone_is_told_by_its_own_push_service(stage: Stage) -> None:
    """NOTIF-11, ATT-14: with whose picture to show."""
    stage.tell(_phone())
    stage.tell(_phone("d-2", "fcm"))
    told = stage.tell(QUESTION)

    assert _decided(told) == [(True, "registered")]
    assert [effect.kind for effect in told.effects] == ["apns", "fcm"]
    pushes = [one.push for one in _told(told)]
    assert [one.token for one in pushes] == ["token of d-1", "token of d-2"]
    assert {(one.title, one.body, one.picture) for one in pushes} == {
        ("+14155550150", "Is my order ready?", "m-1")
    }


@pytest.mark.parametrize(
    ("changed", "reason"), [({"actor": ANA}, "own-doing"), ({"muted": True}, "muted")]
)
def test_what_a_phone_is_not_told_is_decided_with_its_reason(
    stage: Stage, changed: dict[str, object], reason: str
) -> None:
    """NOTIF-11."""
    stage.tell(_phone())
    told = stage.tell(msgspec.structs.replace(QUESTION, **changed))

    assert (_decided(told), _told(told)) == ([(False, reason)], [])


def test_whoever_has_no_phone_that_may_be_told_is_told_by_none() -> None:
    androids: tuple[Platform, ...] = ("fcm",)
    stage = Stage("notify", NotifyHandlers(mobile_phones=androids))
    assert _decided(stage.tell(QUESTION)) == [(False, "no-device")]

    stage.tell(_phone())
    assert _decided(stage.tell(QUESTION)) == [(False, "no-device")]


def test_without_a_push_service_nothing_is_decided_of_phones() -> None:
    stage = Stage("notify", NotifyHandlers())
    stage.tell(_phone())
    told = stage.tell(QUESTION)

    assert (_decided(told), _told(told)) == ([], [])


def test_a_forgotten_phone_is_told_no_more(stage: Stage) -> None:
    stage.tell(_phone())
    stage.tell(DeviceForgotten(recipient=ANA, device_id="d-1", reason="signed-out"))

    assert _decided(stage.tell(QUESTION)) == [(False, "no-device")]


def test_the_badge_counts_the_conversations_with_news_since_the_app_was_started(
    stage: Stage,
) -> None:
    """NOTIF-11."""
    stage.tell(_phone())
    badges = []
    for conversation in ("c-1", "c-2", "c-1"):
        [telling] = _told(stage.tell(_about(conversation), at=START + timedelta(minutes=1)))
        badges.append(telling.push.badge)
    assert badges == [1, 2, 2]

    stage.tell(_phone(), at=START + timedelta(minutes=2))
    [telling] = _told(stage.tell(_about("c-3"), at=START + timedelta(minutes=3)))
    assert telling.push.badge == 1


def test_a_badge_counts_no_further_than_anybody_looks(stage: Stage) -> None:
    stage.tell(_phone())
    for number in range(MAX_NEWS + 5):
        at = START + timedelta(seconds=1 + number)
        [telling] = _told(stage.tell(_about(f"c-{number}"), at=at))
    assert telling.push.badge == MAX_NEWS + 1


def test_a_push_that_was_taken_ends_there(stage: Stage) -> None:
    stage.tell(_phone())
    told = stage.tell(_report(stage, "delivered"))

    told.then(NotificationDelivered(recipient=ANA, cause_id="e-1", endpoint="apns:d-1"))


@pytest.mark.parametrize(
    ("after", "wait"),
    [
        (None, RETRY_LADDER[0]),
        (1, RETRY_LADDER[0]),
        (900, timedelta(minutes=15)),
        (86_400, LONGEST_WAIT),
    ],
)
def test_a_push_is_tried_again_when_its_service_wants_it(
    stage: Stage, after: int | None, wait: timedelta
) -> None:
    """NOTIF-11: the ladder, and Retry-After where it is longer."""
    stage.tell(_phone())
    told = stage.tell(_report(stage, "retry", after_seconds=after), at=START)

    [effect] = told.effects
    assert (effect.due_at - START, _told(told)[0].tries) == (wait, 2)
    assert told.facts == []


def test_a_push_that_is_never_taken_is_given_up(stage: Stage) -> None:
    stage.tell(_phone())
    told = stage.tell(_report(stage, "retry", MAX_TRIES, code="TooManyRequests"))

    told.then(
        NotificationFailed(
            recipient=ANA, cause_id="e-1", endpoint="apns:d-1", code="TooManyRequests"
        )
    )


def test_a_phone_that_is_gone_is_to_be_forgotten(stage: Stage) -> None:
    """NOTIF-11: Unregistered, BadDeviceToken, UNREGISTERED."""
    stage.tell(_phone())
    told = stage.tell(_report(stage, "gone", code="Unregistered", gone_at=START))

    assert [type(one) for one in told.facts] == [NotificationFailed]
    assert told.wishes == [
        ForgetDevice(recipient=ANA, device_id="d-1", reason="gone", gone_at=START)
    ]
    assert told.commands[0].subject == "devices/ana"
