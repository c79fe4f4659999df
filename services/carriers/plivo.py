"""Plivo: forms signed over URL, parameters and a nonce; JSON sends (carriers.md §2.4)."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from schemas.base import DeliveryStatus, RemoteFile
from schemas.carrier import CarrierEvent, ConsentKeyword, MessageArrived, ReceiptArrived
from services.carriers.answering import Codes, accepted, refused
from services.carriers.answering import judge as judge_by
from services.carriers.basic import credentials
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
from services.carriers.decoding import Pairs, fields, pairs
from services.carriers.mms import MmsLimits
from services.carriers.proving import form_of
from services.carriers.reading import asked_about, numbered, our_number, their_number, utc

METHODS: frozenset[Method] = frozenset({"GET", "POST"})
#: An empty answer is as good as an empty `<Response/>`.
ACCEPTED = Reply(status=200)
API_BASE_URL = "https://api.plivo.com"
MAX_TEXT = 1600
MAX_FILES = 10
MMS_LIMITS = MmsLimits(total_bytes=5_000_000, file_bytes=5_000_000)
#: From memory: of a new account, over all its numbers.
ACCOUNT_PACE = 5.0
NO_LOOK_UP = "Its list names neither the words nor a reference of ours; receipts settle it."
#: A nonce is signed, but no time: the derived id is the wall against a replay.
TOLERANCE_SECONDS = None
TO_VERIFY = Fields(required=("auth_token",))
TO_SEND = Fields(required=("auth_id", "auth_token"))

#: The account's own and the subaccount's token sign; more are not looked at.
_MAX_SIGNATURES = 8
_STATES: dict[str, DeliveryStatus] = {
    "queued": "queued",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "rejected": "failed",
}
_INTENTS: dict[str, ConsentKeyword] = {"optout": "stop", "optin": "start", "help": "help"}
#: When a report was made, by the state that it reports.
_TIMES = ("DeliveryReportTime", "SentTime", "QueuedTime", "MessageTime")
_CODES = Codes(retry=frozenset({"20", "80", "300"}), opted_out=frozenset({"200"}))


def verify(request: Request, account: Account, now: datetime) -> None:
    """Check the V3 signature; V2 does not cover the body, so it proves nothing."""
    del now
    given = request.header("x-plivo-signature-v3")
    nonce = request.header("x-plivo-signature-v3-nonce")
    if not given or not nonce:
        raise Unverified("no-signature")
    signed = f"{_signed(request, account)}.{nonce}".encode("utf-8", "replace")
    signatures = [one.encode("utf-8", "replace") for one in given.split(",")[:_MAX_SIGNATURES]]
    genuine = [
        hmac.compare_digest(_sign(token, signed), signature)
        for token in account.every("auth_token")
        for signature in signatures
    ]
    if not any(genuine):
        raise Unverified("wrong-signature")


def parse(request: Request, account: Account) -> list[CarrierEvent]:
    """Read a message or a report; the case of `status` varies."""
    form = fields(pairs(request.query if request.method == "GET" else request.body))
    state = form.get("Status") or form.get("status")
    if not form.get("MessageUUID"):
        raise Unparseable("form: no MessageUUID")
    if state:
        return [_receipt(form, state, request, account)]
    return [_message(form, account)] if {"Text", "Body", "MediaCount"} & form.keys() else []


def build_send(message: OutboundMessage, account: Account) -> HttpRequest:
    """Spell a call of Message/."""
    body = {
        "src": message.number,
        "dst": message.recipient,
        "text": message.text,
        "type": "mms" if message.media_urls else "sms",
        **({"media_urls": message.media_urls} if message.media_urls else {}),
        "url": account.receipt_url(message.message_id),
        "method": "POST",
    }
    user, token = account.value("auth_id"), account.value("auth_token")
    return HttpRequest(
        method="POST",
        url=f"{account.api_base_url}/v1/Account/{user}/Message/",
        headers={
            "authorization": credentials(user, token),
            "content-type": "application/json",
        },
        body=msgspec.json.encode(body),
    )


class _Sent(msgspec.Struct):
    message_uuid: list[str]


class _Error(msgspec.Struct):
    error: str | None = None


def read_answer(response: HttpResponse) -> Answer:
    """Say what the answer means: 202 with one id, or JSON with a text and no code."""
    try:
        if response.is_success:
            ids = msgspec.json.decode(response.body, type=_Sent).message_uuid
            return accepted(ids[0] if ids else None)
        error = msgspec.json.decode(response.body, type=_Error)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return accepted(None) if response.is_success else refused(response, None, None)
    return refused(response, None, error.error)


def judge(code: str) -> Answer:
    """Say what a Plivo code means, of a report."""
    return judge_by(code, _CODES)


def _sign(token: str, signed: bytes) -> bytes:
    return base64.b64encode(hmac.digest(token.encode(), signed, hashlib.sha256))


def _signed(request: Request, account: Account) -> str:
    """Spell what is signed before the nonce: the URL with its query sorted, then the form's."""
    try:
        asked, form = pairs(request.query), form_of(request)
    except Unparseable as error:
        raise Unverified("not-a-form") from error
    if form is None:
        raise Unverified("unsigned-body")
    query = "&".join(f"{name}={value}" for name, value in sorted(asked))
    # the SDK's own spelling: '?' also where only the form has parameters, '.' between the two
    mark = "?" if query or form else ""
    dot = "." if query and form else ""
    return f"{account.webhook_url}{mark}{query}{dot}{''.join(_joined(form))}"


def _joined(form: Pairs) -> Iterator[str]:
    return (name + value for name, value in sorted(form))


def _message(form: dict[str, str], account: Account) -> MessageArrived:
    return MessageArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=form["MessageUUID"],
        number=our_number(form.get("To")),
        counterpart=their_number(form.get("From")),
        text=form.get("Text") or form.get("Body") or "",
        files=tuple(RemoteFile(url=url) for _, url in sorted(numbered(form, "Media").items())),
        handled_keyword=_INTENTS.get(form.get("MessageIntent", "").lower()),
    )


def _receipt(
    form: dict[str, str], state: str, request: Request, account: Account
) -> ReceiptArrived:
    return ReceiptArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=form["MessageUUID"],
        number=our_number(form.get("From")),
        counterpart=their_number(form.get("To")),
        status=_STATES.get(state.lower()),
        carrier_status=state,
        error_code=_code(form.get("ErrorCode", "")),
        message_id=asked_about(request),
        reported_at=utc(_first(form.get(name) for name in _TIMES)),
    )


def _code(given: str) -> str | None:
    """Read a code; noughts alone say that there was no error."""
    return given if given.strip("0") else None


def _first(given: Iterable[str | None]) -> str | None:
    return next((text for text in given if text), None)
