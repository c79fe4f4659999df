"""Infobip: JSON results, credentials after a challenge, our id as theirs (carriers.md §2.9)."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from deploy.local.simulator.credentials import hexed, same
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

#: A minute, then ever longer, about 20 times.
MANNER = Manner(timeout_seconds=10.0, attempts=20, pause_seconds=1.0)
PATHS = ("/sms/3/messages", "/mms/2/messages")
LISTS = ("/sms/3/logs", "/mms/2/logs")
STATUS = 200
MAX_TEXT = 4_000
MAX_MMS_TEXT = 1_600
MAX_GROUP = 200
_STATES: dict[State, tuple[int, str, int, str]] = {
    "queued": (1, "PENDING", 26, "PENDING_ACCEPTED"),
    "sent": (1, "PENDING", 7, "PENDING_ENROUTE"),
    "delivered": (3, "DELIVERED", 5, "DELIVERED_TO_HANDSET"),
    "undelivered": (2, "UNDELIVERABLE", 9, "UNDELIVERABLE_NOT_DELIVERED"),
    "failed": (5, "REJECTED", 6, "REJECTED_NETWORK"),
}
_NO_ERROR = (0, "OK", 0, "NO_ERROR")


def credentials(secret: str) -> dict[str, str]:
    """Our account at Infobip."""
    return {
        "api_key": hexed(secret, "infobip key"),
        "callback_user": "tandem-callbacks",
        "callback_password": hexed(secret, "infobip callbacks"),
    }


def media_login(_account: Account) -> None:
    """Pictures are for everybody who knows the address."""


def new_id(fresh: str, *, media: bool) -> str:
    """A UUID as it is."""
    del media
    return fresh


def message_webhook(account: Account, base: str, message: Inbound) -> Webhook:
    """A customer's text; with pictures it comes in segments."""
    entry: dict[str, Any] = {
        "messageId": message.id,
        "from": message.sender.lstrip("+"),
        "to": message.number.lstrip("+"),
        "receivedAt": _time(message.at),
        "price": {"pricePerMessage": 0, "currency": "EUR"},
    }
    if message.files:
        texts = [{"contentType": "text/plain", "value": message.text}] if message.text else []
        files = [{"contentType": file.media_type, "url": file.url} for file in message.files]
        entry["message"] = [*texts, *files]
    elif message.others:
        entry["message"] = [{"contentType": "text/plain", "value": message.text}]
    else:
        entry |= {"text": message.text, "cleanText": message.text, "keyword": "", "smsCount": 1}
    if message.others:
        members = (message.number, *message.others)
        entry["group"] = [{"to": one.lstrip("+")} for one in members]
    body = {"results": [entry], "messageCount": 1, "pendingMessageCount": 0}
    url = f"{base}/webhooks/infobip/{account.name}"
    return _webhook(account, url, body, "message", {"id": message.id})


def receipt_webhook(account: Account, base: str, receipt: Receipt) -> Webhook:
    """A report, to the address that the send named."""
    message = receipt.message
    entry = {
        "bulkId": message.id,
        "messageId": message.id,
        "to": receipt.recipient.lstrip("+"),
        "sender": message.number,
        "sentAt": _time(message.at),
        "doneAt": _time(receipt.at),
        "messageCount": 1,
        "callbackData": message.tag,
        "status": _status(_STATES[receipt.state]),
        "error": {**_status(_NO_ERROR), "name": receipt.code or "NO_ERROR", "permanent": False},
    }
    url = message.callback or f"{base}/webhooks/infobip/{account.name}"
    about = {"id": message.id, "state": receipt.state}
    return _webhook(account, url, {"results": [entry]}, "receipt", about)


def accept(account: Account, call: Call, identity: str, at: str) -> Outbound:
    """Read a call of /sms/3/messages or /mms/2/messages; Refusal as Infobip words it."""
    _let_in(account, call)
    messages = call.json().get("messages") or []
    entry = messages[0] if messages else {}
    destinations, content = entry.get("destinations") or [], entry.get("content") or {}
    if len(messages) != 1 or len(destinations) != 1 or not entry.get("sender"):
        raise refusal(400, "E400", "One message with a sender and a destination is required")
    is_mms = call.path.startswith("/mms")
    people = (destinations[0].get("group") if is_mms else None) or destinations
    if len(people) > MAX_GROUP:
        raise refusal(400, "E400", "A group has 200 people at most")
    text, media = _content(content, is_mms=is_mms)
    webhooks = entry.get("webhooks") or {}
    return Outbound(
        id=people[0].get("messageId") or identity,
        carrier="infobip",
        number=entry["sender"],
        recipients=tuple(one["to"] for one in people),
        text=text,
        media=media,
        callback=(webhooks.get("delivery") or {}).get("url"),
        tag=webhooks.get("callbackData"),
        at=at,
    )


def answer(_account: Account, message: Outbound) -> dict[str, object]:
    """The body of the 200."""
    status = _status(_STATES["queued"])
    entries = [
        {"messageId": message.id, "status": status, "destination": to} for to in message.recipients
    ]
    return {"bulkId": message.id, "messages": entries}


def listed(account: Account, call: Call, texts: Sequence[Outbound]) -> object:
    """The logs of a text by its id."""
    _let_in(account, call)
    wanted = call.query.get("messageId")
    is_mms = call.path.startswith("/mms")
    logs = [
        {
            "messageId": text.id,
            "sender": text.number,
            "destination": text.recipients[0].lstrip("+"),
            "sentAt": _time(text.at),
            "status": _status(_STATES[text.state]),
            "error": {**_status(_NO_ERROR), "permanent": False},
        }
        for text in texts
        if wanted in (None, text.id) and is_mms == bool(text.media)
    ]
    return {"results": logs[: int(call.query.get("limit", "50"))]}


def _let_in(account: Account, call: Call) -> None:
    if not same(call.headers.get("authorization"), f"App {account.credentials['api_key']}"):
        raise refusal(401, "E401", "Invalid login details")


def refusal(status: int, code: str | None, text: str) -> Refusal:
    """Any refusal, in Infobip's words."""
    error: dict[str, object] = {
        "errorCode": code or "E500",
        "description": text,
        "action": "Simulated",
        "violations": [],
        "resources": [],
    }
    return Refusal(status, error)


def _content(content: dict[str, Any], *, is_mms: bool) -> tuple[str, tuple[str, ...]]:
    segments = content.get("messageSegments") or []
    if not is_mms:
        text, media = content.get("text") or "", tuple[str, ...]()
    else:
        text = "".join(one["text"] for one in segments if one.get("type") == "TEXT")
        media = tuple(one["contentUrl"] for one in segments if one.get("type") == "LINK")
    if not (text or media) or len(text) > (MAX_MMS_TEXT if is_mms else MAX_TEXT):
        raise refusal(400, "E400", "Content is required, and not too much of it")
    return text, media


def _status(given: tuple[int, str, int, str]) -> dict[str, object]:
    group, group_name, number, name = given
    return {
        "groupId": group,
        "groupName": group_name,
        "id": number,
        "name": name,
        "description": "Simulated",
    }


def _time(at: str) -> str:
    """Spell a time as Infobip does: no colon in the zone."""
    return at.replace("Z", "+0000")


def _webhook(
    account: Account,
    url: str,
    body: dict[str, Any],
    kind: Literal["message", "receipt"],
    about: Mapping[str, object],
) -> Webhook:
    known = account.credentials
    return Webhook(
        carrier="infobip",
        kind=kind,
        url=url,
        body=msgspec.json.encode(body),
        headers={"Content-Type": "application/json"},
        challenge=(known["callback_user"], known["callback_password"]),
        about=about,
    )
