"""Vonage Messages: JSON with a token that names the body's hash (carriers.md §2.5)."""

import base64
import dataclasses
import functools
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from deploy.local.simulator.credentials import basic, hexed, same
from deploy.local.simulator.words import (
    Account,
    Call,
    File,
    Inbound,
    Manner,
    Outbound,
    Receipt,
    Refusal,
    State,
    Webhook,
)
from services.kernel import ids

#: For 24 hours; here until an hour of the demo has gone.
MANNER = Manner(timeout_seconds=5.0, attempts=200, pause_seconds=1.0)
PATHS = ("/v1/messages",)
STATUS = 202
MAX_TEXT = 3_200
MAX_CAPTION = 3_000
_STATES: dict[State, str] = {
    "sent": "submitted",
    "delivered": "delivered",
    "undelivered": "undeliverable",
    "failed": "rejected",
}
_KINDS = ("image", "audio", "video", "file", "vcard")


def credentials(secret: str) -> dict[str, str]:
    """Our account and application at Vonage."""
    return {
        "api_key": hexed(secret, "vonage key")[:8],
        "api_secret": hexed(secret, "vonage secret"),
        "signature_secret": hexed(secret, "vonage signature") * 2,
        "application_id": ids.derive("vonage application", secret),
    }


def media_login(_account: Account) -> None:
    """Pictures are for everybody who knows the address."""


def new_id(fresh: str, *, media: bool) -> str:
    """A UUID as it is."""
    del media
    return fresh


def message_webhook(account: Account, base: str, message: Inbound) -> Webhook:
    """A customer's text, or files with it as their caption; numbers without '+'."""
    body = {
        "channel": "mms" if message.files else "sms",
        "message_uuid": message.id,
        "to": message.number.removeprefix("+"),
        "from": message.sender.removeprefix("+"),
        "timestamp": message.at,
        "context_status": "none",
        "origin": {"network_code": "23430"},
        **_content(message),
    }
    return _webhook(account, _own(account, base), "message", body, {"id": message.id})


def receipt_webhook(account: Account, base: str, receipt: Receipt) -> Webhook | None:
    """A status; the state before `submitted` is not reported."""
    message = receipt.message
    if receipt.state not in _STATES:
        return None
    body: dict[str, Any] = {
        "message_uuid": message.id,
        "to": receipt.recipient.removeprefix("+"),
        "from": message.number.removeprefix("+"),
        "timestamp": receipt.at,
        "status": _STATES[receipt.state],
        "channel": "mms" if message.media else "sms",
        "usage": {"currency": "EUR", "price": "0.01"},
        **({"client_ref": message.tag} if message.tag else {}),
    }
    if receipt.state in {"failed", "undelivered"}:
        code = receipt.code or "1320"
        body["error"] = {"type": f"https://developer.vonage.com/api-errors/messages#{code}"}
        body["error"] |= {"title": int(code), "detail": "Simulated", "instance": message.id}
    about = {"id": message.id, "state": receipt.state}
    return _webhook(account, message.callback or _own(account, base), "receipt", body, about)


def accept(account: Account, call: Call, identity: str, at: str) -> Outbound:
    """Read a call of /v1/messages; Refusal as Vonage words it."""
    known = account.credentials
    if not same(call.headers.get("authorization"), basic(known["api_key"], known["api_secret"])):
        raise refusal(401, None, "Unauthorized")
    return _taken(call.json(), identity, at)


def answer(_account: Account, message: Outbound) -> object:
    """The body of the 202."""
    return {"message_uuid": message.id}


def refusal(status: int, code: str | None, text: str) -> Refusal:
    """Any refusal, as a problem document."""
    about = f"https://developer.vonage.com/api-errors/messages#{code or '1150'}"
    return Refusal(
        status=status,
        body={"type": about, "title": text, "detail": text, "instance": "simulated"},
    )


def _content(message: Inbound) -> dict[str, object]:
    if not message.files:
        return {"message_type": "text", "text": message.text}
    items = [{"type": _kind(file), "url": file.url} for file in message.files]
    if message.text:
        items[0]["caption"] = message.text
    if len(items) > 1:
        return {"message_type": "content", "content": items}
    kind = items[0].pop("type")
    return {"message_type": kind, kind: items[0]}


def _kind(file: File) -> str:
    start = file.media_type.partition("/")[0]
    return start if start in _KINDS else "file"


def _taken(body: dict[str, Any], identity: str, at: str) -> Outbound:
    kind, channel = body.get("message_type"), body.get("channel")
    to, sender = str(body.get("to") or ""), str(body.get("from") or "")
    if not to.isdigit() or not sender or "+" in sender:
        raise refusal(422, "1150", "Invalid params: to, from")
    if (channel == "sms") != (kind == "text") or channel not in {"sms", "mms"}:
        raise refusal(422, "1150", "Invalid params: channel, message_type")
    parts = _parts(body, str(kind))
    text = "\n".join(part["caption"] for part in parts if part.get("caption"))
    if len(body.get("text") or "") > MAX_TEXT or len(text) > MAX_CAPTION:
        raise refusal(422, "1150", "Invalid params: too long")
    return Outbound(
        id=identity,
        carrier="vonage_messages",
        number=_plus(sender),
        recipients=(f"+{to}",),
        text=body.get("text") or text,
        media=tuple(part["url"] for part in parts),
        callback=body.get("webhook_url"),
        tag=body.get("client_ref"),
        at=at,
    )


def _parts(body: dict[str, Any], kind: str) -> list[dict[str, str]]:
    if kind == "text" and body.get("text"):
        return []
    parts = body.get("content") if kind == "content" else [body.get(kind)]
    if kind not in {*_KINDS, "content"} or not parts or not all(parts):
        raise refusal(422, "1150", f"Invalid params: {kind}")
    return list(parts)


def _plus(number: str) -> str:
    return f"+{number}" if number.isdigit() else number


def _own(account: Account, base: str) -> str:
    return f"{base}/webhooks/vonage_messages/{account.name}"


def _webhook(
    account: Account, url: str, kind: str, body: dict[str, Any], about: Mapping[str, object]
) -> Webhook:
    return Webhook(
        carrier="vonage_messages",
        kind="message" if kind == "message" else "receipt",
        url=url,
        body=msgspec.json.encode(body),
        headers={"Content-Type": "application/json"},
        seal=functools.partial(_sealed, account),
        about=about,
    )


def _sealed(account: Account, webhook: Webhook, now: datetime) -> Webhook:
    """Make the token anew at each try."""
    claims = {
        "iat": int(now.timestamp()),
        "jti": ids.new(),
        "iss": "Vonage",
        "payload_hash": hashlib.sha256(webhook.body).hexdigest(),
        "api_key": account.credentials["api_key"],
        "application_id": account.credentials["application_id"],
    }
    parts = ({"alg": "HS256", "typ": "JWT"}, claims)
    signed = ".".join(_coded(msgspec.json.encode(part)) for part in parts)
    secret = account.credentials["signature_secret"].encode()
    token = f"{signed}.{_coded(hmac.digest(secret, signed.encode(), hashlib.sha256))}"
    headers = {**webhook.headers, "Authorization": f"Bearer {token}"}
    return dataclasses.replace(webhook, headers=headers)


def _coded(given: bytes) -> str:
    return base64.urlsafe_b64encode(given).rstrip(b"=").decode()
