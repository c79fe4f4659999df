"""SignalWire: forms for texts, JSON for reports, each signed its own way (carriers.md §2.8)."""

import base64
import hashlib
import hmac
import urllib.parse
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime

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

#: An inbound text is tried once, and once more at the fallback address; a report three times.
MANNER = Manner(timeout_seconds=5.0, attempts=2, pause_seconds=0.5, receipt_attempts=3)
PATHS = ("/api/laml/2010-04-01/Accounts/{project}/Messages",)
LISTS = PATHS
STATUS = 201
MAX_BODY = 1_600
MAX_MEDIA = 8
#: Of an MMS nothing more is ever reported.
_LAST_OF_AN_MMS = frozenset[State]({"queued", "sent", "failed"})


def credentials(secret: str) -> dict[str, str]:
    """Our project at SignalWire."""
    return {
        "project_id": hexed(secret, "signalwire project"),
        "api_token": f"PT{hexed(secret, 'signalwire token')}",
        "signing_key": f"PSK_{hexed(secret, 'signalwire signing key')}",
    }


def media_login(_account: Account) -> None:
    """Pictures are for everybody who knows the address."""


def new_id(fresh: str, *, media: bool) -> str:
    """A UUID as it is."""
    del media
    return fresh


def message_webhook(account: Account, base: str, message: Inbound) -> Webhook:
    """A customer's text: Twilio's form, with fewer fields."""
    fields = {
        "MessageSid": message.id,
        "SmsSid": message.id,
        "AccountSid": account.credentials["project_id"],
        "From": message.sender,
        "To": message.number,
        "Body": message.text,
        "NumMedia": str(len(message.files)),
        "NumSegments": "1",
    }
    for n, file in enumerate(message.files):
        fields |= {f"MediaUrl{n}": file.url, f"MediaContentType{n}": file.media_type}
    url = f"{base}/webhooks/signalwire/{account.name}"
    text = url + "".join(name + fields[name] for name in sorted(fields))
    made = hmac.digest(_key(account), text.encode(), hashlib.sha1)
    return Webhook(
        carrier="signalwire",
        kind="message",
        url=url,
        body=urllib.parse.urlencode(fields).encode(),
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "X-SignalWire-Signature": base64.b64encode(made).decode(),
        },
        about={"id": message.id},
    )


def receipt_webhook(account: Account, _base: str, receipt: Receipt) -> Webhook | None:
    """A report, in JSON as the specification says; None where none was asked for."""
    message = receipt.message
    silent = message.media and receipt.state not in _LAST_OF_AN_MMS
    if message.callback is None or silent:
        return None
    fields: dict[str, object] = {
        "MessageSid": message.id,
        "AccountSid": account.credentials["project_id"],
        "From": message.number,
        "To": receipt.recipient,
        "MessageStatus": receipt.state,
        "Body": message.text,
        "NumMedia": len(message.media),
        "NumSegments": 1,
        **({"ErrorCode": receipt.code} if receipt.code else {}),
    }
    body = msgspec.json.encode(fields)
    signed = message.callback.encode() + body
    return Webhook(
        carrier="signalwire",
        kind="receipt",
        url=message.callback,
        body=body,
        headers={
            "Content-Type": "application/json",
            "X-SignalWire-Signature": hmac.digest(_key(account), signed, "sha1").hex(),
            "X-SignalWire-Sha256-Signature": hmac.digest(_key(account), signed, "sha256").hex(),
        },
        about={"id": message.id, "state": receipt.state},
    )


def accept(account: Account, call: Call, identity: str, at: str) -> Outbound:
    """Read a call of Messages; Refusal as SignalWire words it."""
    _let_in(account, call)
    return _taken(urllib.parse.parse_qs(call.body.decode(), keep_blank_values=True), identity, at)


def answer(account: Account, message: Outbound) -> dict[str, object]:
    """The body of the 201."""
    return {
        "sid": message.id,
        "account_sid": account.credentials["project_id"],
        "status": "queued",
        "from": message.number,
        "to": message.recipients[0],
        "body": message.text,
        "num_media": len(message.media),
        "error_code": None,
    }


def listed(account: Account, call: Call, texts: Sequence[Outbound]) -> object:
    """The newest texts between two numbers; an MMS ends at sent."""
    _let_in(account, call)
    asked = call.query
    found = [text for text in texts if text.is_between(asked.get("From"), asked.get("To"))]
    size = int(asked.get("PageSize", "50"))
    return {
        "messages": [
            {
                **answer(account, text),
                "status": "sent" if text.media else text.state,
                "date_created": format_datetime(datetime.fromisoformat(text.at)),
                "direction": "outbound-api",
            }
            for text in found[:size]
        ],
        "next_page_uri": "/more" if len(found) > size else None,
    }


def _let_in(account: Account, call: Call) -> None:
    known = account.credentials
    wanted = basic(known["project_id"], known["api_token"])
    if not same(call.headers.get("authorization"), wanted):
        raise refusal(401, "20003", "Authentication failed")
    if call.named["project"] != known["project_id"]:
        raise refusal(404, "20404", "Not found")


def refusal(status: int, code: str | None, text: str) -> Refusal:
    """Any refusal, in SignalWire's words: the code is a text."""
    return Refusal(status=status, body={"code": code or "11200", "message": text, "status": status})


def _taken(form: Mapping[str, Sequence[str]], identity: str, at: str) -> Outbound:
    to, sender, body = (form.get(name, [""])[0] for name in ("To", "From", "Body"))
    media = tuple(form.get("MediaUrl", ()))
    if not to.startswith("+") or not sender:
        raise refusal(422, "21211", "To and From must be numbers")
    if not body and not media:
        raise refusal(422, "21619", "Body or MediaUrl is required")
    if len(body) > MAX_BODY or len(media) > MAX_MEDIA:
        raise refusal(422, "21617", "Message is too long")
    return Outbound(
        id=identity,
        carrier="signalwire",
        number=sender,
        recipients=(to,),
        text=body,
        media=media,
        callback=form.get("StatusCallback", [""])[0] or None,
        at=at,
    )


def _key(account: Account) -> bytes:
    return account.credentials["signing_key"].encode()
