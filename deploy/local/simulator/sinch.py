"""Sinch: JSON signed with nonce and time; nothing comes again after a 4xx (carriers.md §2.7).

Files go by its MMS API, which answers 200 to everything and reports by postbacks.
"""

import base64
import dataclasses
import functools
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
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
    unless_our_fault,
)
from services.kernel import ids

#: 5 s, doubling, fifteen times; here until an hour of the demo has gone.
MANNER = Manner(timeout_seconds=5.0, attempts=200, pause_seconds=0.5, again=unless_our_fault)
_MMS = "/ep/v2/"
LISTS = ("/xms/v1/{plan}/batches",)
PATHS = (*LISTS, _MMS)
STATUS = 201
MAX_TEXT = 2_000
_STATES: dict[State, tuple[str, int]] = {
    "queued": ("Queued", 400),
    "sent": ("Dispatched", 401),
    "delivered": ("Delivered", 0),
    "undelivered": ("Failed", 404),
    "failed": ("Rejected", 402),
}
_MMS_CODES: dict[State, tuple[str, str]] = {
    "sent": ("N101", "Message Sent"),
    "delivered": ("N102", "Message Sent/Delivered"),
    "undelivered": ("E102", "Message Sent/Rejected"),
    "failed": ("E101", "Message Failed"),
}
#: What a slide may be; one file each.
_SLIDES = frozenset({"image", "audio", "video", "vcard", "ical", "pdf"})
_MAX_SLIDES = 8
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ID_LENGTH = 26


def credentials(secret: str) -> dict[str, str]:
    """Our service plan at Sinch, with signing switched on."""
    return {
        "service_plan_id": hexed(secret, "sinch plan"),
        "api_token": hexed(secret, "sinch token"),
        "webhook_secret": hexed(secret, "sinch webhooks"),
        "mms_api_key": hexed(secret, "sinch mms"),
        "mms_service_id": "12345",
        "callback_user": "sinch",
        "callback_password": hexed(secret, "sinch postbacks"),
    }


def media_login(_account: Account) -> None:
    """Pictures are for everybody who knows the address."""


def new_id(fresh: str, *, media: bool) -> str:
    """A ULID: 26 letters and digits."""
    del media
    number, letters = int(fresh.replace("-", ""), 16), ""
    while len(letters) < _ID_LENGTH:
        number, digit = divmod(number, len(_LETTERS))
        letters = _LETTERS[digit] + letters
    return letters


def message_webhook(account: Account, base: str, message: Inbound) -> Webhook:
    """A customer's text or files; numbers without '+'. Groups are brought by the MMS API alone."""
    if message.others:
        return _arrived(account, base, message)
    media = [
        {"url": file.url, "content_type": file.media_type, "status": "Uploaded", "code": 0}
        for file in message.files
    ]
    body = {
        "type": "mo_media" if media else "mo_text",
        "id": message.id,
        "from": message.sender.removeprefix("+"),
        "to": message.number.removeprefix("+"),
        "body": {"subject": "", "message": message.text, "media": media} if media else message.text,
        "operator_id": "310260",
        "received_at": message.at,
    }
    url = f"{base}/webhooks/sinch/{account.name}"
    return _webhook(account, url, "message", body, {"id": message.id})


def _arrived(account: Account, base: str, message: Inbound) -> Webhook:
    """A customer's message, as the MMS API brings it."""
    body = {
        "origin": "MMS_MO",
        "code": "N401",
        "from": message.sender.removeprefix("+"),
        "to": message.number.removeprefix("+"),
        "copy-to": [{"number": one.removeprefix("+")} for one in message.others],
        "tracking-id": message.id,
        "operator-id": "310260",
        "timestamp": message.at,
        "message-subject": message.text,
        "content": [{"file": file.url} for file in message.files],
    }
    return _postback(account, base, "message", body, {"id": message.id})


def _reported(account: Account, base: str, receipt: Receipt) -> Webhook | None:
    """How far one of our files came, as the MMS API brings it; a code is another's, if it has one.

    That it waits is not reported.
    """
    message = receipt.message
    if receipt.state not in _MMS_CODES:
        return None
    code, status = _MMS_CODES[receipt.state]
    body = {
        "origin": "MMS_MT",
        "code": receipt.code or code,
        "sent-as": "MMS",
        "status": status,
        "from": message.number.removeprefix("+"),
        "to": receipt.recipient.removeprefix("+"),
        "tracking-id": message.id,
        "client-reference": message.tag,
        "operator-id": "310260",
        "timestamp": receipt.at,
    }
    return _postback(account, base, "receipt", body, {"id": message.id, "state": receipt.state})


def _postback(
    account: Account,
    base: str,
    kind: Literal["message", "receipt"],
    body: dict[str, Any],
    about: Mapping[str, object],
) -> Webhook:
    """What the MMS API brings: not signed, but with credentials where it is asked for them."""
    known = account.credentials
    return Webhook(
        carrier="sinch",
        kind=kind,
        url=f"{base}/webhooks/sinch/{account.name}",
        body=msgspec.json.encode(body),
        headers={"Content-Type": "application/json"},
        challenge=(known["callback_user"], known["callback_password"]),
        about=about,
    )


def receipt_webhook(account: Account, base: str, receipt: Receipt) -> Webhook | None:
    """A report about one recipient; an MMS's has capitals, and one by the MMS API is a postback."""
    message = receipt.message
    if message.media and message.callback is None:
        return _reported(account, base, receipt)
    state, code = _STATES[receipt.state]
    kind = "mms" if message.media else "sms"
    body = {
        "type": f"recipient_delivery_report_{kind}",
        "batch_id": message.id,
        "recipient": receipt.recipient.removeprefix("+"),
        "status": state.upper() if kind == "mms" else state,
        "code": int(receipt.code or code),
        "at": receipt.at,
        "operator_status_at": receipt.at,
        "applied_originator": message.number.removeprefix("+"),
        "client_reference": message.tag,
    }
    url = message.callback or f"{base}/webhooks/sinch/{account.name}"
    return _webhook(account, url, "receipt", body, {"id": message.id, "state": receipt.state})


def accept(account: Account, call: Call, identity: str, at: str) -> Outbound:
    """Read a call of batches, or of the MMS API; Refusal as Sinch words it."""
    if call.path == _MMS:
        return _slides(account, call, identity, at)
    _let_in(account, call)
    return _taken(call.json(), identity, at)


def answer(_account: Account, message: Outbound) -> dict[str, object]:
    """The body of the 201, or of the MMS API's 200."""
    if message.media and message.callback is None:
        return {
            "status": "Success",
            "to": message.recipients[0],
            "from": message.number,
            "tracking-id": message.id,
        }
    return {
        "id": message.id,
        "to": [one.removeprefix("+") for one in message.recipients],
        "from": message.number.removeprefix("+"),
        "canceled": False,
        "body": message.text,
        "type": "mt_media" if message.media else "mt_text",
        "created_at": message.at,
        "modified_at": message.at,
        "delivery_report": "per_recipient",
    }


def listed(account: Account, call: Call, texts: Sequence[Outbound]) -> object:
    """The batches that have a reference."""
    _let_in(account, call)
    reference = call.query.get("client_reference")
    found = [text for text in texts if reference in (None, text.tag)]
    size = int(call.query.get("page_size", "30"))
    batches = [{**answer(account, text), "client_reference": text.tag} for text in found[:size]]
    return {"count": len(found), "page": 0, "page_size": size, "batches": batches}


def _let_in(account: Account, call: Call) -> None:
    known = account.credentials
    if not same(call.headers.get("authorization"), f"Bearer {known['api_token']}"):
        raise refusal(401, "unauthorized", "Unauthorized")
    if call.named["plan"] != known["service_plan_id"]:
        raise refusal(404, "not_found", "No such service plan")


def refusal(status: int, code: str | None, text: str) -> Refusal:
    """Any refusal, in Sinch's words."""
    return Refusal(status=status, body={"code": code or "internal_error", "text": text})


def _taken(body: dict[str, Any], identity: str, at: str) -> Outbound:
    to, sender, content = body.get("to"), body.get("from"), body.get("body")
    if not isinstance(to, list) or not to or not sender:
        raise refusal(400, "syntax_constraint_violation", "to and from are required")
    media: tuple[str, ...] = ()
    text = content
    if body.get("type") == "mt_media":
        if not isinstance(content, dict) or not content.get("url"):
            raise refusal(400, "syntax_constraint_violation", "body.url is required")
        text, media = content.get("message") or "", (content["url"],)
    if not isinstance(text, str) or len(text) > MAX_TEXT or not (text or media):
        raise refusal(400, "syntax_constraint_violation", "body: 1 to 2000 characters")
    return Outbound(
        id=identity,
        carrier="sinch",
        number=sender,
        recipients=tuple(to),
        text=text,
        media=media,
        callback=body.get("callback_url"),
        tag=body.get("client_reference"),
        at=at,
    )


def _slides(account: Account, call: Call, identity: str, at: str) -> Outbound:
    """Read a call of the MMS API, which refuses with a 200."""
    body = call.json()
    _let_in_mms(account, call, body)
    slides = body.get("slide")
    if not isinstance(slides, list) or not slides:
        raise _no("E312", "No slides.")
    if len(slides) > _MAX_SLIDES:
        raise _no("E225", "Exceeded number of slides allowed for the MMS.")
    if any(len(_SLIDES & slide.keys()) > 1 for slide in slides):
        raise _no("E223", "More than one object is not allowed in the slide.")
    media = (slide[kind]["url"] for slide in slides for kind in _SLIDES & slide.keys())
    texts = (slide["message-text"] for slide in slides if "message-text" in slide)
    return Outbound(
        id=identity,
        carrier="sinch",
        number=_plus(body["from"]),
        recipients=(_plus(body["to"]),),
        text="\n".join(texts),
        media=tuple(media),
        tag=body.get("client-reference"),
        at=at,
    )


def _let_in_mms(account: Account, call: Call, body: Mapping[str, Any]) -> None:
    known = account.credentials
    if not same(call.headers.get("x-api-key"), known["mms_api_key"]):
        raise _no("E104", "Authentication failed, Invalid API-key.")
    if body.get("action") != "sendmms":
        raise _no("E107", "Invalid action. This API user is not allowed to use this action.")
    if body.get("service-id") != known["mms_service_id"]:
        raise _no("E627", "Invalid service-id / service-id is required.")
    for name, code in (("from", "E111"), ("to", "E110"), ("message-subject", "E314")):
        if not body.get(name):
            raise _no(code, f"Invalid {name}.")


def _plus(number: str) -> str:
    return f"+{number}" if number.isdigit() else number


def _no(code: str, text: str) -> Refusal:
    return Refusal(status=200, body={"status": "Failure", "error-code": code, "error-info": text})


def _webhook(
    account: Account, url: str, kind: str, body: dict[str, Any], about: Mapping[str, object]
) -> Webhook:
    return Webhook(
        carrier="sinch",
        kind="message" if kind == "message" else "receipt",
        url=url,
        body=msgspec.json.encode(body),
        headers={"Content-Type": "application/json"},
        seal=functools.partial(_sealed, account),
        about=about,
    )


def _sealed(account: Account, webhook: Webhook, now: datetime) -> Webhook:
    """Sign body, nonce and time, at each try."""
    nonce, seconds = ids.new(), str(int(now.timestamp()))
    signed = webhook.body + f".{nonce}.{seconds}".encode()
    secret = account.credentials["webhook_secret"].encode()
    start = "x-sinch-webhook-signature"
    headers = {
        **webhook.headers,
        start: base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode(),
        f"{start}-nonce": nonce,
        f"{start}-timestamp": seconds,
        f"{start}-algorithm": "HmacSHA256",
    }
    return dataclasses.replace(webhook, headers=headers)
