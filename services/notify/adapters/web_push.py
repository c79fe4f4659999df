"""Web Push: encrypted for one browser (RFC 8291), signed by our key (VAPID, RFC 8292).

The endpoint is whatever a browser told us, so it is called through the checked outbound client.
"""

import base64
import binascii
import json
from typing import Literal
from urllib.parse import urlsplit

import msgspec
import structlog
from py_vapid import Vapid02
from pywebpush import WebPusher, WebPushException

from schemas.notification import Push, RecordPush
from services.kernel import ids
from services.kernel.addresses import NotAllowed
from services.kernel.clock import Clock
from services.kernel.handling import Addressed
from services.kernel.outbound import Answer, Outbound, TooBig, Unknown, Unreachable
from services.notify.handlers import Pushing

#: How long a push service keeps what it cannot deliver: older news is none.
TIME_TO_LIVE_SECONDS = 3600
#: Push services refuse tokens that live longer than 24 h (RFC 8292 §2).
_TOKEN_SECONDS = 12 * 3600
_GONE = frozenset({404, 410})
_LATER = frozenset({408, 425, 429})
_SERVER_ERRORS = 500
_SUCCESS = range(200, 300)
_TOPIC_LENGTH = 32

Outcome = Literal["delivered", "gone", "retry", "failed"]
_log = structlog.get_logger()


class WebPushPerformer:
    """Performer of the effect `web-push`. Repeating it is harmless: the topic replaces its like."""

    def __init__(self, outbound: Outbound, key: Vapid02, contact: str, clock: Clock) -> None:
        self._outbound = outbound
        self._key = key
        self._contact = contact
        self._clock = clock

    async def perform(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...]:
        del effect_id
        pushing = msgspec.json.decode(payload, type=Pushing)
        outcome, code = await self._push(pushing.push)
        _log.info("pushed", outcome=outcome, code=code)
        report = RecordPush(push=pushing.push, tries=pushing.tries, outcome=outcome, code=code)
        recipient = pushing.push.recipient
        return (
            Addressed(
                subject=recipient, partitionkey=recipient, tenant=pushing.tenant, data=report
            ),
        )

    def interrupted(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...] | None:
        del effect_id, payload
        return None

    async def _push(self, push: Push) -> tuple[Outcome, str | None]:
        try:
            body = _encrypted(push)
        except (WebPushException, ValueError, binascii.Error) as error:
            return "failed", f"keys: {type(error).__name__}"
        try:
            reply = await self._outbound.call(
                "POST", push.endpoint, headers=self._headers(push), content=body
            )
        except NotAllowed as blocked:
            return "failed", str(blocked)
        except (Unreachable, Unknown, TooBig) as away:
            return "retry", type(away).__name__
        return _read(reply)

    def _headers(self, push: Push) -> dict[str, str]:
        origin = urlsplit(push.endpoint)
        expires = int(self._clock.now().timestamp()) + _TOKEN_SECONDS
        claims = {
            "aud": f"{origin.scheme}://{origin.netloc}",
            "exp": expires,
            "sub": self._contact,
        }
        return {
            **self._key.sign(claims),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TIME_TO_LIVE_SECONDS),
            "Topic": ids.derive(push.conversation_id or push.cause_id).replace("-", "")[
                :_TOPIC_LENGTH
            ],
            "Urgency": "high",
        }


def key_of(text: str) -> Vapid02:
    """Read the VAPID key: PEM, or the raw private value as URL-safe base64."""
    if text.lstrip().startswith("-----BEGIN"):
        return Vapid02.from_pem(text.encode())
    return Vapid02.from_raw(text.encode())


def _encrypted(push: Push) -> bytes:
    keys = {"p256dh": push.p256dh, "auth": push.auth}
    pusher = WebPusher({"endpoint": push.endpoint, "keys": keys})
    shown = {
        "title": push.title,
        "body": push.body,
        "tag": f"conv-{push.conversation_id}" if push.conversation_id else None,
        "picture": push.picture,
        "url": f"/messages/{push.conversation_id}" if push.conversation_id else "/messages",
    }
    return bytes(pusher.encode(json.dumps(shown).encode())["body"])


def _read(reply: Answer) -> tuple[Outcome, str | None]:
    if reply.status in _SUCCESS:
        return "delivered", None
    if reply.status in _GONE:
        return "gone", str(reply.status)
    if reply.status in _LATER or reply.status >= _SERVER_ERRORS:
        return "retry", str(reply.status)
    return "failed", str(reply.status)


def public_key(key: Vapid02) -> str:
    """Give what browsers subscribe with: the uncompressed point as URL-safe base64."""
    numbers = key.public_key.public_numbers()
    point = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()
