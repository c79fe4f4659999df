"""MessageBird: forms in, reports as queries, a token over address and body (carriers.md §2.10)."""

import dataclasses
import functools
import hashlib
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from deploy.local.simulator.credentials import hexed, same
from deploy.local.simulator.signing import token
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

#: How often and how long MessageBird tries is not established.
MANNER = Manner(timeout_seconds=10.0, attempts=20, pause_seconds=1.0)
PATHS = ("/messages", "/mms")
LISTS = PATHS
STATUS = 201
MAX_TEXT = 1_377
MAX_FILES = 10
_GOOD_SECONDS = 60
_STATES: dict[State, str] = {
    "queued": "buffered",
    "sent": "sent",
    "delivered": "delivered",
    "undelivered": "delivery_failed",
    "failed": "delivery_failed",
}


def credentials(secret: str) -> dict[str, str]:
    """Our account at MessageBird."""
    return {
        "access_key": hexed(secret, "messagebird access"),
        "signing_key": hexed(secret, "messagebird signing"),
    }


def media_login(_account: Account) -> None:
    """Pictures are for everybody who knows the address."""


def new_id(fresh: str, *, media: bool) -> str:
    """32 hexadecimal digits."""
    del media
    return fresh.replace("-", "")


def message_webhook(account: Account, base: str, message: Inbound) -> Webhook:
    """A customer's text, as a form; numbers without a plus."""
    form = [
        ("id", message.id),
        ("originator", message.sender.lstrip("+")),
        ("recipient", message.number.lstrip("+")),
        ("receiver", message.number.lstrip("+")),
        ("body", message.text),
        ("createdDatetime", message.at),
        *(("mediaUrls", file.url) for file in message.files),
    ]
    return Webhook(
        carrier="messagebird",
        kind="message",
        url=f"{base}/webhooks/messagebird/{account.name}",
        body=urlencode(form).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        seal=functools.partial(_sealed, account.credentials["signing_key"]),
        about={"id": message.id},
    )


def receipt_webhook(account: Account, _base: str, receipt: Receipt) -> Webhook | None:
    """A report, as a GET of the reportUrl; it names no sender."""
    message = receipt.message
    if not message.callback:
        return None
    query = {
        "id": message.id,
        "reference": message.tag or "",
        "recipient": receipt.recipient.lstrip("+"),
        "status": _STATES[receipt.state],
        "statusDatetime": receipt.at,
        "statusErrorCode": receipt.code or "0",
    }
    joint = "&" if "?" in message.callback else "?"
    return Webhook(
        carrier="messagebird",
        kind="receipt",
        method="GET",
        url=f"{message.callback}{joint}{urlencode(query)}",
        body=b"",
        headers={},
        seal=functools.partial(_sealed, account.credentials["signing_key"]),
        about={"id": message.id, "state": receipt.state},
    )


def accept(account: Account, call: Call, identity: str, at: str) -> Outbound:
    """Read a call of /messages or /mms; Refusal as MessageBird words it."""
    _let_in(account, call)
    body, is_mms = call.json(), call.path.endswith("/mms")
    recipients, text, media = body.get("recipients"), body.get("body") or "", body.get("mediaUrls")
    if not recipients or not body.get("originator") or not (text or media):
        raise refusal(422, "9", "recipients, originator and body are required")
    if bool(media) != is_mms or len(media or ()) > MAX_FILES or len(text) > MAX_TEXT:
        raise refusal(422, "10", "mediaUrls belong to /mms, ten at most, or body too long")
    return Outbound(
        id=identity,
        carrier="messagebird",
        number=body["originator"],
        recipients=tuple(recipients),
        text=text,
        media=tuple(media or ()),
        callback=body.get("reportUrl"),
        tag=body.get("reference"),
        at=at,
    )


def answer(_account: Account, message: Outbound) -> dict[str, object]:
    """The body of the 201."""
    items = [{"recipient": int(to.lstrip("+")), "status": "sent"} for to in message.recipients]
    return {
        "id": message.id,
        "direction": "mt",
        "originator": message.number,
        "body": message.text,
        "reference": message.tag,
        "recipients": {"totalCount": len(items), "totalSentCount": len(items), "items": items},
    }


def listed(account: Account, call: Call, texts: Sequence[Outbound]) -> object:
    """The newest texts between two numbers, or the newest MMS of all."""
    _let_in(account, call)
    asked, is_mms = call.query, call.path.endswith("/mms")
    found = [
        text
        for text in texts
        if text.is_between(asked.get("originator"), asked.get("recipient"))
        and bool(text.media) == is_mms
    ]
    shown = found[: int(asked.get("limit", "20"))]
    items = [
        {
            "id": text.id,
            "reference": text.tag,
            "body": text.text,
            "createdDatetime": text.at.replace("Z", "+00:00"),
            "recipients": {
                "items": [
                    {"recipient": int(to.lstrip("+")), "status": _STATES[text.state]}
                    for to in text.recipients
                ]
            },
        }
        for text in shown
    ]
    return {"offset": 0, "count": len(items), "totalCount": len(found), "items": items}


def _let_in(account: Account, call: Call) -> None:
    wanted = f"AccessKey {account.credentials['access_key']}"
    if not same(call.headers.get("authorization"), wanted):
        raise refusal(401, "2", "Request not allowed (incorrect access_key)")


def refusal(status: int, code: str | None, text: str) -> Refusal:
    """Any refusal, in MessageBird's words."""
    number = int(code) if code and code.isdigit() else 99
    error = {"code": number, "description": text, "parameter": None}
    return Refusal(status, {"errors": [error]})


def _sealed(key: str, webhook: Webhook, now: datetime) -> Webhook:
    """Sign address and body, good for a minute."""
    seconds = int(now.timestamp())
    claims = {
        "iss": "MessageBird",
        "nbf": seconds,
        "exp": seconds + _GOOD_SECONDS,
        "url_hash": hashlib.sha256(webhook.url.encode()).hexdigest(),
    }
    if webhook.body:
        claims["payload_hash"] = hashlib.sha256(webhook.body).hexdigest()
    headers = {**webhook.headers, "MessageBird-Signature-JWT": token(claims, key)}
    return dataclasses.replace(webhook, headers=headers)
