"""Bird: JSON events in the Standard Webhooks form, /v1/sms/messages, no pictures (§2.11)."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from deploy.local.simulator.credentials import hexed, same
from deploy.local.simulator.signing import event_id, secret_for, standard_seal
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

#: How often and how long Bird tries is not established.
MANNER = Manner(timeout_seconds=10.0, attempts=20, pause_seconds=1.0)
PATHS = ("/v1/sms/messages",)
LISTS = PATHS
STATUS = 202
MAX_TEXT = 1_836
_CATEGORIES = frozenset({"transactional", "marketing", "authentication", "service"})
_STATES: dict[State, str] = {
    "sent": "sms.sent",
    "delivered": "sms.delivered",
    "undelivered": "sms.undelivered",
    "failed": "sms.failed",
}
_ID_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_ID_LENGTH = 26


def credentials(secret: str) -> dict[str, str]:
    """Our account at Bird."""
    return {
        "api_key": f"bk_us1_{hexed(secret, 'bird key')}",
        "webhook_secret": secret_for(secret, "bird webhooks"),
    }


def media_login(_account: Account) -> None:
    """There are no pictures."""


def new_id(fresh: str, *, media: bool) -> str:
    """A prefix, and 26 digits of Crockford's 32."""
    del media
    number, digits = int(fresh.replace("-", ""), 16), ""
    for _ in range(_ID_LENGTH):
        number, digit = divmod(number, len(_ID_DIGITS))
        digits = _ID_DIGITS[digit] + digits
    return f"sms_{digits}"


def message_webhook(account: Account, base: str, message: Inbound) -> Webhook:
    """A customer's text; of a picture Bird says nothing."""
    data = {**_data(account, message.id, message.sender, message.number), "metadata": None}
    data["segments"] = {"count": 1, "encoding": "GSM_7BIT", "characters": len(message.text)}
    if message.text:
        data["text"] = message.text
    event = {"type": "sms.received", "timestamp": message.at, "data": data}
    return _webhook(account, base, event, {"id": message.id})


def receipt_webhook(account: Account, base: str, receipt: Receipt) -> Webhook | None:
    """An event of the account; the metadata is handed back."""
    kind, message = _STATES.get(receipt.state), receipt.message
    if kind is None:
        return None
    data = _data(account, message.id, message.number, receipt.recipient)
    data["metadata"] = {"message_id": message.tag} if message.tag else None
    if receipt.state in {"undelivered", "failed"}:
        data["error"] = {
            "code": receipt.code or "unreachable",
            "description": "Simulated",
            "carrier_error_code": None,
            "occurred_at": receipt.at,
            "permanent": None,
        }
    event = {"type": kind, "timestamp": receipt.at, "data": data}
    return _webhook(account, base, event, {"id": message.id, "state": receipt.state})


def accept(account: Account, call: Call, identity: str, at: str) -> Outbound:
    """Read a call of /v1/sms/messages; Refusal as Bird words it."""
    _let_in(account, call)
    body = call.json()
    to, sender, text = body.get("to"), body.get("from"), body.get("text")
    if "media_urls" in body:
        raise refusal(422, "SMSUnsupportedFeature", "media_urls is not available")
    if not isinstance(to, str) or not to.startswith("+") or not sender:
        raise refusal(422, "SMSInvalidRecipient", "to and from are required")
    if not text or len(text) > MAX_TEXT or body.get("category") not in _CATEGORIES:
        raise refusal(422, "validation", "text and category are required, text within 12 segments")
    return Outbound(
        id=identity,
        carrier="bird",
        number=sender,
        recipients=(to,),
        text=text,
        tag=(body.get("metadata") or {}).get("message_id"),
        at=at,
    )


def answer(_account: Account, message: Outbound) -> dict[str, object]:
    """The body of the 202."""
    return {
        "id": message.id,
        "status": "accepted",
        "from": message.number,
        "to": message.recipients[0],
        "text": message.text,
    }


def listed(account: Account, call: Call, texts: Sequence[Outbound]) -> object:
    """The newest texts between two numbers."""
    _let_in(account, call)
    asked = call.query
    found = [text for text in texts if text.is_between(asked.get("from"), asked.get("to"))]
    size = int(asked.get("limit", "20"))
    data = [
        {
            **answer(account, text),
            "direction": "outbound",
            "status": _STATES.get(text.state, "sms.accepted").removeprefix("sms."),
            "metadata": {"message_id": text.tag},
            "created_at": text.at,
        }
        for text in found[:size]
    ]
    return {"data": data, "next_cursor": "more" if len(found) > size else None}


def _let_in(account: Account, call: Call) -> None:
    if not same(call.headers.get("authorization"), f"Bearer {account.credentials['api_key']}"):
        raise refusal(401, "unauthorized", "Authentication failed")


def refusal(status: int, code: str | None, text: str) -> Refusal:
    """Any refusal, in Bird's words."""
    kinds = {401: "auth_error", 429: "rate_limit_error"}
    kind = "internal_error" if status >= 500 else kinds.get(status, "validation_error")  # noqa: PLR2004 - the class 5xx
    return Refusal(status, {"error": {"type": kind, "code": code, "message": text}})


def _data(account: Account, identity: str, sender: str, to: str) -> dict[str, Any]:
    return {
        "sms_id": identity,
        "workspace_id": new_id(hexed(account.secret, "bird workspace"), media=False).replace(
            "sms_", "ws_"
        ),
        "to": to,
        "from": sender,
        "tags": None,
        "requested_language": None,
        "resolved_language": None,
        "template_id": None,
        "template_version_id": None,
        "template_content_hash": None,
        "cost": None,
    }


def _webhook(
    account: Account, base: str, event: dict[str, Any], about: Mapping[str, object]
) -> Webhook:
    secret = account.credentials["webhook_secret"]
    identity = event_id(event["type"], event["data"]["sms_id"], event["data"]["to"])
    return Webhook(
        carrier="bird",
        kind="message" if event["type"] == "sms.received" else "receipt",
        url=f"{base}/webhooks/bird/{account.name}",
        body=msgspec.json.encode(event),
        headers={"Content-Type": "application/json"},
        seal=functools.partial(standard_seal, secret, identity),
        about=about,
    )
