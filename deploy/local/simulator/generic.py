"""`generic`: somebody's gateway that speaks as docs/generic.md says, and checks what it hears."""

import functools
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from deploy.local.simulator.credentials import same
from deploy.local.simulator.signing import event_id, secret_for, standard_seal, standard_signature
from deploy.local.simulator.words import (
    Account,
    Call,
    Inbound,
    Manner,
    Outbound,
    Receipt,
    Refusal,
    Webhook,
)

MANNER = Manner(timeout_seconds=10.0, attempts=200, pause_seconds=1.0)
PATHS = ("/send",)
STATUS = 200
MAX_TEXT = 1_530
TOLERANCE_SECONDS = 300


def credentials(secret: str) -> dict[str, str]:
    """What both sides have agreed on."""
    return {
        "webhook_secret": secret_for(secret, "generic webhooks"),
        "send_secret": secret_for(secret, "generic sends"),
    }


def media_login(_account: Account) -> None:
    """Pictures are for everybody who knows the address."""


def new_id(fresh: str, *, media: bool) -> str:
    """Whatever it likes."""
    del media
    return f"gw-{fresh}"


def message_webhook(account: Account, base: str, message: Inbound) -> Webhook:
    """A customer's text."""
    data = {
        "id": message.id,
        "from": message.sender,
        "to": message.number,
        "others": list(message.others),
        "text": message.text,
        "media": [
            {"url": file.url, "content_type": file.media_type, "size": len(file.content)}
            for file in message.files
        ],
    }
    event = {"type": "message.received", "timestamp": message.at, "data": data}
    url = f"{base}/webhooks/generic/{account.name}"
    return _webhook(account, url, event, {"id": message.id})


def receipt_webhook(account: Account, base: str, receipt: Receipt) -> Webhook:
    """A report, to the address that the send named."""
    message = receipt.message
    data: dict[str, Any] = {
        "id": message.id,
        "message_id": message.tag,
        "from": message.number,
        "to": receipt.recipient,
        "status": receipt.state,
    }
    if receipt.code:
        data["error"] = {"code": receipt.code, "text": "Simulated"}
    event = {"type": "message.status", "timestamp": receipt.at, "data": data}
    url = message.callback or f"{base}/webhooks/generic/{account.name}"
    return _webhook(account, url, event, {"id": message.id, "state": receipt.state})


def accept(account: Account, call: Call, identity: str, at: str) -> Outbound:
    """Check the signature, then read the event."""
    _check(account, call, at)
    body = call.json()
    data = body.get("data") or {}
    text, media = data.get("text", ""), [one["url"] for one in data.get("media", ())]
    if body.get("type") != "message.send" or not data.get("from") or not data.get("to"):
        raise refusal(422, "malformed", "No message.send with from and to")
    if not (text or media) or len(text) > MAX_TEXT:
        raise refusal(422, "malformed", "Text or media is required, and not too much of it")
    return Outbound(
        id=identity,
        carrier="generic",
        number=data["from"],
        recipients=(data["to"], *data.get("others", ())),
        text=text,
        media=tuple(media),
        callback=data.get("status_url"),
        tag=data.get("message_id"),
        at=at,
    )


def _check(account: Account, call: Call, at: str) -> None:
    """Check who calls, and that the call is not an old one."""
    identity, seconds = (call.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp"))
    if not seconds.isdigit():
        raise refusal(401, "no-time", "There is no time")
    if abs(datetime.fromisoformat(at).timestamp() - int(seconds)) > TOLERANCE_SECONDS:
        raise refusal(401, "too-old-or-too-new", "The time is too far off")
    secret = account.credentials["send_secret"]
    wanted = standard_signature(secret, identity, int(seconds), call.body)
    if not same(call.headers.get("webhook-signature"), wanted):
        raise refusal(401, "wrong-signature", "The signature is wrong")


def answer(_account: Account, message: Outbound) -> dict[str, object]:
    """The body of the 200."""
    return {"id": message.id}


def refusal(status: int, code: str | None, text: str) -> Refusal:
    """Any refusal, in the words of docs/generic.md."""
    return Refusal(status, {"error": {"code": code or "refused", "text": text}})


def _webhook(
    account: Account, url: str, event: dict[str, Any], about: Mapping[str, object]
) -> Webhook:
    data = event["data"]
    identity = event_id(event["type"], data["id"], data["to"], data.get("status", ""))
    return Webhook(
        carrier="generic",
        kind="message" if event["type"] == "message.received" else "receipt",
        url=url,
        body=msgspec.json.encode(event),
        headers={"Content-Type": "application/json"},
        seal=functools.partial(standard_seal, account.credentials["webhook_secret"], identity),
        about=about,
    )
