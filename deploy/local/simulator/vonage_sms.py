"""Vonage's SMS API: texts by GET, receipts as JSON, signed by `sig`; 200 to all (§2.6)."""

import dataclasses
import functools
import hashlib
import hmac
import re
import urllib.parse
from collections.abc import Mapping, Sequence
from datetime import datetime

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
from services.kernel import ids

#: For 24 hours; here until an hour of the demo has gone.
MANNER = Manner(timeout_seconds=5.0, attempts=200, pause_seconds=1.0)
PATHS = ("/sms/json",)
STATUS = 200
MAX_TEXT = 3_200
#: The basic and the extended alphabet of GSM 03.38, and what stands in both and ASCII.
_GSM = re.compile(r"[\n\r\f -_a-~£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà€]*")
_STATES: dict[State, tuple[str, str]] = {
    "sent": ("buffered", "0"),
    "delivered": ("delivered", "0"),
    "undelivered": ("failed", "6"),
    "failed": ("rejected", "99"),
}


def credentials(secret: str) -> dict[str, str]:
    """Our account at Vonage, which signs with SHA-256."""
    return {
        "api_key": hexed(secret, "vonage sms key")[:8],
        "api_secret": hexed(secret, "vonage sms secret")[:16],
        "signature_secret": hexed(secret, "vonage sms signature"),
        "signature_method": "sha256",
    }


def media_login(_account: Account) -> None:
    """There are no pictures."""


def new_id(fresh: str, *, media: bool) -> str:
    """Sixteen hexadecimal digits in capitals."""
    del media
    return fresh.replace("-", "")[:16].upper()


def message_webhook(account: Account, base: str, message: Inbound) -> Webhook:
    """A customer's text, as an account set to GET brings it."""
    fields = {
        "api-key": account.credentials["api_key"],
        "msisdn": message.sender.removeprefix("+"),
        "to": message.number.removeprefix("+"),
        "messageId": message.id,
        "text": message.text,
        "type": "text" if _GSM.fullmatch(message.text) else "unicode",
        "keyword": message.text.partition(" ")[0].upper(),
        "message-timestamp": _clock(message.at),
    }
    return Webhook(
        carrier="vonage_sms",
        kind="message",
        method="GET",
        url=f"{base}/webhooks/vonage_sms/{account.name}",
        body=b"",
        headers={},
        seal=functools.partial(_sealed, account, fields),
        about={"id": message.id},
    )


def receipt_webhook(account: Account, base: str, receipt: Receipt) -> Webhook | None:
    """A receipt, as JSON; what comes before `buffered` is not reported."""
    message = receipt.message
    if receipt.state not in _STATES:
        return None
    state, code = _STATES[receipt.state]
    fields = {
        "msisdn": receipt.recipient.removeprefix("+"),
        "to": message.number.removeprefix("+"),
        "network-code": "310260",
        "messageId": message.id,
        "price": "0.03330000",
        "status": state,
        "scts": re.sub(r"[^0-9]", "", receipt.at)[2:12],
        "err-code": receipt.code or code,
        "message-timestamp": _clock(receipt.at),
        "api-key": account.credentials["api_key"],
        **({"client-ref": message.tag} if message.tag else {}),
    }
    return Webhook(
        carrier="vonage_sms",
        kind="receipt",
        url=message.callback or f"{base}/webhooks/vonage_sms/{account.name}",
        body=b"{}",
        headers={"Content-Type": "application/json"},
        seal=functools.partial(_sealed, account, fields),
        about={"id": message.id, "state": receipt.state},
    )


def accept(account: Account, call: Call, identity: str, at: str) -> Outbound:
    """Read a call of /sms/json; every refusal is a 200 with a status in it."""
    form = urllib.parse.parse_qs(call.body.decode(), keep_blank_values=True)
    known = account.credentials
    if not all(same(_first(form, name), known[name]) for name in ("api_key", "api_secret")):
        raise _no("4", "Bad Credentials")
    sender, to, text = (_first(form, name) for name in ("from", "to", "text"))
    if not sender or not to.isdigit():
        raise _no("2", "Missing from or to param")
    if not text or len(text) > MAX_TEXT:
        raise _no("3", "Invalid text")
    if _first(form, "type") == "text" and not _GSM.fullmatch(text):
        raise _no("3", "Invalid type: the text has characters that GSM lacks")
    return Outbound(
        id=identity,
        carrier="vonage_sms",
        number=f"+{sender}" if sender.isdigit() else sender,
        recipients=(f"+{to}",),
        text=text,
        callback=_first(form, "callback") or None,
        tag=_first(form, "client-ref") or None,
        at=at,
    )


def answer(_account: Account, message: Outbound) -> object:
    """The body of the 200."""
    part = {
        "to": message.recipients[0].removeprefix("+"),
        "message-id": message.id,
        "status": "0",
        "remaining-balance": "10.00",
        "message-price": "0.03330000",
        "network": "310260",
    }
    return {"message-count": "1", "messages": [part]}


def refusal(status: int, code: str | None, text: str) -> Refusal:
    """A refusal: HTTP says 200 unless the server itself is in trouble."""
    trouble = {"status": code or "5", "error-text": text}
    body = {"message-count": "1", "messages": [trouble]}
    return Refusal(status=status if status >= _SERVER_ERROR else STATUS, body=body)


_SERVER_ERROR = 500


def _no(code: str, text: str) -> Refusal:
    return refusal(STATUS, code, text)


def _clock(at: str) -> str:
    """Spell a time as Vonage does: UTC, without saying so."""
    return at.replace("T", " ")[:19]


def _first(form: Mapping[str, Sequence[str]], name: str) -> str:
    return form.get(name, [""])[0]


def _sealed(account: Account, fields: dict[str, str], webhook: Webhook, now: datetime) -> Webhook:
    """Sign all parameters and the time, at each try."""
    timed = {**fields, "timestamp": str(int(now.timestamp())), "nonce": ids.new()}
    plain = ((name, value.replace("&", "_").replace("=", "_")) for name, value in timed.items())
    text = "".join(f"&{name}={value}" for name, value in sorted(plain))
    secret = account.credentials["signature_secret"].encode()
    signed = {**timed, "sig": hmac.digest(secret, text.encode(), hashlib.sha256).hex()}
    if webhook.method == "GET":
        url = f"{webhook.url}?{urllib.parse.urlencode(signed)}"
        return dataclasses.replace(webhook, url=url)
    return dataclasses.replace(webhook, body=msgspec.json.encode(signed))
