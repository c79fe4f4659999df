"""Apple's push service: HTTP/2, a token of ours that lives an hour, and a reason for every no.

By Apple's "Sending notification requests to APNs", "Establishing a token-based connection to APNs"
and "Handling notification responses from APNs".
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import msgspec

from schemas.notification import DevicePush
from services.kernel import ids
from services.kernel.clock import Clock
from services.kernel.outbound import Answer, Outbound
from services.notify.adapters.device_push import (
    TIME_TO_LIVE_SECONDS,
    DevicePerformer,
    Verdict,
    wait_of,
)
from services.notify.adapters.previews import PreviewLinks
from services.notify.ports import ApplePush

#: Apple takes a token for an hour, and not more than one new one in 20 minutes.
TOKEN_LIFE, LEAST_TOKEN_LIFE = timedelta(minutes=45), timedelta(minutes=20)
#: "After 15 minutes, you can retry" what was answered with a 5XX.
SERVER_ERROR_SECONDS = 900
_OK, _GONE, _TOO_MANY, _SERVER_ERRORS = 200, 410, 429, 500
#: Not to be repeated: the token is not, or no longer, one of this app's in this environment.
_NO_DEVICE = frozenset({"BadDeviceToken", "DeviceTokenNotForTopic", "Unregistered", "ExpiredToken"})
_EXPIRED = "ExpiredProviderToken"


class _No(msgspec.Struct, frozen=True):
    """The body of every answer but 200."""

    reason: str = ""
    #: Milliseconds since the epoch; with 410 alone.
    timestamp: int | None = None


class ProviderToken:
    """Who we are, signed by our key (ES256); made anew as seldom as Apple allows."""

    def __init__(self, apple: ApplePush, clock: Clock) -> None:
        self._apple = apple
        self._clock = clock
        self._token = ""
        self._made_at: datetime | None = None

    def current(self) -> str:
        now = self._clock.now()
        if self._made_at is None or now - self._made_at >= TOKEN_LIFE:
            self._made_at = now
            claims = {"iss": self._apple.team, "iat": int(now.timestamp())}
            headers = {"kid": self._apple.key_id}
            self._token = jwt.encode(claims, self._apple.key, algorithm="ES256", headers=headers)
        return self._token

    def refused(self, token: str) -> None:
        """Let go of a token that Apple calls expired, unless it is too young to be replaced."""
        young = self._made_at and self._clock.now() - self._made_at < LEAST_TOKEN_LIFE
        if token == self._token and not young:
            self._made_at = None


class ApnsPerformer(DevicePerformer):
    """Performer of the effect `apns`."""

    def __init__(
        self, outbound: Outbound, apple: ApplePush, clock: Clock, links: PreviewLinks
    ) -> None:
        """`outbound` speaks HTTP/2."""
        self._outbound = outbound
        self._apple = apple
        self._clock = clock
        self._links = links
        self._token = ProviderToken(apple, clock)

    async def _tell(self, push: DevicePush) -> Verdict:
        token = self._token.current()
        reply = await self._outbound.call(
            "POST",
            f"{self._apple.url}/3/device/{push.token}",
            headers=headers(push, token, self._clock.now()),
            content=msgspec.json.encode(payload(push, self._links.link(push.picture))),
        )
        verdict = read(reply)
        if verdict.code == _EXPIRED:
            self._token.refused(token)
        return verdict


def headers(push: DevicePush, token: str, now: datetime) -> dict[str, str]:
    """Say what is pushed: the same again has the same id, and replaces what the phone shows."""
    return {
        "authorization": f"bearer {token}",
        "apns-topic": push.app,
        "apns-push-type": "alert",
        "apns-priority": "10",
        "apns-id": ids.derive("apns", push.cause_id, push.device_id),
        "apns-collapse-id": ids.derive(push.conversation_id or push.cause_id),
        "apns-expiration": str(int(now.timestamp()) + TIME_TO_LIVE_SECONDS),
        "content-type": "application/json",
    }


def payload(push: DevicePush, picture: str | None) -> dict[str, Any]:
    """Write the notification; its picture is fetched by the app's service extension."""
    aps: dict[str, Any] = {
        "alert": {"title": push.title, "body": push.body},
        "badge": push.badge,
        "sound": "default",
    }
    if push.conversation_id is not None:
        aps["thread-id"] = push.conversation_id
    if picture is None:
        return {"aps": aps, "conversation_id": push.conversation_id}
    aps["mutable-content"] = 1
    return {"aps": aps, "conversation_id": push.conversation_id, "image": picture}


def read(reply: Answer) -> Verdict:
    """Judge an answer by its status and reason."""
    if reply.status == _OK:
        return Verdict(outcome="delivered")
    said = _reason(reply)
    code = said.reason or str(reply.status)
    if reply.status == _GONE or said.reason in _NO_DEVICE:
        return Verdict(outcome="gone", code=code, gone_at=_since(said.timestamp))
    if reply.status >= _SERVER_ERRORS:
        wait = wait_of(reply, SERVER_ERROR_SECONDS)
        return Verdict(outcome="retry", code=code, after_seconds=wait)
    if reply.status == _TOO_MANY or said.reason == _EXPIRED:
        return Verdict(outcome="retry", code=code, after_seconds=wait_of(reply, None))
    return Verdict(outcome="failed", code=code)


def _reason(reply: Answer) -> _No:
    try:
        return msgspec.json.decode(reply.body, type=_No)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return _No()


def _since(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
