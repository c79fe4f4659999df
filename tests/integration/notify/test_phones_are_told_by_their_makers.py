"""APNs and FCM are spoken to as Apple and Google document it, on real connections."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
import pytest_asyncio

from schemas.base import ConversationId, ExtensionId, MessageId
from schemas.device import Platform
from schemas.notification import DevicePush, RecordDevicePush
from services.kernel import signing
from services.kernel.clock import Clock
from services.kernel.outbound import Outbound, Policy
from services.notify.adapters.apns import LEAST_TOKEN_LIFE, TOKEN_LIFE, ApnsPerformer
from services.notify.adapters.device_push import DevicePerformer
from services.notify.adapters.fcm import FcmPerformer
from services.notify.adapters.previews import LINK_SECONDS, PreviewLinks
from services.notify.handlers.mobile import Telling
from services.notify.ports import ApplePush, GooglePush, Pictures
from tests.support import apple_push, google_push
from tests.support.apple_push import Apple
from tests.support.google_push import Google, no

pytestmark = pytest.mark.integration
KEY = b"link key"
APP = "com.example.texts"
#: Outcome, code, and how long to wait.
Judged = tuple[str, str, int | None]


@pytest.fixture
def apple() -> Iterator[Apple]:
    with apple_push.apple_push() as serving:
        yield serving


@pytest.fixture
def google() -> Iterator[Google]:
    with google_push.google_push() as serving:
        yield serving


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def apns(apple: Apple, clock: Clock) -> AsyncIterator[DevicePerformer]:
    outbound = Outbound(Policy.read(["127.0.0.0/8"]), http2=True)
    known = ApplePush(key=apple.key, key_id=apple_push.KEY_ID, team=apple_push.TEAM, url=apple.url)
    yield ApnsPerformer(outbound, known, clock, _links(clock))
    await outbound.close()


@pytest_asyncio.fixture
async def fcm(google: Google, clock: Clock) -> AsyncIterator[DevicePerformer]:
    outbound = Outbound(Policy.read(["127.0.0.0/8"]))
    account = msgspec.json.decode(google.account)
    del account["type"]
    yield FcmPerformer(outbound, GooglePush(**account, url=google.url), clock, _links(clock))
    await outbound.close()


def _links(clock: Clock) -> PreviewLinks:
    return PreviewLinks(Pictures(origin="https://files.example.com", key=KEY), clock)


async def _tell(
    performer: DevicePerformer, platform: Platform = "apns", *, picture: bool = False
) -> RecordDevicePush:
    push = DevicePush(
        recipient=ExtensionId("ana"),
        cause_id="e-1",
        device_id="d-1",
        platform=platform,
        token="a1b2",
        app=APP,
        conversation_id=ConversationId("c-1"),
        title="Bob Smith",
        body="Is my order ready?",
        badge=3,
        picture=MessageId("m-1") if picture else None,
    )
    payload = msgspec.json.encode(Telling(push=push, tenant="acme", tries=1))
    (command,) = await performer.perform("effect", payload)
    assert isinstance(command.data, RecordDevicePush)
    return command.data


async def _later(clock: Clock, by: timedelta) -> None:
    then = clock.now() + by

    async def read() -> datetime:
        return then

    await clock.sync(read)


def _is_ours(link: str, clock: Clock) -> bool:
    """Tell whether media would show it now, and not for longer than it lives."""
    parts = urlsplit(link)
    query, now = dict(parse_qsl(parts.query)), clock.now().timestamp()
    alive = signing.verify(KEY, parts.path, query, now)
    return alive and not signing.verify(KEY, parts.path, query, now + LINK_SECONDS)


async def test_an_iphone_is_told_with_the_words_the_count_and_a_link_to_the_picture(
    apple: Apple, apns: DevicePerformer, clock: Clock
) -> None:
    """NOTIF-11, ATT-14: HTTP/2, and every header that Apple asks for."""
    before = clock.now().timestamp()
    report = await _tell(apns, picture=True)
    await _tell(apns)

    assert (report.outcome, report.code) == ("delivered", None)
    told, plain = apple.requests
    aps = told.payload["aps"]
    assert (told.device, aps["alert"]) == (
        "a1b2",
        {"title": "Bob Smith", "body": "Is my order ready?"},
    )
    assert (aps["badge"], aps["mutable-content"], aps["thread-id"]) == (3, 1, "c-1")
    assert told.payload["image"].startswith("https://files.example.com/previews/m-1?")
    assert _is_ours(told.payload["image"], clock)
    assert "image" not in plain.payload
    assert "mutable-content" not in plain.payload["aps"]
    headers = told.headers
    assert (headers["apns-topic"], headers["apns-push-type"]) == (APP, "alert")
    assert before + 3600 - 1 <= int(headers["apns-expiration"]) <= before + 3660
    assert len(headers["apns-collapse-id"].encode()) <= 64
    assert headers["apns-id"] == plain.headers["apns-id"], "the same again is the same"
    assert abs(told.claims["iat"] - before) < 60


async def test_one_connection_and_one_token_serve_until_apple_wants_another(
    apple: Apple, apns: DevicePerformer, clock: Clock
) -> None:
    """NOTIF-11: a token lives 45 of the 20 to 60 minutes that Apple allows."""
    await _tell(apns)
    await _later(clock, TOKEN_LIFE - timedelta(seconds=5))
    await _tell(apns)
    await _later(clock, timedelta(seconds=10))
    await _tell(apns)

    first, same, next_ = (one.headers["authorization"] for one in apple.requests)
    assert first == same
    assert next_ != first
    assert apple.connections == 1


async def test_a_token_that_apple_calls_expired_is_replaced_but_not_too_often(
    apple: Apple, apns: DevicePerformer, clock: Clock
) -> None:
    apple.plan = [(403, {"reason": "ExpiredProviderToken"})] * 2
    young = await _tell(apns)
    await _later(clock, LEAST_TOKEN_LIFE)
    await _tell(apns)
    await _tell(apns)

    assert (young.outcome, young.code) == ("retry", "ExpiredProviderToken")
    tokens = [one.headers["authorization"] for one in apple.requests]
    assert tokens[0] == tokens[1]
    assert tokens[1] != tokens[2]


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (400, "BadDeviceToken", ("gone", "BadDeviceToken", None)),
        (400, "DeviceTokenNotForTopic", ("gone", "DeviceTokenNotForTopic", None)),
        (410, "Unregistered", ("gone", "Unregistered", None)),
        (410, "ExpiredToken", ("gone", "ExpiredToken", None)),
        (429, "TooManyRequests", ("retry", "TooManyRequests", None)),
        (429, "TooManyProviderTokenUpdates", ("retry", "TooManyProviderTokenUpdates", None)),
        (500, "InternalServerError", ("retry", "InternalServerError", 900)),
        (503, "ServiceUnavailable", ("retry", "ServiceUnavailable", 900)),
        (403, "InvalidProviderToken", ("failed", "InvalidProviderToken", None)),
        (413, "PayloadTooLarge", ("failed", "PayloadTooLarge", None)),
    ],
)
async def test_what_apple_says_decides_what_is_next(
    apple: Apple, apns: DevicePerformer, status: int, reason: str, expected: Judged
) -> None:
    """NOTIF-11."""
    apple.plan = [(status, {"reason": reason})]
    report = await _tell(apns)

    assert (report.outcome, report.code, report.after_seconds) == expected


async def test_since_when_a_phone_is_gone_is_remembered(
    apple: Apple, apns: DevicePerformer
) -> None:
    since = datetime(2026, 11, 20, 9, tzinfo=UTC)
    apple.plan = [(410, {"reason": "Unregistered", "timestamp": int(since.timestamp() * 1000)})]
    assert (await _tell(apns)).gone_at == since


async def test_an_apple_that_is_away_is_tried_again(apple: Apple, clock: Clock) -> None:
    outbound = Outbound(Policy.read(["127.0.0.0/8"]), http2=True)
    known = ApplePush(key=apple.key, key_id="k", team="t", url="http://127.0.0.1:9")
    report = await _tell(ApnsPerformer(outbound, known, clock, _links(clock)))
    await outbound.close()

    assert report.outcome == "retry"


async def test_an_android_is_told_with_the_words_the_count_and_a_link_to_the_picture(
    google: Google, fcm: DevicePerformer, clock: Clock
) -> None:
    """NOTIF-11, ATT-14: FCM alike, as a service account, by one access token."""
    report = await _tell(fcm, "fcm", picture=True)
    await _tell(fcm, "fcm")

    assert (report.outcome, report.code) == ("delivered", None)
    told, plain = google.messages
    android = told["android"]
    assert told["token"] == "a1b2"
    assert told["notification"] == {"title": "Bob Smith", "body": "Is my order ready?"}
    assert told["data"] == {"conversation_id": "c-1"}
    assert (android["priority"], android["ttl"]) == ("HIGH", "3600s")
    assert android["restricted_package_name"] == APP
    assert android["notification"]["notification_count"] == 3
    assert _is_ours(android["notification"]["image"], clock)
    assert "image" not in plain["android"]["notification"]
    assert google.given == ["ya29.0"]


async def test_an_access_token_is_asked_for_anew_before_its_end_and_where_it_is_not_taken(
    google: Google, fcm: DevicePerformer, clock: Clock
) -> None:
    await _tell(fcm, "fcm")
    await _later(clock, timedelta(seconds=3599))
    await _tell(fcm, "fcm")
    assert len(google.given) == 2

    google.given.append("ya29.another's")
    refused = await _tell(fcm, "fcm")
    assert (refused.outcome, refused.code) == ("retry", "UNAUTHENTICATED")
    assert (await _tell(fcm, "fcm")).outcome == "delivered"


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (404, no(404, "NOT_FOUND", "UNREGISTERED"), ("gone", "UNREGISTERED", None)),
        (
            403,
            no(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH"),
            ("gone", "SENDER_ID_MISMATCH", None),
        ),
        (429, no(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"), ("retry", "QUOTA_EXCEEDED", 60)),
        (503, no(503, "UNAVAILABLE", "UNAVAILABLE"), ("retry", "UNAVAILABLE", 10)),
        (500, no(500, "INTERNAL", "INTERNAL"), ("retry", "INTERNAL", 10)),
        (
            400,
            no(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"),
            ("failed", "INVALID_ARGUMENT", None),
        ),
    ],
)
async def test_what_google_says_decides_what_is_next(
    google: Google, fcm: DevicePerformer, status: int, error: dict[str, Any], expected: Judged
) -> None:
    """NOTIF-11."""
    google.plan = [(status, error, {})]
    report = await _tell(fcm, "fcm")

    assert (report.outcome, report.code, report.after_seconds) == expected


async def test_google_is_left_alone_for_as_long_as_it_wants(
    google: Google, fcm: DevicePerformer
) -> None:
    google.plan = [(503, no(503, "UNAVAILABLE"), {"Retry-After": "120"})]
    assert (await _tell(fcm, "fcm")).after_seconds == 120

    google.plan = [(503, {}, {"Retry-After": "Sat, 21 Nov 2026 09:00:00 GMT"})]
    assert (await _tell(fcm, "fcm")).after_seconds == 10


@pytest.mark.parametrize(("status", "outcome"), [(400, "failed"), (503, "retry")])
async def test_an_account_that_google_does_not_let_in_pushes_nothing(
    google: Google, fcm: DevicePerformer, status: int, outcome: str
) -> None:
    google.grants = [(status, {"error": "invalid_grant"}, {})]
    report = await _tell(fcm, "fcm")

    assert (report.outcome, report.code) == (outcome, f"sign-in: {status}")
    assert google.messages == []
