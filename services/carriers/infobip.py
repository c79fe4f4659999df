"""Infobip: batches of JSON, proven by credentials that come after a 401 (carriers.md §2.9).

Its subscriptions sign by HMAC as well. Which header has it is not established, so carriers.toml
names it; what is signed is taken to be the raw body, in hexadecimal or Base64.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import msgspec

from schemas.base import DeliveryStatus, RemoteFile
from schemas.carrier import CarrierEvent, MessageArrived, ReceiptArrived
from services.carriers import basic
from services.carriers.answering import Codes, accepted, refused
from services.carriers.answering import judge as judge_by
from services.carriers.contract import (
    Account,
    Answer,
    Fields,
    Found,
    HttpRequest,
    HttpResponse,
    LookedUp,
    Method,
    OutboundMessage,
    Reply,
    Request,
    Sought,
    Unverified,
)
from services.carriers.decoding import document, entries, shaped
from services.carriers.links import type_of
from services.carriers.listing import LISTED_AT_ONCE, Unreadable, asking, read, the_one
from services.carriers.proving import check_body
from services.carriers.reading import (
    asked_about,
    asked_number,
    moment,
    others,
    our_message,
    our_number,
    their_number,
)

METHODS: frozenset[Method] = frozenset({"POST"})
ACCEPTED = Reply(status=200, headers=(("content-type", "application/json"),), body=b"{}")
#: Every customer has one: https://xxxxx.api.infobip.com.
API_BASE_URL = ""
#: Of an MMS; an SMS may be longer.
MAX_TEXT = 1600
#: Segments of an MMS beside its text; from memory.
MAX_FILES = 10
#: Together with everybody in one MMS. Its API takes 200 at once; networks take about ten, as
#: Bandwidth says.
GROUP_RECIPIENTS = 10
TOLERANCE_SECONDS = None
TO_VERIFY = Fields(
    required=("callback_user", "callback_password"),
    instead=("hmac_key", "hmac_header"),
    optional=("hmac_algorithm",),
)
TO_SEND = Fields(required=("api_key",))

#: As a subscription's security spells them.
_ALGORITHMS = {
    "HMAC_MD5": "md5",
    "HMAC_SHA_1": "sha1",
    "HMAC_SHA_224": "sha224",
    "HMAC_SHA_256": "sha256",
    "HMAC_SHA_384": "sha384",
    "HMAC_SHA_512": "sha512",
}
_USUAL_ALGORITHM = "HMAC_SHA_256"
_PENDING, _UNDELIVERABLE, _DELIVERED, _EXPIRED, _REJECTED = range(1, 6)
_ACCEPTED = 0
_STATES: dict[int, DeliveryStatus] = {
    _ACCEPTED: "accepted",
    _PENDING: "sent",
    _UNDELIVERABLE: "undelivered",
    _DELIVERED: "delivered",
    _EXPIRED: "undelivered",
    _REJECTED: "failed",
}
#: Names that say something else than their group: not yet with the operator; no further than there;
#: the operator never said what became of it.
_NAMED: dict[str, DeliveryStatus] = {
    "PENDING_ACCEPTED": "queued",
    "DELIVERED_TO_OPERATOR": "sent",
    "EXPIRED_DLR_UNKNOWN": "sent",
}
_ENDED_BADLY = frozenset({"undelivered", "failed"})
_REFUSED = frozenset({_UNDELIVERABLE, _EXPIRED, _REJECTED})
#: Its name has changed over time, and the old one means something else today.
_BLOCKLISTED = 14
_BLOCKLISTED_NAME = "REJECTED_DESTINATION_BLOCKLISTED"
#: Our id has been taken before: an earlier try of the same text.
_DUPLICATE = "REJECTED_DUPLICATE_MESSAGE_ID"
_NO_ERROR = "NO_ERROR"
_CODES = Codes(
    retry=frozenset({"REJECTED_SYSTEM_ERROR", "REJECTED_FLOODING_FILTER", "TOO_MANY_REQUESTS"}),
    opted_out=frozenset({_BLOCKLISTED_NAME}),
    account_fault=frozenset({"REJECTED_NOT_ENOUGH_CREDITS"}),
)


class _Status(msgspec.Struct, rename="camel"):
    group_id: int | None = None
    group_name: str | None = None
    id: int | None = None
    name: str | None = None
    description: str | None = None


class _Segment(msgspec.Struct, rename="camel"):
    content_type: str | None = None
    value: str | None = None
    url: str | None = None


class _Member(msgspec.Struct):
    to: str | None = None
    cc: str | None = None


class _Message(msgspec.Struct, rename="camel"):
    message_id: str
    from_: str = msgspec.field(name="from")
    to: str
    text: str | None = None
    message: list[_Segment] | None = None
    #: Of a group message: all that it went to, ourselves among them.
    group: list[_Member] | None = None
    received_at: str | None = None


class _Report(msgspec.Struct, rename="camel"):
    message_id: str
    to: str
    status: _Status
    sender: str | None = None
    error: _Status | None = None
    callback_data: str | None = None
    done_at: str | None = None
    sent_at: str | None = None


class _Batch(msgspec.Struct):
    results: list[Any]


def verify(request: Request, account: Account, now: datetime) -> None:
    """Check the signature, where the account has one; else the credentials, and no body is signed.

    While a subscription is moved from one to the other both are good.
    """
    del now
    if account.every("hmac_key") and account.every("hmac_header"):
        given = request.header(account.value("hmac_header").lower())
        if given is not None:
            algorithm = (account.every("hmac_algorithm") or (_USUAL_ALGORITHM,))[0].upper()
            check_body(given, request, account.every("hmac_key"), _ALGORITHMS.get(algorithm))
            return
        if not account.every("callback_user"):
            raise Unverified("no-signature")
    basic.check(request, account)


def parse(request: Request, account: Account) -> list[CarrierEvent]:
    """Read a batch of messages or reports; a bad entry does not lose the others."""
    batch = shaped(document(request.body), _Batch).results
    return entries(batch, lambda entry: _events(entry, request, account))


def build_send(message: OutboundMessage, account: Account) -> HttpRequest:
    """Spell a call of /sms/3/messages, or of /mms/2/messages where there are files or a group.

    The key of the attempt is Infobip's id too: a text that was taken is never taken again.
    """
    is_mms = bool(message.media_urls or message.recipients)
    content = _segments(message) if is_mms else {"text": message.text}
    delivery = {
        "url": account.receipt_url(message.message_id, message.number),
        "intermediateReport": True,
        "notify": True,
    }
    entry = {
        "sender": message.number,
        "destinations": [_destination(message)],
        "content": content,
        "webhooks": {
            "delivery": delivery,
            "contentType": "application/json",
            "callbackData": message.message_id,
        },
    }
    return HttpRequest(
        method="POST",
        url=f"{account.api_base_url}/{'mms/2' if is_mms else 'sms/3'}/messages",
        headers={
            "authorization": f"App {account.value('api_key')}",
            "content-type": "application/json",
        },
        body=msgspec.json.encode({"messages": [entry]}),
    )


class _Taken(msgspec.Struct, rename="camel"):
    message_id: str | None = None
    status: _Status = msgspec.field(default_factory=_Status)


class _Answer(msgspec.Struct):
    messages: list[_Taken]


class _Exception(msgspec.Struct, rename="camel"):
    message_id: str | None = None
    text: str | None = None


class _RequestError(msgspec.Struct, rename="camel"):
    service_exception: _Exception = msgspec.field(default_factory=_Exception)


class _Refusal(msgspec.Struct, rename="camel"):
    error_code: str | None = None
    description: str | None = None
    #: How the older endpoints say it.
    request_error: _RequestError = msgspec.field(default_factory=_RequestError)


def read_answer(response: HttpResponse) -> Answer:
    """Say what the answer means: 200 with a status for each message, or JSON with an error."""
    try:
        if response.is_success:
            return _taken(msgspec.json.decode(response.body, type=_Answer), response)
        refusal = msgspec.json.decode(response.body, type=_Refusal)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return accepted(None) if response.is_success else refused(response, None, None)
    older = refusal.request_error.service_exception
    code = refusal.error_code or older.message_id
    return refused(response, judge(code) if code else None, refusal.description or older.text)


def judge(code: str) -> Answer:
    """Say what a status' or an error's name means."""
    return judge_by(code, _CODES)


class _Log(msgspec.Struct, rename="camel"):
    message_id: str
    status: _Status
    error: _Status | None = None


class _Logs(msgspec.Struct):
    results: list[_Log]


def build_lookup(sought: Sought, account: Account) -> HttpRequest:
    """Ask the logs of two days for the id that we gave; MMS have their own."""
    kind = "mms/2" if sought.has_files else "sms/3"
    query = urlencode({"messageId": sought.idempotency_key, "limit": str(LISTED_AT_ONCE)})
    url = f"{account.api_base_url}/{kind}/logs?{query}"
    return asking(url, f"App {account.value('api_key')}")


def read_lookup(response: HttpResponse, sought: Sought) -> LookedUp:
    """Find what has our id; an earlier call of the same attempt had it too, and was refused."""
    try:
        logs = read(response, _Logs).results
    except Unreadable:
        return "not-now"
    fitting = [
        _found(one)
        for one in logs
        if one.message_id == sought.idempotency_key and _code(one.status) != _DUPLICATE
    ]
    return the_one(fitting, is_whole=len(logs) < LISTED_AT_ONCE)


def _found(log: _Log) -> Found:
    state = _state(log.status)
    ended_badly = state in _ENDED_BADLY
    return Found(
        provider_message_id=log.message_id,
        status=state,
        carrier_status=log.status.name or log.status.group_name or "",
        code=_error_code(log) if ended_badly else None,
        text=_error_text(log) if ended_badly else None,
    )


def _taken(answer: _Answer, response: HttpResponse) -> Answer:
    """Say what became of the message of a call: a refusal comes with a 200 as well.

    Of a group's the first that was taken counts; whoever was refused is reported.
    """
    taken = (one for one in answer.messages if one.status.group_id not in _REFUSED)
    first = next(taken, answer.messages[0] if answer.messages else _Taken())
    code = _code(first.status)
    if first.status.group_id not in _REFUSED or code == _DUPLICATE:
        return accepted(first.message_id)
    return refused(response, judge(code or "REJECTED"), first.status.description)


def _destination(message: OutboundMessage) -> dict[str, Any]:
    """Name whom it goes to; of a group each has an id of their own, the first that of the call."""
    key = message.idempotency_key
    if not message.recipients:
        return {"to": message.recipient, "messageId": key}
    named = enumerate(message.recipients)
    return {"group": [{"to": to, "messageId": f"{key}-{n}" if n else key} for n, to in named]}


def _segments(message: OutboundMessage) -> dict[str, Any]:
    links = [
        {"type": "LINK", "contentUrl": url, "contentType": type_of(url)}
        for url in message.media_urls
    ]
    texts = [{"type": "TEXT", "text": message.text}] if message.text else []
    return {"title": "", "messageSegments": [*texts, *links]}


def _events(entry: object, request: Request, account: Account) -> list[CarrierEvent]:
    if not isinstance(entry, dict):
        return []
    if "status" in entry:
        return [_receipt(shaped(entry, _Report), request, account)]
    if "from" not in entry or isinstance(entry.get("message"), dict):
        # a read report, or a message of another channel
        return []
    return [_message(shaped(entry, _Message), account)]


def _message(entry: _Message, account: Account) -> MessageArrived:
    segments = entry.message or []
    number, counterpart = our_number(entry.to), their_number(entry.from_)
    texts = [segment.value for segment in segments if segment.value]
    files = [
        RemoteFile(url=segment.url, media_type=segment.content_type)
        for segment in segments
        if segment.url
    ]
    return MessageArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=entry.message_id,
        number=number,
        counterpart=counterpart,
        others=others((one.to or one.cc for one in entry.group or ()), number, counterpart),
        text=entry.text or "\n".join(texts),
        files=tuple(files),
        sent_at=moment(entry.received_at),
    )


def _receipt(report: _Report, request: Request, account: Account) -> ReceiptArrived:
    status = report.status
    state = _state(status)
    ended_badly = state in _ENDED_BADLY
    return ReceiptArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=report.message_id,
        number=our_number(report.sender or asked_number(request)),
        counterpart=their_number(report.to),
        status=state,
        carrier_status=status.name or status.group_name or "",
        error_code=_error_code(report) if ended_badly else None,
        error_text=_error_text(report) if ended_badly else None,
        message_id=our_message(report.callback_data) or asked_about(request),
        reported_at=moment(report.done_at) or moment(report.sent_at),
    )


def _state(status: _Status) -> DeliveryStatus | None:
    group = -1 if status.group_id is None else status.group_id
    return _NAMED.get(status.name or "") or _STATES.get(group)


def _code(status: _Status) -> str | None:
    return _BLOCKLISTED_NAME if status.id == _BLOCKLISTED else status.name


def _error_code(report: _Report | _Log) -> str | None:
    """Give what explains it: the status of a refusal, the error of a failure."""
    error = report.error.name if report.error else None
    is_error = error and error != _NO_ERROR and report.status.group_id != _REJECTED
    return error if is_error else _code(report.status)


def _error_text(report: _Report | _Log) -> str | None:
    error = report.error
    if error and error.name != _NO_ERROR and error.description:
        return error.description
    return report.status.description
