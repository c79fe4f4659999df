"""Firebase Cloud Messaging by its HTTP v1 API, as a Google service account (RFC 7523).

By Google's "Send messages with the HTTP v1 API", "FCM error codes" and "Using OAuth 2.0 for server
to server applications".
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import jwt
import msgspec

from schemas.notification import DevicePush
from services.kernel.clock import Clock
from services.kernel.outbound import Answer, Outbound
from services.notify.adapters.device_push import (
    TIME_TO_LIVE_SECONDS,
    DevicePerformer,
    Verdict,
    wait_of,
)
from services.notify.adapters.previews import PreviewLinks
from services.notify.ports import GooglePush

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
#: How long what we sign is good; Google takes no longer.
ASSERTION_SECONDS = 3600
#: An access token is let go of so long before its end.
_MARGIN = timedelta(minutes=5)
#: What Google asks for where it names no time itself.
QUOTA_SECONDS, SERVER_ERROR_SECONDS = 60, 10
_OK, _UNKNOWN_TOKEN, _TOO_MANY, _SERVER_ERRORS = 200, 401, 429, 500
#: The phone is no longer, or was never, one of this project's apps.
_NO_DEVICE = frozenset({"UNREGISTERED", "SENDER_ID_MISMATCH"})


class _Granted(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: int = 0


class _Detail(msgspec.Struct, frozen=True):
    #: An FcmError's; other details have none.
    error_code: str = msgspec.field(name="errorCode", default="")


class _Error(msgspec.Struct, frozen=True):
    status: str = ""
    details: tuple[_Detail, ...] = ()


class _No(msgspec.Struct, frozen=True):
    error: _Error = _Error()


class NotGranted(Exception):
    """No access token was had; the verdict says what is next."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.code)
        self.verdict = verdict


class AccessToken:
    """Who we are to Google; asked for once for all who wait."""

    def __init__(self, outbound: Outbound, google: GooglePush, clock: Clock) -> None:
        self._outbound = outbound
        self._google = google
        self._clock = clock
        self._token = ""
        self._until: datetime | None = None
        self._asking = asyncio.Lock()

    async def current(self) -> str:
        """Give it, or NotGranted; and what a call raises."""
        async with self._asking:
            if self._until is None or self._clock.now() >= self._until:
                await self._ask()
            return self._token

    def refused(self, token: str) -> None:
        """Let go of a token that was not taken."""
        if token == self._token:
            self._until = None

    async def _ask(self) -> None:
        now = self._clock.now()
        reply = await self._outbound.call(
            "POST",
            self._google.token_uri,
            headers={"content-type": "application/x-www-form-urlencoded"},
            content=urlencode({"grant_type": GRANT, "assertion": self._assertion(now)}).encode(),
        )
        try:
            granted = msgspec.json.decode(reply.body, type=_Granted)
        except (msgspec.DecodeError, msgspec.ValidationError):
            raise NotGranted(_not_granted(reply)) from None
        self._token = granted.access_token
        self._until = now + timedelta(seconds=granted.expires_in) - _MARGIN

    def _assertion(self, now: datetime) -> str:
        begun = int(now.timestamp())
        claims = {
            "iss": self._google.client_email,
            "scope": SCOPE,
            "aud": self._google.token_uri,
            "iat": begun,
            "exp": begun + ASSERTION_SECONDS,
        }
        headers = {"kid": self._google.private_key_id}
        return jwt.encode(claims, self._google.private_key, algorithm="RS256", headers=headers)


class FcmPerformer(DevicePerformer):
    """Performer of the effect `fcm`."""

    def __init__(
        self, outbound: Outbound, google: GooglePush, clock: Clock, links: PreviewLinks
    ) -> None:
        self._outbound = outbound
        self._links = links
        self._url = f"{google.url}/v1/projects/{google.project_id}/messages:send"
        self._token = AccessToken(outbound, google, clock)

    async def _tell(self, push: DevicePush) -> Verdict:
        try:
            token = await self._token.current()
        except NotGranted as no:
            return no.verdict
        reply = await self._outbound.call(
            "POST",
            self._url,
            headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
            content=msgspec.json.encode(message(push, self._links.link(push.picture))),
        )
        if reply.status == _UNKNOWN_TOKEN:
            self._token.refused(token)
        return read(reply)


def message(push: DevicePush, picture: str | None) -> dict[str, Any]:
    """Write the notification; the phone fetches its picture, and replaces what it shows by tag.

    No collapse key: a phone holds four of them at most.
    """
    about = push.conversation_id or push.cause_id
    shown: dict[str, Any] = {"tag": about, "notification_count": push.badge, "sound": "default"}
    if picture is not None:
        shown["image"] = picture
    return {
        "message": {
            "token": push.token,
            "notification": {"title": push.title, "body": push.body},
            "data": {"conversation_id": push.conversation_id or ""},
            "android": {
                "priority": "HIGH",
                "ttl": f"{TIME_TO_LIVE_SECONDS}s",
                "restricted_package_name": push.app,
                "notification": shown,
            },
        }
    }


def read(reply: Answer) -> Verdict:
    """Judge an answer by its status and FCM's own code."""
    if reply.status == _OK:
        return Verdict(outcome="delivered")
    code = _code(reply)
    if code in _NO_DEVICE:
        return Verdict(outcome="gone", code=code)
    if reply.status == _UNKNOWN_TOKEN:
        return Verdict(outcome="retry", code=code)
    return _later(reply, code) or Verdict(outcome="failed", code=code)


def _later(reply: Answer, code: str) -> Verdict | None:
    if reply.status != _TOO_MANY and reply.status < _SERVER_ERRORS:
        return None
    wait = QUOTA_SECONDS if reply.status == _TOO_MANY else SERVER_ERROR_SECONDS
    return Verdict(outcome="retry", code=code, after_seconds=wait_of(reply, wait))


def _not_granted(reply: Answer) -> Verdict:
    code = f"sign-in: {reply.status}"
    return _later(reply, code) or Verdict(outcome="failed", code=code)


def _code(reply: Answer) -> str:
    try:
        error = msgspec.json.decode(reply.body, type=_No).error
    except (msgspec.DecodeError, msgspec.ValidationError):
        return str(reply.status)
    codes = [one.error_code for one in error.details if one.error_code]
    return next(iter(codes), error.status) or str(reply.status)
