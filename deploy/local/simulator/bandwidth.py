"""Bandwidth: JSON arrays, credentials only after a challenge, 202 (carriers.md §2.3)."""

import base64
from collections.abc import Mapping
from typing import Any

import msgspec

from deploy.local.simulator.accounts import Account
from deploy.local.simulator.words import Inbound, Outbound, Receipt, Refusal, State, Webhook

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


def accept(body: dict[str, Any], identity: str, at: str) -> Outbound:
    """Read a call of /users/{id}/messages; Refusal as Bandwidth words it."""
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


def basic(user: str, password: str) -> str:
    """An Authorization header's value."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


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
