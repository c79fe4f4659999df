"""Bandwidth: JSON arrays, credentials only after a challenge, 202 (carriers.md §2.3)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from deploy.local.simulator.credentials import basic, hexed, same
from deploy.local.simulator.words import (
    Account,
    Call,
    Inbound,
    Manner,
    Outbound,
    Receipt,
    Refusal,
    State,
    Webhook,
)

#: A day long; here until an hour of the demo has gone.
MANNER = Manner(timeout_seconds=10.0, attempts=200, pause_seconds=1.0)
PATHS = ("/api/v2/users/{account_id}/messages",)
STATUS = 202
MAX_TEXT = 2_048
MAX_PARTICIPANTS = 10
_STATES: dict[State, str] = {
    "queued": "message-sending",
    "sent": "message-sent",
    "delivered": "message-delivered",
    "undelivered": "message-failed",
    "failed": "message-failed",
}
_UNDELIVERED_CODE = "4750"
_FAILED_CODE = "4405"


def credentials(secret: str) -> dict[str, str]:
    """Our account at Bandwidth."""
    return {
        "account_id": "9900000",
        "application_id": hexed(secret, "bandwidth application"),
        "api_user": "tandem-api",
        "api_password": hexed(secret, "bandwidth api"),
        "callback_user": "tandem-callbacks",
        "callback_password": hexed(secret, "bandwidth callbacks"),
    }


def media_login(account: Account) -> tuple[str, str]:
    """The API's credentials; Bandwidth keeps a picture for 48 hours."""
    return account.credentials["api_user"], account.credentials["api_password"]


def new_id(fresh: str, *, media: bool) -> str:
    """One kind for all."""
    del media
    return "bw" + fresh.replace("-", "")


def message_webhook(account: Account, base: str, message: Inbound) -> Webhook:
    """A customer's text, as Bandwidth posts it."""
    inner = {
        "id": message.id,
        "owner": message.number,
        "applicationId": account.credentials["application_id"],
        "time": message.at,
        "segmentCount": 1,
        "direction": "in",
        "to": [message.number, *message.others],
        "from": message.sender,
        "text": message.text,
        "media": [file.url for file in message.files],
    }
    outer = {
        "type": "message-received",
        "time": message.at,
        "description": "Incoming message received",
        "to": message.number,
        "message": inner,
    }
    return _webhook(account, base, outer, {"id": message.id})


def receipt_webhook(account: Account, base: str, receipt: Receipt) -> Webhook:
    """A callback of the application; text is empty, the tag is handed back."""
    message = receipt.message
    outer: dict[str, Any] = {
        "type": _STATES[receipt.state],
        "time": receipt.at,
        "description": "Simulated",
        "to": receipt.recipient,
        "message": {
            "id": message.id,
            "owner": message.number,
            "applicationId": account.credentials["application_id"],
            "time": message.at,
            "segmentCount": 1,
            "direction": "out",
            "to": list(message.recipients),
            "from": message.number,
            "text": "",
            "media": [],
            "tag": message.tag,
        },
    }
    if receipt.state in {"failed", "undelivered"}:
        otherwise = _FAILED_CODE if receipt.state == "failed" else _UNDELIVERED_CODE
        outer["errorCode"] = int(receipt.code or otherwise)
    about = {"id": message.id, "state": receipt.state}
    return _webhook(account, base, outer, about)


def accept(account: Account, call: Call, identity: str, at: str) -> Outbound:
    """Read a call of /users/{id}/messages; Refusal as Bandwidth words it."""
    known = account.credentials
    wanted = basic(known["api_user"], known["api_password"])
    if not same(call.headers.get("authorization"), wanted):
        raise refusal(401, "unauthorized", "Authentication Failed")
    if call.named["account_id"] != known["account_id"]:
        raise refusal(403, "forbidden", "Access is denied")
    return _taken(call.json(), identity, at)


def _taken(body: dict[str, Any], identity: str, at: str) -> Outbound:
    to, sender, text = body.get("to"), body.get("from"), body.get("text") or ""
    recipients = (to,) if isinstance(to, str) else tuple(to or ())
    if not recipients or not sender or not body.get("applicationId"):
        raise refusal(400, "request-validation", "to, from and applicationId are required")
    if len(recipients) > MAX_PARTICIPANTS or len(text) > MAX_TEXT:
        raise refusal(400, "request-validation", "too many recipients, or text too long")
    if not text and not body.get("media"):
        raise refusal(400, "request-validation", "text or media is required")
    return Outbound(
        id=identity,
        carrier="bandwidth",
        number=sender,
        recipients=recipients,
        text=text,
        media=tuple(body.get("media") or ()),
        tag=body.get("tag"),
        at=at,
    )


def answer(account: Account, message: Outbound) -> dict[str, object]:
    """The body of the 202."""
    return {
        "id": message.id,
        "owner": message.number,
        "applicationId": account.credentials["application_id"],
        "time": message.at,
        "segmentCount": 1,
        "direction": "out",
        "to": list(message.recipients),
        "from": message.number,
        "media": list(message.media),
        "text": message.text,
        "tag": message.tag,
    }


def refusal(status: int, code: str | None, text: str) -> Refusal:
    """Any refusal, in Bandwidth's words."""
    body: dict[str, object] = {"type": code or "internal-server-error", "description": text}
    return Refusal(status=status, body=body)


def _webhook(
    account: Account, base: str, outer: dict[str, Any], about: Mapping[str, object]
) -> Webhook:
    credentials = account.credentials
    return Webhook(
        carrier="bandwidth",
        kind="message" if outer["type"] == "message-received" else "receipt",
        url=f"{base}/webhooks/bandwidth/{account.name}",
        body=msgspec.json.encode([outer]),
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "BandwidthAPI/v2",
        },
        challenge=(credentials["callback_user"], credentials["callback_password"]),
        about=about,
    )
