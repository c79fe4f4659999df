"""Telnyx: JSON webhooks signed by Ed25519 with a time, /v2/messages (carriers.md §2.2)."""

import base64
import dataclasses
import functools
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from deploy.local.simulator.credentials import digest, hexed, same
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

#: Three tries for the URL and three for the failover URL.
MANNER = Manner(timeout_seconds=2.0, attempts=6, pause_seconds=1.0)
PATHS = ("/v2/messages", "/v2/messages/group_mms")
STATUS = 200
MAX_TEXT = 3_072
MAX_PARTICIPANTS = 8
_STATES: dict[State, tuple[str, str]] = {
    "queued": ("message.sent", "queued"),
    "sent": ("message.sent", "sent"),
    "delivered": ("message.finalized", "delivered"),
    "undelivered": ("message.finalized", "delivery_failed"),
    "failed": ("message.finalized", "sending_failed"),
}


def credentials(secret: str) -> dict[str, str]:
    """Our account at Telnyx."""
    public = _key(secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {
        "api_key": f"KEY{hexed(secret, 'telnyx key')}",
        "public_key": base64.b64encode(public).decode(),
        "messaging_profile_id": hexed(secret, "telnyx profile"),
    }


def media_login(_account: Account) -> None:
    """Pictures are for everybody who knows the address."""


def new_id(fresh: str, *, media: bool) -> str:
    """A UUID as it is."""
    del media
    return fresh


def message_webhook(account: Account, base: str, message: Inbound) -> Webhook:
    """A customer's text, as Telnyx posts it; unsigned until it leaves."""
    payload: dict[str, Any] = {
        "id": message.id,
        "direction": "inbound",
        "type": "MMS" if message.files or message.others else "SMS",
        "from": {"phone_number": message.sender, "carrier": "Simulated", "line_type": "Wireless"},
        "to": [{"phone_number": message.number, "status": "webhook_delivered"}],
        "cc": [{"phone_number": number} for number in message.others],
        "text": message.text,
        "subject": "",
        "media": [_media(file) for file in message.files],
        "parts": 1,
        "encoding": "GSM-7",
        "received_at": message.at,
        "messaging_profile_id": account.credentials["messaging_profile_id"],
        "errors": [],
        "record_type": "message",
    }
    url = f"{base}/webhooks/telnyx/{account.name}"
    event = ids.derive("telnyx event", message.id)
    return _webhook(account, url, ("message.received", event), payload, {"id": message.id})


def receipt_webhook(account: Account, base: str, receipt: Receipt) -> Webhook:
    """A message.sent or message.finalized, to the message's URL or the profile's."""
    event, status = _STATES[receipt.state]
    message = receipt.message
    errors = [{"code": receipt.code, "title": "Simulated", "detail": ""}] if receipt.code else []
    payload = {
        "id": message.id,
        "direction": "outbound",
        "type": "SMS",
        "from": {"phone_number": message.number},
        "to": [{"phone_number": receipt.recipient, "status": status}],
        "cc": [],
        "text": message.text,
        "media": [],
        "errors": errors,
        "messaging_profile_id": account.credentials["messaging_profile_id"],
        "completed_at": receipt.at if event == "message.finalized" else None,
        "record_type": "message",
    }
    url = message.callback or f"{base}/webhooks/telnyx/{account.name}"
    about = {"id": message.id, "state": receipt.state}
    event_id = ids.derive("telnyx receipt", message.id, receipt.recipient, receipt.state)
    return _webhook(account, url, (event, event_id), payload, about)


def accept(account: Account, call: Call, identity: str, at: str) -> Outbound:
    """Read a call of /v2/messages; Refusal as Telnyx words it."""
    wanted = f"Bearer {account.credentials['api_key']}"
    if not same(call.headers.get("authorization"), wanted):
        raise refusal(401, "10009", "Authentication failed")
    return _taken(call.json(), identity, at, is_group=call.path.endswith("/group_mms"))


def _recipients(to: object, *, is_group: bool) -> tuple[str, ...]:
    """A list goes to the group's own address, a single one to the other."""
    given = tuple(to) if is_group and isinstance(to, list) else (to,)
    known = tuple(one for one in given if isinstance(one, str) and one.startswith("+"))
    if known != given or len(known) > MAX_PARTICIPANTS:
        raise refusal(400, "40310", "Invalid 'to' address")
    return known


def _taken(body: dict[str, Any], identity: str, at: str, *, is_group: bool) -> Outbound:
    to, sender, text = body.get("to"), body.get("from"), body.get("text") or ""
    media = tuple(body.get("media_urls") or ())
    recipients = _recipients(to, is_group=is_group)
    if not sender:
        raise refusal(400, "40305", "Invalid 'from' address")
    if not text and not media:
        raise refusal(422, "10015", "Either text or media_urls is required")
    if len(text) > MAX_TEXT:
        raise refusal(400, "40302", "Message too large")
    return Outbound(
        id=identity,
        carrier="telnyx",
        number=sender,
        recipients=recipients,
        text=text,
        media=media,
        callback=body.get("webhook_url"),
        at=at,
    )


def answer(account: Account, message: Outbound) -> dict[str, object]:
    """The body of the 200."""
    return {
        "data": {
            "record_type": "message",
            "id": message.id,
            "direction": "outbound",
            "type": "MMS" if message.media else "SMS",
            "from": {"phone_number": message.number},
            "to": [{"phone_number": to, "status": "queued"} for to in message.recipients],
            "text": message.text,
            "messaging_profile_id": account.credentials["messaging_profile_id"],
            "parts": 1,
            "errors": [],
        }
    }


def refusal(status: int, code: str | None, text: str) -> Refusal:
    """Any refusal, in Telnyx's words."""
    error = {"code": code or "10007", "title": text, "detail": text}
    return Refusal(status=status, body={"errors": [error]})


def _media(file: File) -> dict[str, object]:
    return {
        "url": file.url,
        "content_type": file.media_type,
        "size": len(file.content),
        "hash_sha256": hashlib.sha256(file.content).hexdigest(),
    }


def _key(secret: str) -> Ed25519PrivateKey:
    """The key that signs webhooks."""
    return Ed25519PrivateKey.from_private_bytes(digest(secret, "telnyx signing key"))


def _sealed(key: Ed25519PrivateKey, webhook: Webhook, now: datetime) -> Webhook:
    """Sign the body with the time at which it leaves: five minutes later it is worthless."""
    seconds = int(now.timestamp())
    headers = {
        **webhook.headers,
        "telnyx-timestamp": str(seconds),
        "telnyx-signature-ed25519": base64.b64encode(
            key.sign(f"{seconds}|".encode() + webhook.body)
        ).decode(),
    }
    return dataclasses.replace(webhook, headers=headers)


def _webhook(
    account: Account,
    url: str,
    named: tuple[str, str],
    payload: dict[str, Any],
    about: Mapping[str, object],
) -> Webhook:
    event, event_id = named
    at = payload.get("received_at") or payload.get("completed_at")
    body = {
        "data": {
            "event_type": event,
            "id": event_id,
            "occurred_at": at,
            "record_type": "event",
            "payload": payload,
        },
        "meta": {"attempt": 1, "delivered_to": url},
    }
    return Webhook(
        carrier="telnyx",
        kind="message" if event == "message.received" else "receipt",
        url=url,
        body=msgspec.json.encode(body),
        headers={"Content-Type": "application/json", "User-Agent": "telnyx-webhooks"},
        seal=functools.partial(_sealed, _key(account.secret)),
        about=about,
    )
