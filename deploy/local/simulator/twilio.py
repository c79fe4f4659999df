"""Twilio: form webhooks signed by HMAC-SHA1, Messages.json (carriers.md §2.1)."""

import base64
import hashlib
import hmac
import urllib.parse
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime

from deploy.local.simulator.credentials import basic, hexed, same
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
    when_unreachable,
)

#: Once more on a failed connection, then the fallback URL likewise: four tries in all.
MANNER = Manner(timeout_seconds=15.0, attempts=4, pause_seconds=1.0, again=when_unreachable)
PATHS = ("/2010-04-01/Accounts/{sid}/Messages.json",)
LISTS = PATHS
STATUS = 201
MAX_BODY = 1_600
MAX_MEDIA = 10
_STATES: dict[State, str] = {
    "queued": "queued",
    "sent": "sent",
    "delivered": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
}


def credentials(secret: str) -> dict[str, str]:
    """Our account at Twilio."""
    return {
        "account_sid": f"AC{hexed(secret, 'twilio account')}",
        "auth_token": hexed(secret, "twilio token"),
    }


def media_login(_account: Account) -> None:
    """Pictures are for everybody who knows the address."""


def new_id(fresh: str, *, media: bool) -> str:
    """SM or MM, and 32 digits."""
    return ("MM" if media else "SM") + fresh.replace("-", "")


def message_webhook(account: Account, base: str, message: Inbound) -> Webhook:
    """A customer's text, as Twilio posts it."""
    sid = account.credentials["account_sid"]
    fields = {
        "ToCountry": "US",
        "FromCountry": "US",
        "SmsMessageSid": message.id,
        "SmsSid": message.id,
        "MessageSid": message.id,
        "AccountSid": sid,
        "SmsStatus": "received",
        "From": message.sender,
        "To": message.number,
        "Body": message.text,
        "NumSegments": "1",
        "NumMedia": str(len(message.files)),
        "ApiVersion": "2010-04-01",
        **_media(message.files),
        **{f"OtherRecipients{n}": number for n, number in enumerate(message.others)},
    }
    url = f"{base}/webhooks/twilio/{account.name}"
    return _signed(account, url, fields, "message", {"id": message.id})


def receipt_webhook(account: Account, _base: str, receipt: Receipt) -> Webhook | None:
    """A status callback; None where the send asked for none."""
    if receipt.message.callback is None:
        return None
    fields = {
        "MessageSid": receipt.message.id,
        "SmsSid": receipt.message.id,
        "MessageStatus": _STATES[receipt.state],
        "SmsStatus": _STATES[receipt.state],
        "To": receipt.recipient,
        "From": receipt.message.number,
        "AccountSid": account.credentials["account_sid"],
        "ApiVersion": "2010-04-01",
    }
    if receipt.code:
        fields["ErrorCode"] = receipt.code
    about = {"id": receipt.message.id, "state": receipt.state}
    return _signed(account, receipt.message.callback, fields, "receipt", about)


def accept(account: Account, call: Call, identity: str, at: str) -> Outbound:
    """Read a call of Messages.json; Refusal as Twilio words it."""
    _let_in(account, call)
    return _taken(urllib.parse.parse_qs(call.body.decode(), keep_blank_values=True), identity, at)


def _taken(form: Mapping[str, Sequence[str]], sid: str, at: str) -> Outbound:
    to, sender = _first(form, "To"), _first(form, "From")
    body, media = _first(form, "Body"), tuple(form.get("MediaUrl", ()))
    if not to:
        raise _refusal(21604, "A 'To' phone number is required.")
    if not to.startswith("+"):
        raise _refusal(21211, f"Invalid 'To' Phone Number: {to}")
    if not sender:
        raise _refusal(21603, "A 'From' phone number is required.")
    if not body and not media:
        raise _refusal(21602, "Message body is required.")
    if len(body) > MAX_BODY:
        raise _refusal(21617, "The concatenated message body exceeds the 1600 character limit.")
    if len(media) > MAX_MEDIA:
        raise _refusal(21623, "Number of media files exceeds allowed limit.")
    return Outbound(
        id=sid,
        carrier="twilio",
        number=sender,
        recipients=(to,),
        text=body,
        media=media,
        callback=_first(form, "StatusCallback") or None,
        at=at,
    )


def answer(account: Account, message: Outbound) -> dict[str, object]:
    """The body of the 201."""
    sid = account.credentials["account_sid"]
    return {
        "sid": message.id,
        "account_sid": sid,
        "status": "queued",
        "from": message.number,
        "to": message.recipients[0],
        "body": message.text,
        "num_segments": "1",
        "num_media": str(len(message.media)),
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "uri": f"/2010-04-01/Accounts/{sid}/Messages/{message.id}.json",
    }


def listed(account: Account, call: Call, texts: Sequence[Outbound]) -> object:
    """The newest texts between two numbers."""
    _let_in(account, call)
    asked = call.query
    found = [text for text in texts if text.is_between(asked.get("From"), asked.get("To"))]
    size = int(asked.get("PageSize", "50"))
    return {
        "messages": [_listed(account, text) for text in found[:size]],
        "next_page_uri": "/more" if len(found) > size else None,
    }


def _listed(account: Account, text: Outbound) -> dict[str, object]:
    made = format_datetime(datetime.fromisoformat(text.at).replace(microsecond=0))
    return {**answer(account, text), "status": _STATES[text.state], "date_created": made}


def _let_in(account: Account, call: Call) -> None:
    known = account.credentials
    wanted = basic(known["account_sid"], known["auth_token"])
    if not same(call.headers.get("authorization"), wanted):
        raise refusal(401, "20003", "Authenticate")
    if call.named["sid"] != known["account_sid"]:
        raise refusal(404, "20404", "The requested resource was not found")


def refusal(status: int, code: str | None, text: str) -> Refusal:
    """Any refusal, in Twilio's words."""
    body = {"code": int(code or 20500), "message": text, "more_info": "", "status": status}
    return Refusal(status=status, body=body)


def _refusal(code: int, text: str) -> Refusal:
    return refusal(400, str(code), text)


def _media(files: Sequence[File]) -> dict[str, str]:
    fields = {}
    for n, file in enumerate(files):
        fields[f"MediaUrl{n}"] = file.url
        fields[f"MediaContentType{n}"] = file.media_type
    return fields


def _first(form: Mapping[str, Sequence[str]], name: str) -> str:
    values = form.get(name, ())
    return values[0] if values else ""


def _signed(
    account: Account, url: str, fields: dict[str, str], kind: str, about: Mapping[str, object]
) -> Webhook:
    text = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    token = account.credentials["auth_token"].encode()
    signature = base64.b64encode(hmac.digest(token, text.encode(), hashlib.sha1)).decode()
    return Webhook(
        carrier="twilio",
        kind="message" if kind == "message" else "receipt",
        url=url,
        body=urllib.parse.urlencode(fields).encode(),
        headers={
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signature,
            "User-Agent": "TwilioProxy/1.1",
        },
        about=about,
    )
