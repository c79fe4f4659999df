"""Telnyx: JSON signed with Ed25519 over its time and its raw body (carriers.md §2.2)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from schemas.base import DeliveryStatus, RemoteFile
from schemas.carrier import CarrierEvent, MessageArrived, ReceiptArrived
from services.carriers.answering import Codes, accepted, refused
from services.carriers.answering import judge as judge_by
from services.carriers.basic import decode
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
from services.carriers.decoding import document, shaped
from services.carriers.limits import NumberKind
from services.carriers.mms import MmsLimits
from services.carriers.proving import check_age, seconds
from services.carriers.reading import (
    asked_about,
    keyword,
    moment,
    others,
    our_number,
    their_number,
)

METHODS: frozenset[Method] = frozenset({"POST"})
ACCEPTED = Reply(status=200, headers=(("content-type", "application/json"),), body=b"{}")
API_BASE_URL = "https://api.telnyx.com"
#: From memory (about ten parts, whatever the alphabet): the API says no to what is longer still.
MAX_TEXT = 3072
MAX_FILES = 10
MMS_LIMITS = MmsLimits(total_bytes=999_999, file_bytes=999_999)
GROUP_RECIPIENTS = 8
#: From memory: a long code that is registered (an unregistered one has 6 a minute), and so on.
PACES: Mapping[NumberKind, float] = {"local": 2.0, "toll-free": 20.0, "short-code": 16.0}
NO_LOOK_UP = (
    "No list names the words: the same key is sent again, and receipts settle what is open."
)
#: Either way; Telnyx's SDK has the same.
TOLERANCE_SECONDS = 300
TO_VERIFY = Fields(required=("public_key",))
TO_SEND = Fields(required=("api_key",), optional=("messaging_profile_id",))

_KEY_BYTES, _SIGNATURE_BYTES = 32, 64
_RECEIPTS = frozenset({"message.sent", "message.finalized", "message.read"})
_TEXTING = frozenset({"SMS", "MMS", "RCS"})
_STATES: dict[str, DeliveryStatus] = {
    "queued": "queued",
    "sending": "queued",
    "sent": "sent",
    "delivery_unconfirmed": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "delivery_failed": "undelivered",
    "expired": "undelivered",
    "sending_failed": "failed",
}
#: The errors of an event are those of its other recipients.
_WENT_WELL = frozenset({"queued", "sent", "delivered"})
_CODES = Codes(
    retry=frozenset({"40002", "40006", "40011", "40014", "10007"}),
    once=frozenset({"40004"}),
    opted_out=frozenset({"40300"}),
    account_fault=frozenset({"10009"}),
)


class _Party(msgspec.Struct):
    phone_number: str
    status: str = ""


class _Media(msgspec.Struct):
    url: str
    content_type: str | None = None
    size: int | None = None


class _Error(msgspec.Struct):
    code: str | int | None = None
    title: str | None = None
    detail: str | None = None


class _Payload(msgspec.Struct):
    id: str
    from_: _Party = msgspec.field(name="from")
    #: A plain string for kinds that are not texting.
    to: list[_Party] | str
    cc: list[_Party] | None = None
    type: str = "SMS"
    text: str | None = None
    media: list[_Media] | None = None
    errors: list[_Error] | None = None
    autoresponse_type: str | None = None
    received_at: str | None = None


class _Event(msgspec.Struct):
    event_type: str
    payload: dict[str, Any]
    occurred_at: str | None = None


class _Webhook(msgspec.Struct):
    data: _Event


def verify(request: Request, account: Account, now: datetime) -> None:
    """Check the signature with every known public key, and that its time is not far off."""
    signature = decode(request.header("telnyx-signature-ed25519") or "")
    if not signature or len(signature) != _SIGNATURE_BYTES:
        raise Unverified("no-signature")
    signed_at = request.header("telnyx-timestamp") or ""
    check_age(seconds(signed_at), now, account, TOLERANCE_SECONDS)
    signed = f"{signed_at}|".encode() + request.body
    if not any(_is_signed(key, signature, signed) for key in account.every("public_key")):
        raise Unverified("wrong-signature")


def parse(request: Request, account: Account) -> list[CarrierEvent]:
    """Read one event; its kinds and states are open."""
    event = shaped(document(request.body), _Webhook).data
    if event.event_type != "message.received" and event.event_type not in _RECEIPTS:
        return []
    payload = shaped(event.payload, _Payload)
    if isinstance(payload.to, str) or payload.type.upper() not in _TEXTING:
        return []
    if not payload.to:
        raise Unparseable("to: empty")
    if event.event_type == "message.received":
        return [_message(payload, payload.to, event, account)]
    return list(_receipts(payload, payload.to, event, request, account))


def build_send(message: OutboundMessage, account: Account) -> HttpRequest:
    """Spell a call of /v2/messages or its group_mms; the idempotency key forgives a second try."""
    # a group message goes by its number's own profile: its call has no field for another
    profile = () if message.recipients else account.every("messaging_profile_id")
    body = {
        "from": message.number,
        "to": message.recipients or message.recipient,
        **({"text": message.text} if message.text else {}),
        "webhook_url": account.receipt_url(message.message_id),
        **({"media_urls": message.media_urls} if message.media_urls else {}),
        **({"messaging_profile_id": profile[0]} if profile else {}),
    }
    return HttpRequest(
        method="POST",
        url=f"{account.api_base_url}/v2/messages" + ("/group_mms" if message.recipients else ""),
        headers={
            "authorization": f"Bearer {account.value('api_key')}",
            "content-type": "application/json",
            "idempotency-key": message.idempotency_key,
        },
        body=msgspec.json.encode(body),
    )


class _Accepted(msgspec.Struct):
    id: str


class _Sent(msgspec.Struct):
    data: _Accepted


class _Errors(msgspec.Struct):
    errors: list[_Error]


def read_answer(response: HttpResponse) -> Answer:
    """Say what the answer means: 200 with an id, or JSON with a list of errors."""
    try:
        if response.is_success:
            return accepted(msgspec.json.decode(response.body, type=_Sent).data.id)
        errors = msgspec.json.decode(response.body, type=_Errors).errors
    except (msgspec.DecodeError, UnicodeDecodeError):
        if response.is_success:
            return accepted(None)
        return refused(response, None, None, idempotent=True)
    first = errors[0] if errors else _Error()
    verdict = judge(str(first.code)) if first.code else None
    return refused(response, verdict, first.detail or first.title, idempotent=True)


def judge(code: str) -> Answer:
    """Say what a Telnyx code means."""
    return judge_by(code, _CODES)


def _is_signed(key: str, signature: bytes, signed: bytes) -> bool:
    raw = decode(key)
    if raw is None or len(raw) != _KEY_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def _message(
    payload: _Payload, to: list[_Party], event: _Event, account: Account
) -> MessageArrived:
    number = our_number(to[0].phone_number)
    counterpart = their_number(payload.from_.phone_number)
    group = [party.phone_number for party in [*to[1:], *(payload.cc or ())]]
    files = (
        RemoteFile(url=media.url, media_type=media.content_type, size=media.size)
        for media in payload.media or ()
    )
    return MessageArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=payload.id,
        number=number,
        counterpart=counterpart,
        others=others(group, number, counterpart),
        text=payload.text or "",
        files=tuple(files),
        handled_keyword=keyword(payload.autoresponse_type),
        sent_at=moment(payload.received_at) or moment(event.occurred_at),
    )


def _receipts(
    payload: _Payload, to: list[_Party], event: _Event, request: Request, account: Account
) -> Iterator[ReceiptArrived]:
    """Give one report for each recipient: a group's members fare differently."""
    trouble = payload.errors[0] if payload.errors else _Error()
    for party in [*to, *(payload.cc or ())]:
        status = _STATES.get(party.status)
        error = _Error() if status in _WENT_WELL else trouble
        yield ReceiptArrived(
            carrier=account.carrier,
            account=account.name,
            provider_message_id=payload.id,
            number=our_number(payload.from_.phone_number),
            counterpart=their_number(party.phone_number),
            status=status,
            carrier_status=party.status,
            error_code=str(error.code) if error.code else None,
            error_text=error.detail or error.title or None,
            message_id=asked_about(request),
            reported_at=moment(event.occurred_at),
        )
