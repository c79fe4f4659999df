"""Sinch: JSON signed with a nonce and a time; reports name recipients (carriers.md §2.7).

Where the account has the MMS API, files go by it (`sinch_mms`).
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

import msgspec

from schemas.base import DeliveryStatus, RemoteFile
from schemas.carrier import CarrierEvent, MessageArrived, ReceiptArrived
from services.carriers import basic, sinch_mms
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
from services.carriers.proving import check_age, is_any, seconds
from services.carriers.reading import moment, our_message, our_number, their_number

METHODS: frozenset[Method] = frozenset({"POST"})
ACCEPTED = Reply(status=200)
#: The region is part of it: https://eu.sms.api.sinch.com is another.
API_BASE_URL = "https://us.sms.api.sinch.com"
#: From memory: the API says no to what is longer.
MAX_TEXT = 2000
MAX_FILES = sinch_mms.MAX_SLIDES
MMS_LIMITS = sinch_mms.LIMITS
#: From memory: of a service plan, over all its numbers.
ACCOUNT_PACE = 30.0
#: It never comes again after a 4xx, and otherwise for 46 hours, perhaps with its first time: one
#: that was refused for its age would be lost for good, and a replay has no second effect.
TOLERANCE_SECONDS = 172_800
TO_VERIFY = Fields(required=("webhook_secret",), optional=("callback_user", "callback_password"))
TO_SEND = Fields(required=("service_plan_id", "api_token"), optional=sinch_mms.FIELDS)

_ALGORITHM = "hmacsha256"
_MESSAGES = frozenset({"mo_text", "mo_media"})
_OF_ONE = frozenset({"recipient_delivery_report_sms", "recipient_delivery_report_mms"})
_OF_A_BATCH = frozenset({"delivery_report_sms", "delivery_report_mms"})
_STATES: dict[str, DeliveryStatus] = {
    "queued": "queued",
    "dispatched": "sent",
    "delivered": "delivered",
    "failed": "undelivered",
    "expired": "undelivered",
    "deleted": "undelivered",
    "rejected": "failed",
    "aborted": "failed",
    "cancelled": "failed",
}
#: Failures that Sinch finds itself: such a text never left.
_NEVER_LEFT = frozenset({402, 403, 405, 407, 408, *range(410, 419)})
#: What codes below are reported with a state that is none of trouble: ok, queued, dispatched.
_NO_TROUBLE = frozenset({0, 400, 401})
_CODES = Codes(retry=frozenset({"403", "404"}))


class _Media(msgspec.Struct):
    url: str | None = None
    content_type: str | None = None


class _Body(msgspec.Struct):
    subject: str | None = None
    message: str | None = None
    media: list[_Media] | None = None


class _Arrived(msgspec.Struct):
    id: str
    from_: str = msgspec.field(name="from")
    to: str
    body: str | _Body | None = None
    received_at: str | None = None
    sent_at: str | None = None


class _Report(msgspec.Struct):
    batch_id: str
    recipient: str
    status: str
    code: int | None = None
    at: str | None = None
    client_reference: str | None = None
    applied_originator: str | None = None


class _Group(msgspec.Struct):
    status: str
    code: int | None = None
    recipients: list[str] | None = None


class _Summary(msgspec.Struct):
    batch_id: str
    statuses: list[_Group]
    client_reference: str | None = None


class _Kind(msgspec.Struct):
    type: str = ""
    #: Of the MMS API's postbacks alone.
    origin: str = ""


def verify(request: Request, account: Account, now: datetime) -> None:
    """Check the signature over body, nonce and time; its switch is in Sinch's account.

    The MMS API's postbacks have none: where the account names credentials, they prove as well.
    """
    given = {
        name: request.header(f"x-sinch-webhook-signature{name}") or ""
        for name in ("", "-nonce", "-timestamp", "-algorithm")
    }
    if not any(given.values()) and account.every("callback_user"):
        basic.check(request, account)
        return
    if not given[""] or not given["-nonce"]:
        raise Unverified("no-signature")
    if given["-algorithm"].lower() != _ALGORITHM:
        raise Unverified("unknown-algorithm")
    signed_at = seconds(given["-timestamp"])
    end = f".{given['-nonce']}.{given['-timestamp']}".encode("utf-8", "replace")
    signed = request.body + end
    genuine = (
        base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256))
        for secret in account.every("webhook_secret")
    )
    if not is_any(given[""], genuine):
        raise Unverified("wrong-signature")
    check_age(signed_at, now, account, TOLERANCE_SECONDS)


def parse(request: Request, account: Account) -> list[CarrierEvent]:
    """Read a message, or a report about one or many recipients; binary ones are no texts."""
    found = document(request.body)
    kind, origin = shaped(found, _Kind).type, shaped(found, _Kind).origin
    if origin == sinch_mms.ARRIVED:
        return [sinch_mms.message(shaped(found, sinch_mms.Arrived), account)]
    if origin == sinch_mms.REPORTED:
        return [*sinch_mms.receipts(shaped(found, sinch_mms.Reported), account)]
    if kind in _MESSAGES:
        return [_message(shaped(found, _Arrived), account)]
    if kind in _OF_ONE:
        return [_receipt(shaped(found, _Report), account)]
    if kind in _OF_A_BATCH:
        reports = list(_each(shaped(found, _Summary)))
        return entries(reports, lambda one: [_receipt(shaped(one, _Report), account)])
    return []


def build_send(message: OutboundMessage, account: Account) -> HttpRequest:
    """Spell a call of batches, or of the MMS API; reports hand back whose text it was."""
    media, reference = message.media_urls, _reference(message.message_id, message.number)
    if media and sinch_mms.is_used(account):
        return sinch_mms.build_send(message, account, reference)
    body = {
        "from": message.number,
        "to": [message.recipient],
        "type": "mt_media" if media else "mt_text",
        "body": _file(media[0], message.text) if media else message.text,
        "delivery_report": "per_recipient",
        "callback_url": account.webhook_url,
        "client_reference": reference,
    }
    return HttpRequest(
        method="POST",
        url=_batches(account),
        headers={
            "authorization": f"Bearer {account.value('api_token')}",
            "content-type": "application/json",
        },
        body=msgspec.json.encode(body),
    )


def _file(url: str, text: str) -> dict[str, str]:
    return {"url": url, "message": text} if text else {"url": url}


class _Sent(msgspec.Struct):
    id: str


class _Error(msgspec.Struct):
    code: str | int | None = None
    text: str | None = None


def read_answer(response: HttpResponse) -> Answer:
    """Say what the answer means: 201 with an id, or JSON with a code and a text."""
    told = sinch_mms.read_answer(response)
    if told is not None:
        return told
    try:
        if response.is_success:
            return accepted(msgspec.json.decode(response.body, type=_Sent).id)
        error = msgspec.json.decode(response.body, type=_Error)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return accepted(None) if response.is_success else refused(response, None, None)
    return refused(response, judge(str(error.code)) if error.code else None, error.text)


class _Batch(msgspec.Struct):
    id: str
    to: list[str]
    created_at: str
    client_reference: str | None = None
    canceled: bool = False


class _Batches(msgspec.Struct):
    count: int
    batches: list[_Batch]


def build_lookup(sought: Sought, account: Account) -> HttpRequest | None:
    """List the batches that have our reference; the MMS API has no list."""
    if sought.has_files and sinch_mms.is_used(account):
        return None
    query = {
        "client_reference": _reference(sought.message_id, sought.number),
        "start_date": f"{span(sought)[0].astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}",
        "page_size": str(LISTED_AT_ONCE),
    }
    authorization = f"Bearer {account.value('api_token')}"
    return asking(f"{_batches(account)}?{urlencode(query)}", authorization)


def read_lookup(response: HttpResponse, sought: Sought) -> LookedUp:
    """Find the batch of that time: another attempt, or another person's copy, has it as well.

    A batch says that it was taken; how far it came, its reports say.
    """
    reference = _reference(sought.message_id, sought.number)
    try:
        listed = read(response, _Batches)
        fitting = [
            Found(
                provider_message_id=one.id,
                status="failed" if one.canceled else "accepted",
                carrier_status="canceled" if one.canceled else "batch",
            )
            for one in listed.batches
            if one.client_reference == reference
            and any(is_same_number(to, sought.recipient) for to in one.to)
            and is_of_its_time(one.created_at, sought)
        ]
    except Unreadable:
        return "not-now"
    return the_one(fitting, is_whole=listed.count <= len(listed.batches))


def files_of(account: Account) -> int:
    """Give how many files a message by this account may have: one by the SMS API."""
    return MAX_FILES if sinch_mms.is_used(account) else 1


def _batches(account: Account) -> str:
    return f"{account.api_base_url}/xms/v1/{account.value('service_plan_id')}/batches"


def _reference(message_id: str, number: str) -> str:
    """Say whose text it is, and from which number: reports hand it back."""
    return f"{message_id}/{number}"


def judge(code: str) -> Answer:
    """Say what a code means, of an answer or of a report."""
    return sinch_mms.judge(code) if sinch_mms.is_code(code) else judge_by(code, _CODES)


def _message(arrived: _Arrived, account: Account) -> MessageArrived:
    body = arrived.body if isinstance(arrived.body, _Body) else _Body(message=arrived.body)
    files = (
        RemoteFile(url=media.url, media_type=media.content_type)
        for media in body.media or ()
        if media.url  # one that Sinch could not take in has none
    )
    return MessageArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=arrived.id,
        number=our_number(arrived.to),
        counterpart=their_number(arrived.from_),
        text=body.message or body.subject or "",
        files=tuple(files),
        sent_at=moment(arrived.sent_at) or moment(arrived.received_at),
    )


def _each(summary: _Summary) -> Iterator[dict[str, object]]:
    """Give a batch's report as one for each recipient that it names."""
    for group in summary.statuses:
        for recipient in group.recipients or ():
            yield {
                "batch_id": summary.batch_id,
                "recipient": recipient,
                "status": group.status,
                "code": group.code,
                "client_reference": summary.client_reference,
            }


def _receipt(report: _Report, account: Account) -> ReceiptArrived:
    message_id, _, number = (report.client_reference or "").partition("/")
    return ReceiptArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=report.batch_id,
        number=our_number(number or report.applied_originator),
        counterpart=their_number(report.recipient),
        status=_status(report),
        carrier_status=report.status,
        error_code=None if report.code in {None, *_NO_TROUBLE} else str(report.code),
        message_id=our_message(message_id),
        reported_at=moment(report.at),
    )


def _status(report: _Report) -> DeliveryStatus | None:
    """Say how far it came; the case of a state varies."""
    found = _STATES.get(report.status.lower())
    return "failed" if found == "undelivered" and report.code in _NEVER_LEFT else found
