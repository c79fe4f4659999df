"""`generic`: anyone's signed webhook, both ways, in the Standard Webhooks form (docs/generic.md).

For a carrier, an SMPP gateway or a modem that none of the other modules knows: it speaks to us as
docs/generic.md says, and we call it likewise. Whoever is called drops what it has seen by its id.
"""

from datetime import datetime
from typing import Any

import msgspec

from schemas.base import DeliveryStatus, RemoteFile
from schemas.carrier import CarrierEvent, MessageArrived, ReceiptArrived
from services.carriers import standard_webhooks
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
)
from services.carriers.decoding import document, shaped
from services.carriers.reading import (
    asked_about,
    keyword,
    moment,
    others,
    our_message,
    our_number,
    their_number,
)

METHODS: frozenset[Method] = frozenset({"POST"})
ACCEPTED = Reply(status=204)
#: Everybody's own: carriers.toml says where it is.
API_BASE_URL = ""
#: Ten segments of GSM-7: what any SMS gateway takes.
MAX_TEXT = 1530
MAX_FILES = 10
#: As many as Bandwidth has; a gateway that has no group messages says no.
GROUP_RECIPIENTS = 10
NO_LOOK_UP = "The same id is sent again instead: whoever is called drops what it has seen."
TOLERANCE_SECONDS = standard_webhooks.TOLERANCE_SECONDS
TO_VERIFY = Fields(required=("webhook_secret",))
TO_SEND = Fields(required=("send_secret",))

_STATES: dict[str, DeliveryStatus] = {
    "accepted": "accepted",
    "queued": "queued",
    "sent": "sent",
    "delivered": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
}
_CODES = Codes(
    retry=frozenset({"try-later"}),
    daily_cap=frozenset({"daily-limit"}),
    opted_out=frozenset({"opted-out"}),
)


class _Event(msgspec.Struct):
    type: str
    data: dict[str, Any]
    timestamp: str | None = None


class _Media(msgspec.Struct):
    url: str
    content_type: str | None = None
    size: int | None = None


class _Message(msgspec.Struct):
    id: str
    from_: str = msgspec.field(name="from")
    to: str
    others: list[str] = []
    text: str = ""
    media: list[_Media] = []
    #: Set where the sender has already acted on the word: it is not answered twice.
    handled_keyword: str | None = None


class _Error(msgspec.Struct):
    code: str | None = None
    text: str | None = None


class _Report(msgspec.Struct):
    id: str
    from_: str = msgspec.field(name="from")
    to: str
    status: str
    message_id: str | None = None
    error: _Error | None = None


def verify(request: Request, account: Account, now: datetime) -> None:
    """Check the signatures with every secret that is still good, and that they are recent."""
    standard_webhooks.check(request, account, now, account.every("webhook_secret"))


def parse(request: Request, account: Account) -> list[CarrierEvent]:
    """Read one event; kinds that are not ours yield none, states that are not ours change none."""
    event = shaped(document(request.body), _Event)
    match event.type:
        case "message.received":
            return [_message(shaped(event.data, _Message), event, account)]
        case "message.status":
            return [_receipt(shaped(event.data, _Report), event, request, account)]
        case _:
            return []


def build_send(message: OutboundMessage, account: Account) -> HttpRequest:
    """Spell a signed `message.send`; its webhook-id is the same for every try."""
    at = int(message.at.timestamp())
    event = {
        "type": "message.send",
        "timestamp": message.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "data": {
            "message_id": message.message_id,
            "from": message.number,
            "to": message.recipient,
            "others": [one for one in message.recipients if one != message.recipient],
            "text": message.text,
            "media": [{"url": url} for url in message.media_urls],
            "status_url": account.receipt_url(message.message_id),
        },
    }
    body, identity = msgspec.json.encode(event), message.idempotency_key
    signature = standard_webhooks.sign(account.value("send_secret"), identity, str(at), body)
    return HttpRequest(
        method="POST",
        url=f"{account.api_base_url}/send",
        headers={
            "content-type": "application/json",
            "webhook-id": identity,
            "webhook-timestamp": str(at),
            "webhook-signature": signature.decode(),
            "idempotency-key": identity,
        },
        body=body,
    )


class _Taken(msgspec.Struct):
    id: str


class _Refusal(msgspec.Struct):
    error: _Error


def read_answer(response: HttpResponse) -> Answer:
    """Say what the answer means: a 2xx with an id, or an error with a code of docs/generic.md."""
    try:
        if response.is_success:
            return accepted(msgspec.json.decode(response.body, type=_Taken).id)
        error = msgspec.json.decode(response.body, type=_Refusal).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        if response.is_success:
            return accepted(None)
        return refused(response, None, None, idempotent=True)
    verdict = judge(error.code) if error.code else None
    return refused(response, verdict, error.text, idempotent=True)


def judge(code: str) -> Answer:
    """Say what a code of docs/generic.md means; any other is for ever."""
    return judge_by(code, _CODES)


def _message(message: _Message, event: _Event, account: Account) -> MessageArrived:
    number, counterpart = our_number(message.to), their_number(message.from_)
    files = (
        RemoteFile(url=media.url, media_type=media.content_type, size=media.size)
        for media in message.media
    )
    return MessageArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=message.id,
        number=number,
        counterpart=counterpart,
        others=others(message.others, number, counterpart),
        text=message.text,
        files=tuple(files),
        handled_keyword=keyword(message.handled_keyword),
        sent_at=moment(event.timestamp),
    )


def _receipt(report: _Report, event: _Event, request: Request, account: Account) -> ReceiptArrived:
    error = report.error or _Error()
    return ReceiptArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=report.id,
        number=our_number(report.from_),
        counterpart=their_number(report.to),
        status=_STATES.get(report.status),
        carrier_status=report.status,
        error_code=error.code,
        error_text=error.text,
        message_id=our_message(report.message_id) or asked_about(request),
        reported_at=moment(event.timestamp),
    )
