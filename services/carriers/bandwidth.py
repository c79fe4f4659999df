"""Bandwidth: batches of JSON, proven by credentials that come after a 401 (carriers.md §2.3)."""

import re
from collections.abc import Mapping
from datetime import datetime

import msgspec

from schemas.base import DeliveryStatus, RemoteFile
from schemas.carrier import CarrierEvent, MessageArrived, ReceiptArrived
from services.carriers.answering import Codes, accepted, refused
from services.carriers.answering import judge as judge_by
from services.carriers.basic import check, credentials
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
)
from services.carriers.decoding import document, entries, shaped
from services.carriers.limits import NumberKind
from services.carriers.mms import MmsLimits
from services.carriers.reading import moment, others, our_message, our_number, their_number

METHODS: frozenset[Method] = frozenset({"POST"})
ACCEPTED = Reply(status=204)
API_BASE_URL = "https://messaging.bandwidth.com"
MAX_TEXT = 2048
MAX_FILES = 10
MMS_LIMITS = MmsLimits(total_bytes=3_500_000, file_bytes=3_500_000)
#: More than one is a group message.
GROUP_RECIPIENTS = 10
#: 60 a minute, as in the example of its own pages; the account's page says the real ones.
PACES: Mapping[NumberKind, float] = {"local": 1.0, "toll-free": 1.0}
NO_LOOK_UP = (
    "Its list names neither the words nor our tag; receipts, which carry the tag, settle it."
)
TOLERANCE_SECONDS = None
TO_VERIFY = Fields(required=("callback_user", "callback_password"))
TO_SEND = Fields(required=("account_id", "application_id", "api_user", "api_password"))

#: The receipt did not come within two hours: nothing more is known than that it was sent.
_RECEIPT_TIMED_OUT = 9902
_STATES: dict[str, DeliveryStatus] = {
    "message-sending": "queued",
    "message-sent": "sent",
    "message-delivered": "delivered",
    "message-read": "delivered",
}
_FAILED = "message-failed"
#: Said by the carrier behind Bandwidth, so it had left: 47xx and 56xx.
_BEHIND = re.compile(r"47[0-9]{2}|56[0-9]{2}")
_TEMPORARY = re.compile(r"5[0-9]{3}")
_CODES = Codes(
    retry=frozenset({"4702", "4785", "4781", "max-message-queue-size-exceeded"}),
    once=frozenset({"5600", "5610", "5620", "5650"}),
    #: T-Mobile counts a brand's texts by the day; AT&T (4781) a campaign's by the minute.
    daily_cap=frozenset({"4780"}),
    opted_out=frozenset({"4775"}),
)


class _Message(msgspec.Struct):
    id: str
    owner: str | None = None
    from_: str | None = msgspec.field(name="from", default=None)
    to: list[str] | None = None
    text: str | None = None
    media: list[str] | None = None
    time: str | None = None
    tag: str | None = None


class _Callback(msgspec.Struct):
    type: str
    message: _Message
    #: Our number of a message that came in, the recipient of a report.
    to: str | None = None
    time: str | None = None
    description: str | None = None
    error_code: int | None = msgspec.field(name="errorCode", default=None)


class _Kind(msgspec.Struct):
    type: str


def verify(request: Request, account: Account, now: datetime) -> None:
    """Check the credentials against every pair that is still good; no body is signed."""
    del now
    check(request, account)


def parse(request: Request, account: Account) -> list[CarrierEvent]:
    """Read a batch; a bad entry does not lose the others, it is said after them."""
    return entries(document(request.body), lambda entry: _events(entry, account))


def build_send(message: OutboundMessage, account: Account) -> HttpRequest:
    """Spell a call of /users/{account}/messages; receipts hand our id back as the tag."""
    body = {
        "applicationId": account.value("application_id"),
        "to": message.recipients or [message.recipient],
        "from": message.number,
        **({"text": message.text} if message.text else {}),
        "tag": message.message_id,
        **({"media": message.media_urls} if message.media_urls else {}),
    }
    return HttpRequest(
        method="POST",
        url=f"{account.api_base_url}/api/v2/users/{account.value('account_id')}/messages",
        headers={
            "authorization": credentials(account.value("api_user"), account.value("api_password")),
            "content-type": "application/json",
        },
        body=msgspec.json.encode(body),
    )


class _Accepted(msgspec.Struct):
    id: str


class _Error(msgspec.Struct):
    type: str | None = None
    description: str | None = None


def read_answer(response: HttpResponse) -> Answer:
    """Say what the answer means: 202 with an id, or JSON with a type and a description."""
    try:
        if response.is_success:
            return accepted(msgspec.json.decode(response.body, type=_Accepted).id)
        error = msgspec.json.decode(response.body, type=_Error)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return accepted(None) if response.is_success else refused(response, None, None)
    verdict = judge(error.type) if error.type else None
    return refused(response, verdict, error.description)


def judge(code: str) -> Answer:
    """Say what a Bandwidth code or error type means; 5xxx is theirs, and passes."""
    if _TEMPORARY.fullmatch(code) and code not in _CODES.once:
        return Answer(kind="retry", code=code)
    return judge_by(code, _CODES)


def _events(entry: object, account: Account) -> list[CarrierEvent]:
    kind = shaped(entry, _Kind).type
    if kind == "message-received":
        return [_message(shaped(entry, _Callback), account)]
    if kind.startswith("message-"):
        # an open set: a kind that is new to us is kept, and changes nothing
        return [_receipt(shaped(entry, _Callback), account)]
    return []


def _message(callback: _Callback, account: Account) -> MessageArrived:
    message = callback.message
    number = our_number(message.owner or callback.to)
    counterpart = their_number(message.from_)
    return MessageArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=message.id,
        number=number,
        counterpart=counterpart,
        others=others(message.to or (), number, counterpart),
        text=message.text or "",
        files=tuple(RemoteFile(url=url) for url in message.media or ()),
        sent_at=moment(message.time),
    )


def _receipt(callback: _Callback, account: Account) -> ReceiptArrived:
    message, code = callback.message, callback.error_code
    failed = callback.type == _FAILED
    return ReceiptArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=message.id,
        number=our_number(message.owner or message.from_),
        counterpart=their_number(callback.to),
        status=_failure(code) if failed else _STATES.get(callback.type),
        carrier_status=callback.type,
        error_code=str(code) if code is not None else None,
        error_text=(callback.description or None) if failed else None,
        message_id=our_message(message.tag),
        reported_at=moment(callback.time),
    )


def _failure(code: int | None) -> DeliveryStatus:
    if code == _RECEIPT_TIMED_OUT:
        return "sent"
    return "undelivered" if _BEHIND.fullmatch(str(code)) else "failed"
