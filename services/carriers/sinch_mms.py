"""Sinch's MMS API, beside its SMS API: files out by `sendmms`, files and groups in by postbacks.

From its own pages and OpenAPI file (version 2.0): one recipient a call, slides of one file each,
and HTTP 200 even for a refusal, whose code says what it was.
"""

from urllib.parse import urlsplit

import msgspec

from schemas.base import DeliveryStatus, RemoteFile
from schemas.carrier import MessageArrived, ReceiptArrived
from services.carriers.answering import Codes, accepted, refused
from services.carriers.answering import judge as judge_by
from services.carriers.contract import Account, Answer, HttpRequest, HttpResponse, OutboundMessage
from services.carriers.links import type_of
from services.carriers.mms import FILMS, PICTURES, SOUND, MmsLimits
from services.carriers.reading import moment, others, our_message, our_number, their_number

#: Slides of a message; each has one file.
MAX_SLIDES = 8
FIELDS = ("mms_api_key", "mms_service_id")
#: What a slide can be.
LIMITS = MmsLimits(
    total_bytes=1_000_000,
    file_bytes=1_000_000,
    types=PICTURES | SOUND | FILMS | {"text/vcard", "application/pdf"},
)
ARRIVED, REPORTED = "MMS_MO", "MMS_MT"

_URL = "https://api.ci.mblox.com/ep/v2/"
_PATH = urlsplit(_URL).path
#: Where the SMS API's address is another's, a stand-in or a proxy, the MMS API is there as well.
_SINCH = ".sms.api.sinch.com"
#: Obligatory, and shown by some phones: a word that says nothing of what is in it.
_SUBJECT = "MMS"
_NO_TROUBLE = "N"
_STATES: dict[str, DeliveryStatus] = {
    "N013": "queued",
    "N101": "sent",
    "N102": "delivered",
    "N202": "delivered",
    "N103": "undelivered",
    "E102": "undelivered",
    "E202": "undelivered",
    "E011": "failed",
    "E012": "failed",
    "E013": "failed",
    "E101": "failed",
    "E999": "failed",
}
_CODES = Codes(
    retry=frozenset({"E106", "E113", "E503", "E618"}),
    # could not be copied from our links, kind by kind
    once=frozenset({"E351", "E352", "E353", "E355", "E356", "E357"}),
    account_fault=frozenset({"E103", "E104", "E105", "E107", "E112", "E627"}),
)
_SLIDES = {"image": "image", "audio": "audio", "video": "video"}
_OTHER_SLIDES = {"text/vcard": "vcard", "application/pdf": "pdf"}


class _Copied(msgspec.Struct):
    number: str


class _Content(msgspec.Struct):
    file: str | None = None


class Arrived(msgspec.Struct, rename="kebab"):
    """A customer's message."""

    tracking_id: str
    from_: str = msgspec.field(name="from")
    to: str
    copy_to: list[_Copied] | None = None
    message_subject: str | None = None
    content: list[_Content] | None = None
    timestamp: str | None = None


class Reported(msgspec.Struct, rename="kebab"):
    """How far one of ours came."""

    code: str
    #: A report about a saved message, which we never make, has none.
    tracking_id: str | None = None
    from_: str | None = msgspec.field(name="from", default=None)
    to: str | None = None
    status_details: str | None = None
    client_reference: str | None = None
    timestamp: str | None = None


class _Answered(msgspec.Struct, rename="kebab"):
    status: str
    tracking_id: str | None = None
    error_code: str | None = None
    error_info: str | None = None


def is_used(account: Account) -> bool:
    """Tell whether the account has the MMS API; else one file goes by the SMS API."""
    return all(account.every(field) for field in FIELDS)


def build_send(message: OutboundMessage, account: Account, reference: str) -> HttpRequest:
    """Spell a `sendmms`: a phone that takes none gets no text with a public link instead."""
    slides: list[dict[str, object]] = [{_kind(url): {"url": url}} for url in message.media_urls]
    if message.text:
        slides[0]["message-text"] = message.text
    body = {
        "action": "sendmms",
        "service-id": account.value("mms_service_id"),
        "from": message.number.removeprefix("+"),
        "to": message.recipient.removeprefix("+"),
        "message-subject": _SUBJECT,
        "fallback-sms-text": message.text or _SUBJECT,
        "disable-fallback-sms": True,
        "client-reference": reference,
        "slide": slides,
    }
    return HttpRequest(
        method="POST",
        url=_url(account),
        headers={"x-api-key": account.value("mms_api_key"), "content-type": "application/json"},
        body=msgspec.json.encode(body),
    )


def read_answer(response: HttpResponse) -> Answer | None:
    """Say what the MMS API's answer means; None where it is not the MMS API's."""
    try:
        found = msgspec.json.decode(response.body, type=_Answered)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if found.error_code is None and response.is_success:
        return accepted(found.tracking_id)
    return refused(
        response, judge(found.error_code) if found.error_code else None, found.error_info
    )


def is_code(code: str) -> bool:
    """Tell the MMS API's codes from the SMS API's, which are numbers and words."""
    return code[:1] == "E" and code[1:].isdigit()


def judge(code: str) -> Answer:
    """Say what a code means, of an answer or of a report."""
    return judge_by(code, _CODES)


def message(arrived: Arrived, account: Account) -> MessageArrived:
    """Read a customer's message: its text is a file as well, and only here groups are named."""
    number, counterpart = our_number(arrived.to), their_number(arrived.from_)
    files = [part.file for part in arrived.content or () if part.file]
    return MessageArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=arrived.tracking_id,
        number=number,
        counterpart=counterpart,
        others=others((one.number for one in arrived.copy_to or ()), number, counterpart),
        text=arrived.message_subject or "",
        files=tuple(RemoteFile(url=url) for url in files),
        sent_at=moment(arrived.timestamp),
    )


def receipts(reported: Reported, account: Account) -> list[ReceiptArrived]:
    """Read a report; one about a template that was saved is about no message."""
    if not reported.tracking_id:
        return []
    code = reported.code
    message_id = (reported.client_reference or "").partition("/")[0]
    receipt = ReceiptArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=reported.tracking_id,
        number=our_number(reported.from_),
        counterpart=their_number(reported.to),
        status=_STATES.get(code),
        carrier_status=code,
        error_code=None if code.startswith(_NO_TROUBLE) else code,
        error_text=reported.status_details or None,
        message_id=our_message(message_id),
        reported_at=moment(reported.timestamp),
    )
    return [receipt]


def _url(account: Account) -> str:
    host = urlsplit(account.api_base_url).hostname or ""
    return _URL if host.endswith(_SINCH) else f"{account.api_base_url}{_PATH}"


def _kind(url: str) -> str:
    """Say what kind of slide a file makes; others than these are refused before (`LIMITS`)."""
    media_type = type_of(url)
    return _OTHER_SLIDES.get(media_type) or _SLIDES.get(media_type.partition("/")[0], "image")
