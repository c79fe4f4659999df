"""Bird: JSON events in the Standard Webhooks form, sends that know a key (carriers.md §2.11)."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec

from schemas.base import DeliveryStatus
from schemas.carrier import CarrierEvent, MessageArrived, OptOutArrived, ReceiptArrived
from services.carriers import standard_webhooks
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
)
from services.carriers.decoding import document, shaped
from services.carriers.listing import (
    LISTED_AT_ONCE,
    Unreadable,
    asking,
    is_of_its_time,
    is_same_number,
    read,
    span,
    the_one,
)
from services.carriers.reading import moment, our_message, our_number, their_number

METHODS: frozenset[Method] = frozenset({"POST"})
ACCEPTED = Reply(status=204)
#: Of the region, which the API key begins with: https://us1.platform.bird.com.
API_BASE_URL = ""
#: Twelve segments of GSM-7; of other alphabets far fewer characters fit.
MAX_TEXT = 1836
MAX_SEGMENTS = 12
#: media_urls is answered by 422 today.
MAX_FILES = 0
TOLERANCE_SECONDS = standard_webhooks.TOLERANCE_SECONDS
TO_VERIFY = Fields(required=("webhook_secret",))
TO_SEND = Fields(required=("api_key",), optional=("category",))

_CATEGORY = "service"
_ARRIVED = "sms.received"
_TEXTING = "sms."
#: STOP to one of our numbers, an opt-out at the network, or one by hand in Bird's dashboard.
_SUPPRESSED = "sms_suppression.created"
_STATES: dict[str, DeliveryStatus] = {
    "sms.accepted": "accepted",
    "sms.sent": "sent",
    "sms.delivered": "delivered",
    "sms.undelivered": "undelivered",
    "sms.expired": "undelivered",
    "sms.failed": "failed",
    "sms.rejected": "failed",
}
#: What a list says in other words than the events.
_LISTED_STATES: dict[str, DeliveryStatus] = {"scheduled": "accepted", "canceled": "failed"}
_CODES = Codes(
    retry=frozenset(
        {
            "unreachable",
            "provider_unavailable",
            "rate_limit_error",
            "internal_error",
            "service_unavailable_error",
        }
    ),
    #: On the suppression list; a telephone that blocks us has not opted out.
    opted_out=frozenset({"recipient_opted_out"}),
    account_fault=frozenset({"insufficient_balance"}),
)


class _Kind(msgspec.Struct):
    type: str
    data: dict[str, Any]
    timestamp: str | None = None


class _Error(msgspec.Struct):
    code: str | None = None
    description: str | None = None


class _Text(msgspec.Struct):
    sms_id: str
    from_: str = msgspec.field(name="from")
    to: str
    text: str | None = None
    metadata: dict[str, Any] | None = None
    error: _Error | None = None


class _Suppression(msgspec.Struct):
    suppression_id: str
    destination: str
    #: The one number of ours that it binds.
    originator: str
    reason: str


def verify(request: Request, account: Account, now: datetime) -> None:
    """Check the signatures with every secret that is still good, and that they are recent."""
    standard_webhooks.check(request, account, now, account.every("webhook_secret"))


def parse(request: Request, account: Account) -> list[CarrierEvent]:
    """Read one event; kinds that do not speak of a text yield none, new ones of a text are kept."""
    event = shaped(document(request.body), _Kind)
    if event.type == _SUPPRESSED:
        return [_opt_out(shaped(event.data, _Suppression), event, account)]
    if not event.type.startswith(_TEXTING):
        return []
    text = shaped(event.data, _Text)
    if event.type == _ARRIVED:
        return [_message(text, event, account)]
    return [_receipt(text, event, account)]


def build_send(message: OutboundMessage, account: Account) -> HttpRequest:
    """Spell a call of /v1/sms/messages; events hand the metadata back."""
    category = account.every("category")
    body = {
        "to": message.recipient,
        "from": message.number,
        "text": message.text,
        "category": category[0] if category else _CATEGORY,
        "metadata": {"message_id": message.message_id},
    }
    return HttpRequest(
        method="POST",
        url=f"{account.api_base_url}/v1/sms/messages",
        headers={
            "authorization": f"Bearer {account.value('api_key')}",
            "content-type": "application/json",
            "idempotency-key": message.idempotency_key,
        },
        body=msgspec.json.encode(body),
    )


class _Sent(msgspec.Struct):
    id: str


class _Problem(msgspec.Struct):
    type: str | None = None
    code: str | None = None
    name: str | None = None
    message: str | None = None


class _Refusal(msgspec.Struct):
    error: _Problem


def read_answer(response: HttpResponse) -> Answer:
    """Say what the answer means: a message with an id, or an error of a type, maybe with a code."""
    try:
        if response.is_success:
            return accepted(msgspec.json.decode(response.body, type=_Sent).id)
        error = msgspec.json.decode(response.body, type=_Refusal).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        if response.is_success:
            return accepted(None)
        return refused(response, None, None, idempotent=True)
    code = error.code or error.name or error.type
    return refused(response, judge(code) if code else None, error.message, idempotent=True)


class _Listed(msgspec.Struct):
    id: str
    status: str
    created_at: str
    to: str
    metadata: dict[str, Any] | None = None
    last_error: _Error | None = None


class _List(msgspec.Struct):
    data: list[_Listed]
    next_cursor: str | None = None


def build_lookup(sought: Sought, account: Account) -> HttpRequest:
    """List the texts between the two; a second call with the same key has been made already."""
    since, until = (f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for at in span(sought))
    query = {
        "direction": "outbound",
        "to": sought.recipient,
        "from": sought.number,
        "created_after": since,
        "created_before": until,
        "limit": str(LISTED_AT_ONCE),
    }
    url = f"{account.api_base_url}/v1/sms/messages?{urlencode(query)}"
    return asking(url, f"Bearer {account.value('api_key')}")


def read_lookup(response: HttpResponse, sought: Sought) -> LookedUp:
    """Find the text that has our id in its metadata; another attempt at it has another time."""
    try:
        listed = read(response, _List)
        fitting = [
            _found(one)
            for one in listed.data
            if (one.metadata or {}).get("message_id") == sought.message_id
            and is_same_number(one.to, sought.recipient)
            and is_of_its_time(one.created_at, sought)
        ]
    except Unreadable:
        return "not-now"
    return the_one(fitting, is_whole=not listed.next_cursor)


def _found(one: _Listed) -> Found:
    error = one.last_error or _Error()
    return Found(
        provider_message_id=one.id,
        status=_LISTED_STATES.get(one.status, _STATES.get(f"{_TEXTING}{one.status}")),
        carrier_status=one.status,
        code=error.code,
        text=error.description,
    )


def judge(code: str) -> Answer:
    """Say what one of Bird's codes means."""
    return judge_by(code, _CODES)


def _message(text: _Text, event: _Kind, account: Account) -> MessageArrived:
    return MessageArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=text.sms_id,
        number=our_number(text.to),
        counterpart=their_number(text.from_),
        text=text.text or "",
        sent_at=moment(event.timestamp),
    )


def _opt_out(found: _Suppression, event: _Kind, account: Account) -> OptOutArrived:
    return OptOutArrived(
        carrier=account.carrier,
        account=account.name,
        provider_id=found.suppression_id,
        number=our_number(found.originator),
        counterpart=their_number(found.destination),
        reason=found.reason,
        reported_at=moment(event.timestamp),
    )


def _receipt(text: _Text, event: _Kind, account: Account) -> ReceiptArrived:
    error = text.error or _Error()
    given = (text.metadata or {}).get("message_id")
    return ReceiptArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=text.sms_id,
        number=our_number(text.from_),
        counterpart=their_number(text.to),
        status=_STATES.get(event.type),
        carrier_status=event.type,
        error_code=error.code,
        error_text=error.description,
        message_id=our_message(given) if isinstance(given, str) else None,
        reported_at=moment(event.timestamp),
    )
