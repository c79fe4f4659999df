"""Vonage's SMS API: GET, form or JSON, signed by HMAC over its parameters (carriers.md §2.6).

A long text comes in parts, each a message of its own.
"""

import hmac
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from schemas.base import DeliveryStatus
from schemas.carrier import CarrierEvent, MessageArrived, ReceiptArrived, TextPart
from services.carriers.answering import Codes, accepted, refused
from services.carriers.answering import judge as judge_by
from services.carriers.contract import (
    Account,
    Answer,
    Fields,
    HttpRequest,
    HttpResponse,
    Method,
    OutboundMessage,
    Reply,
    Request,
    Unparseable,
    Unverified,
)
from services.carriers.decoding import Pairs, document, fields, pairs
from services.carriers.encoding import measure
from services.carriers.proving import FORM, check_age, is_any, kind, seconds
from services.carriers.reading import our_message, our_number, their_number, utc

METHODS: frozenset[Method] = frozenset({"GET", "POST"})
ACCEPTED = Reply(status=200)
API_BASE_URL = "https://rest.nexmo.com"
MAX_TEXT = 3200
MAX_FILES = 0
#: From memory: requests of an account; US numbers are registered for less.
ACCOUNT_PACE = 30.0
NO_LOOK_UP = "Only its Reports API lists texts, which is billed apart; receipts settle it."
#: It tries again for 24 hours, and it is not known whether signed anew: a text must not be lost for
#: its age, and a replay has no second effect.
TOLERANCE_SECONDS = 86_400 + 300
TO_VERIFY = Fields(required=("signature_secret",), optional=("signature_method",))
TO_SEND = Fields(required=("api_key", "api_secret"))

#: The plain "MD5 hash" is not among them: it is no HMAC.
_METHODS = {"md5": "md5", "sha1": "sha1", "sha256": "sha256", "sha512": "sha512"}
_USUAL_METHOD = "sha256"
_SIGNATURE = "sig"
_MAX_CALLBACK = 100
_STATES: dict[str, DeliveryStatus] = {
    "accepted": "sent",
    "buffered": "sent",
    "delivered": "delivered",
    "expired": "undelivered",
    "failed": "undelivered",
    "deleted": "undelivered",
    "rejected": "failed",
}
_TAKEN = "0"
_COUNT = re.compile(r"[0-9]{1,3}")
#: What the header of a concatenated text can count.
_MOST_PIECES = 255
#: Of a send: its credentials, and the account barred or out of credit.
_CODES = Codes(retry=frozenset({"1", "5"}), account_fault=frozenset({"4", "8", "9"}))
#: "Throughput Rate Exceeded - please wait [ 250 ] and retry": milliseconds.
_WAIT = re.compile(r"wait \[ ?([0-9]{1,8}) ?\]")
_MILLISECONDS = 1000


def verify(request: Request, account: Account, now: datetime) -> None:
    """Check the signature over all parameters, the time among them."""
    given = _signed_fields(request)
    signature = given.pop(_SIGNATURE, "")
    if not signature:
        raise Unverified("no-signature")
    method = _METHODS.get((account.every("signature_method") or (_USUAL_METHOD,))[0])
    if method is None:
        raise Unverified("unknown-algorithm")
    text = "".join(f"&{name}={_plain(given[name])}" for name in sorted(given)).encode()
    genuine = (
        hmac.digest(secret.encode(), text, method).hex().encode()
        for secret in account.every("signature_secret")
    )
    if not is_any(signature.lower(), genuine):
        raise Unverified("wrong-signature")
    check_age(seconds(given.get("timestamp")), now, account, TOLERANCE_SECONDS)


def parse(request: Request, account: Account) -> list[CarrierEvent]:
    """Read a message or a receipt; a binary one has no text."""
    found = fields(_given(request))
    if not found.get("messageId"):
        raise Unparseable("no messageId")
    if "status" in found:
        return [_receipt(found, account)]
    return [_message(found, account)] if "text" in found else []


def build_send(message: OutboundMessage, account: Account) -> HttpRequest:
    """Spell a call of /sms/json; receipts hand our id back as client-ref.

    Where our address is too long for it, the account's own setting says where receipts go.
    """
    url = account.webhook_url
    form = [
        ("api_key", account.value("api_key")),
        ("api_secret", account.value("api_secret")),
        ("from", message.number.removeprefix("+")),
        ("to", message.recipient.removeprefix("+")),
        ("text", message.text),
        ("type", "text" if measure(message.text).encoding == "gsm7" else "unicode"),
        ("status-report-req", "1"),
        *([("callback", url)] if len(url) <= _MAX_CALLBACK else []),
        ("client-ref", message.message_id),
    ]
    return HttpRequest(
        method="POST",
        url=f"{account.api_base_url}/sms/json",
        headers={"content-type": FORM},
        body=urlencode(form).encode(),
    )


class _Part(msgspec.Struct):
    status: str
    message_id: str | None = msgspec.field(name="message-id", default=None)
    error_text: str | None = msgspec.field(name="error-text", default=None)


class _Sent(msgspec.Struct):
    messages: list[_Part]


def read_answer(response: HttpResponse) -> Answer:
    """Say what the answer means: HTTP says 200 to everything, each part has a status of its own."""
    try:
        parts = msgspec.json.decode(response.body, type=_Sent).messages
    except (msgspec.DecodeError, UnicodeDecodeError):
        parts = []
    if not response.is_success or not parts:
        return accepted(None) if response.is_success else refused(response, None, None)
    taken = [part for part in parts if part.status == _TAKEN]
    # if only some parts were taken, part of the text is on its way: it is never sent again
    return accepted(taken[0].message_id) if taken else _refused(response, parts)


def judge(code: str) -> Answer:
    """Say what the status of a part means."""
    return judge_by(code, _CODES)


def _refused(response: HttpResponse, parts: Sequence[_Part]) -> Answer:
    first = parts[0]
    answer = refused(response, judge(first.status), first.error_text)
    wait = _WAIT.search(first.error_text or "")
    if wait is None:
        return answer
    after = -(-int(wait[1]) // _MILLISECONDS)
    return replace(answer, retry_after_seconds=after)


def _plain(value: str) -> str:
    """Spell a value as it is signed: what parts parameters is replaced in it."""
    return value.replace("&", "_").replace("=", "_")


def _signed_fields(request: Request) -> dict[str, str]:
    """Read the parameters; a name with what parts parameters in it could pass for two."""
    try:
        given = _given(request)
    except Unparseable as error:
        raise Unverified("not-a-form") from error
    if request.method == "GET" and request.body:
        raise Unverified("unsigned-body")
    found = dict(given)
    if len(found) != len(given) or any(mark in name for name in found for mark in "&="):
        raise Unverified("not-a-form")
    return found


def _given(request: Request) -> Pairs:
    """Read the parameters as they were signed, whichever way they came."""
    if request.method == "GET":
        return pairs(request.query)
    if kind(request) == FORM:
        return pairs(request.body)
    found = document(request.body)
    if not isinstance(found, dict):
        raise Unparseable("json: not an object")
    return _texts(found)


def _texts(found: dict[str, object]) -> Pairs:
    """Give a JSON object's values as texts: nothing else is known to be signed."""
    if not all(isinstance(value, str | int) for value in found.values()):
        raise Unparseable("json: not only texts")
    return [(name, str(value)) for name, value in found.items()]


def _message(found: dict[str, str], account: Account) -> MessageArrived:
    return MessageArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=found["messageId"],
        number=our_number(found.get("to")),
        counterpart=their_number(found.get("msisdn")),
        text=found["text"],
        sent_at=utc(found.get("message-timestamp")),
        part=_piece(found),
    )


def _piece(found: dict[str, str]) -> TextPart | None:
    """Say which piece of a long text it is; a count that makes no sense makes it a whole one."""
    index, total = (found.get(name, "") for name in ("concat-part", "concat-total"))
    if found.get("concat", "").lower() != "true" or not found.get("concat-ref"):
        return None
    if not (_COUNT.fullmatch(index) and _COUNT.fullmatch(total)):
        return None
    if not 1 <= int(index) <= int(total) <= _MOST_PIECES or int(total) == 1:
        return None
    return TextPart(reference=found["concat-ref"], index=int(index), total=int(total))


def _receipt(found: dict[str, str], account: Account) -> ReceiptArrived:
    """Read a receipt: `msisdn` is the recipient here, `to` is we."""
    state, code = found["status"], found.get("err-code", "")
    return ReceiptArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=found["messageId"],
        number=our_number(found.get("to")),
        counterpart=their_number(found.get("msisdn")),
        status=_STATES.get(state.lower()),
        carrier_status=state,
        error_code=code if code.strip("0") else None,
        message_id=our_message(found.get("client-ref")),
        reported_at=utc(found.get("message-timestamp")),
    )
