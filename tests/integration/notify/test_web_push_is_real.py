"""What is pushed one browser can read, is signed by us, and is tried again while it may help."""

import base64
import json
from collections.abc import Iterator

import msgspec
import pytest
from py_vapid import Vapid02

from schemas.base import ConversationId, ExtensionId, MessageId
from schemas.notification import Push, RecordPush
from services.kernel.clock import Clock
from services.kernel.outbound import Outbound, Policy
from services.notify.adapters.web_push import WebPushPerformer, public_key
from services.notify.handlers import Pushing
from tests.support.push_service import Browser, push_service

pytestmark = pytest.mark.integration


@pytest.fixture
def browser() -> Iterator[Browser]:
    with push_service() as subscribed:
        yield subscribed


@pytest.fixture
def vapid() -> Vapid02:
    key = Vapid02()
    key.generate_keys()
    return key


async def _push(browser: Browser, vapid: Vapid02) -> RecordPush:
    outbound = Outbound(Policy.read(["127.0.0.0/8"]))
    performer = WebPushPerformer(outbound, vapid, "mailto:ops@example.com", Clock())
    push = Push(
        recipient=ExtensionId("ana"),
        cause_id="e-1",
        endpoint=browser.endpoint,
        p256dh=browser.keys["p256dh"],
        auth=browser.keys["auth"],
        conversation_id=ConversationId("c-1"),
        title="Bob Smith",
        body="Is my order ready?",
        picture=MessageId("m-1"),
    )
    payload = msgspec.json.encode(Pushing(push=push, tenant="acme", tries=1))
    (command,) = await performer.perform("effect", payload)
    await outbound.close()
    assert isinstance(command.data, RecordPush)
    return command.data


async def test_a_browser_can_read_what_was_pushed_and_nobody_on_the_way(
    browser: Browser, vapid: Vapid02
) -> None:
    report = await _push(browser, vapid)

    assert report.outcome == "delivered"
    assert browser.shown() == {
        "title": "Bob Smith",
        "body": "Is my order ready?",
        "tag": "conv-c-1",
        "picture": "m-1",
        "url": "/messages/c-1",
    }
    assert b"order" not in browser.requests[0].body


async def test_a_push_is_signed_for_that_push_service_by_our_key(
    browser: Browser, vapid: Vapid02
) -> None:
    await _push(browser, vapid)

    headers = browser.requests[0].headers
    token, key = headers["authorization"].removeprefix("vapid ").split(",")
    claims = token.removeprefix("t=").split(".")[1]
    decoded = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert Vapid02.verify(headers["authorization"])
    assert key.removeprefix("k=") == public_key(vapid)
    assert decoded["aud"] == browser.endpoint.removesuffix("/push/1")
    assert decoded["sub"] == "mailto:ops@example.com"
    assert (headers["ttl"], headers["content-encoding"]) == ("3600", "aes128gcm")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (201, "delivered"),
        (404, "gone"),
        (410, "gone"),
        (429, "retry"),
        (503, "retry"),
        (400, "failed"),
    ],
)
async def test_what_the_push_service_says_decides_what_is_next(
    browser: Browser, vapid: Vapid02, status: int, outcome: str
) -> None:
    browser.status = status

    assert (await _push(browser, vapid)).outcome == outcome


async def test_a_push_service_that_is_away_is_tried_again(browser: Browser, vapid: Vapid02) -> None:
    browser.endpoint = "http://127.0.0.1:9/push"

    assert (await _push(browser, vapid)).outcome == "retry"


async def test_keys_that_are_no_keys_are_given_up(browser: Browser, vapid: Vapid02) -> None:
    browser.auth = b""

    assert (await _push(browser, vapid)).outcome == "failed"
