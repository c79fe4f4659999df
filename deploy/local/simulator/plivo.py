"""Plivo: forms signed with a nonce (V3), JSON sends, three tries more (carriers.md §2.4)."""

import base64
import hashlib
import hmac
import urllib.parse
from collections.abc import Mapping
from typing import Any

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
from services.kernel import ids

#: After 60, 120 and 240 seconds, inbound and status alike.
MANNER = Manner(timeout_seconds=8.0, attempts=4, pause_seconds=0.5)
PATHS = ("/v1/Account/{auth_id}/Message/",)
STATUS = 202
MAX_TEXT = 1_600
MAX_MEDIA = 10
_INTENTS = {"stop": "optout", "start": "optin", "help": "help"}
_CODES: dict[State, str] = {"failed": "300", "undelivered": "70"}


def credentials(secret: str) -> dict[str, str]:
    """Our account at Plivo."""
    return {
        "auth_id": f"MA{hexed(secret, 'plivo account')[:18].upper()}",
        "auth_token": hexed(secret, "plivo token"),
    }


def media_login(_account: Account) -> None:
    """Pictures are for everybody who knows the address."""


def new_id(fresh: str, *, media: bool) -> str:
    """A UUID as it is."""
    del media
    return fresh


def message_webhook(account: Account, base: str, message: Inbound) -> Webhook:
    """A customer's text: Text of an SMS, Body of an MMS, numbers without '+'."""
    kind = "mms" if message.files else "sms"
    fields = {
        "From": message.sender.removeprefix("+"),
        "To": message.number.removeprefix("+"),
        "Type": kind,
        "Body" if kind == "mms" else "Text": message.text,
        "MessageUUID": message.id,
        "Units": "1",
        "TotalRate": "0",
        "TotalAmount": "0",
        "MessageIntent": _INTENTS.get(message.text.strip().lower(), ""),
        "PowerpackUUID": "",
    }
    if message.files:
        fields["MediaCount"] = str(len(message.files))
        fields |= {f"Media{n}": file.url for n, file in enumerate(message.files)}
    url = f"{base}/webhooks/plivo/{account.name}"
    return _signed(account, url, fields, {"id": message.id})


def receipt_webhook(account: Account, _base: str, receipt: Receipt) -> Webhook | None:
    """A report; None where the send asked for none."""
    message = receipt.message
    if message.callback is None:
        return None
    at = receipt.at.replace("T", " ").removesuffix("Z") + "000"
    fields = {
        "From": message.number.removeprefix("+"),
        "To": receipt.recipient.removeprefix("+"),
        "Status": receipt.state,
        "MessageUUID": message.id,
        "ParentMessageUUID": message.id,
        "PartInfo": "1 of 1",
        "Units": "1",
        "Sequence": str(len(message.states)),
        "QueuedTime": at,
        "SentTime": at,
        "DeliveryReportTime": at,
    }
    if receipt.state in _CODES:
        fields["ErrorCode"] = receipt.code or _CODES[receipt.state]
    about = {"id": message.id, "state": receipt.state}
    return _signed(account, message.callback, fields, about)


def accept(account: Account, call: Call, identity: str, at: str) -> Outbound:
    """Read a call of Message/; Refusal as Plivo words it."""
    known = account.credentials
    if not same(call.headers.get("authorization"), basic(known["auth_id"], known["auth_token"])):
        raise refusal(401, None, "authentication failed")
    if call.named["auth_id"] != known["auth_id"]:
        raise refusal(404, None, "not found")
    return _taken(call.json(), identity, at)


def answer(_account: Account, message: Outbound) -> object:
    """The body of the 202."""
    return {
        "message": "message(s) queued",
        "message_uuid": [message.id],
        "api_id": ids.derive("plivo call", message.id),
    }


def refusal(status: int, code: str | None, text: str) -> Refusal:
    """Any refusal: Plivo has words for them, and no codes."""
    return Refusal(status=status, body={"api_id": "simulated", "error": f"{text} {code or ''}"})


def _taken(body: dict[str, Any], identity: str, at: str) -> Outbound:
    sender, to, text = body.get("src"), body.get("dst"), body.get("text") or ""
    media = tuple(body.get("media_urls") or ())
    if not sender or not to or "<" in to:
        raise refusal(400, None, "src and one dst are required")
    if not text and not media:
        raise refusal(400, None, "text or media_urls is required")
    if media and body.get("type") != "mms":
        raise refusal(400, None, "media_urls is only valid for type mms")
    if len(text) > MAX_TEXT or len(media) > MAX_MEDIA:
        raise refusal(400, None, "message too long")
    return Outbound(
        id=identity,
        carrier="plivo",
        number=sender,
        recipients=(to,),
        text=text,
        media=media,
        callback=body.get("url"),
        at=at,
    )


def _signed(
    account: Account, url: str, fields: dict[str, str], about: Mapping[str, object]
) -> Webhook:
    """Sign: address, sorted query, '.', sorted form; then '.' and the nonce."""
    nonce = hexed(account.secret, f"plivo nonce {url} {sorted(fields.items())}")
    place, _, query = url.partition("?")
    asked = "&".join(f"{k}={v}" for k, v in sorted(urllib.parse.parse_qsl(query)))
    form = "".join(name + fields[name] for name in sorted(fields))
    text = f"{place}?{asked}{'.' if asked else ''}{form}.{nonce}"
    token = account.credentials["auth_token"].encode()
    signature = base64.b64encode(hmac.digest(token, text.encode(), hashlib.sha256)).decode()
    return Webhook(
        carrier="plivo",
        kind="receipt" if "Status" in fields else "message",
        url=url,
        body=urllib.parse.urlencode(fields).encode(),
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Plivo-Signature-V3": signature,
            "X-Plivo-Signature-V3-Nonce": nonce,
        },
        about=about,
    )
