"""MessageBird's REST API: forms and queries, proven by a token over address and body (§2.10)."""

import re
from datetime import UTC, datetime
from urllib.parse import urlencode

import msgspec

from schemas.base import DeliveryStatus, RemoteFile
from schemas.carrier import CarrierEvent, MessageArrived, ReceiptArrived
from services.carriers import tokens
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
    Unparseable,
    Unverified,
)
from services.carriers.decoding import clean, fields, pairs
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
from services.carriers.proving import check_age
from services.carriers.reading import (
    asked_about,
    asked_number,
    moment,
    our_message,
    our_number,
    their_number,
)

METHODS: frozenset[Method] = frozenset({"GET", "POST"})
ACCEPTED = Reply(status=200, headers=(("content-type", "text/plain"),), body=b"OK")
API_BASE_URL = "https://rest.messagebird.com"
#: From memory: nine parts of GSM-7.
MAX_TEXT = 1377
MAX_FILES = 10
#: A token says itself how long it is good; so much may the clocks differ, as in the SDK.
TOLERANCE_SECONDS = 1
TO_VERIFY = Fields(required=("signing_key",))
TO_SEND = Fields(required=("access_key",))

_ALGORITHMS = frozenset({"HS256", "HS384", "HS512"})
_ISSUER = "MessageBird"
#: `mediaUrls`, `mediaUrls[]`, `mediaUrls[0]`, in any case: its spelling is not established.
_MEDIA = re.compile(r"mediaurls(\[[0-9]{0,3}\])?", re.IGNORECASE)
#: Short codes' own names for what other numbers call by other names.
_SHORT_CODE = {"shortcode": "recipient", "message": "body", "mid": "id"}
_SHORT_CODE_TIME = "%Y%m%d%H%M%S"
_STATES: dict[str, DeliveryStatus] = {
    "scheduled": "accepted",
    "buffered": "queued",
    "sent": "sent",
    "delivered": "delivered",
    "expired": "undelivered",
    "delivery_failed": "undelivered",
}
#: From memory but for 103: absent, busy, system failure; a campaign's day is used up; too fast.
_CODES = Codes(
    retry=frozenset({"27", "31", "34", "99", "107"}),
    daily_cap=frozenset({"106"}),
    opted_out=frozenset({"103"}),
    account_fault=frozenset({"2", "25"}),
)


def verify(request: Request, account: Account, now: datetime) -> None:
    """Check the token with every signing key, its time, and its hashes of address and body."""
    token = request.header("messagebird-signature-jwt")
    if not token:
        raise Unverified("no-signature")
    claims = tokens.claims(token, account.every("signing_key"), _ALGORITHMS)
    if claims.get("iss") != _ISSUER:
        raise Unverified("wrong-issuer")
    begins, ends = tokens.seconds(claims, "nbf"), tokens.seconds(claims, "exp")
    for nearest in (max(now.timestamp(), begins), min(now.timestamp(), ends)):
        check_age(nearest, now, account, TOLERANCE_SECONDS)
    url = account.webhook_url + (f"?{request.query}" if request.query else "")
    if not tokens.is_hash(claims.get("url_hash"), url.encode()):
        raise Unverified("wrong-url")
    given = claims.get("payload_hash")
    if bool(given) != bool(request.body) or (given and not tokens.is_hash(given, request.body)):
        raise Unverified("wrong-body")


def parse(request: Request, account: Account) -> list[CarrierEvent]:
    """Read a report or a message, which short codes spell with other names."""
    given = pairs(request.query if request.method == "GET" else request.body)
    media = [clean(value) for name, value in given if _MEDIA.fullmatch(name) and value]
    form = fields([(name, value) for name, value in given if not _MEDIA.fullmatch(name)])
    if "status" in form:
        return [_receipt(form, request, account)]
    if "shortcode" in form:
        form = {_SHORT_CODE.get(name, name): value for name, value in form.items()}
    if not {"originator", "recipient"} <= form.keys():
        return []
    return [_message(form, media, account)]


def build_send(message: OutboundMessage, account: Account) -> HttpRequest:
    """Spell a call of /messages, or of /mms where there are files."""
    body = {
        "recipients": [message.recipient],
        "originator": message.number,
        **({"body": message.text} if message.text else {}),
        "reference": message.message_id,
        "reportUrl": account.receipt_url(message.message_id, message.number),
        **({"mediaUrls": message.media_urls} if message.media_urls else {"datacoding": "auto"}),
    }
    return HttpRequest(
        method="POST",
        url=f"{account.api_base_url}/{'mms' if message.media_urls else 'messages'}",
        headers={"authorization": _authorization(account), "content-type": "application/json"},
        body=msgspec.json.encode(body),
    )


class _Sent(msgspec.Struct):
    id: str


class _Error(msgspec.Struct):
    code: int | None = None
    description: str | None = None


class _Errors(msgspec.Struct):
    errors: list[_Error]


def read_answer(response: HttpResponse) -> Answer:
    """Say what the answer means: 201 with an id, or JSON with a list of errors."""
    try:
        if response.is_success:
            return accepted(msgspec.json.decode(response.body, type=_Sent).id)
        errors = msgspec.json.decode(response.body, type=_Errors).errors
    except (msgspec.DecodeError, UnicodeDecodeError):
        return accepted(None) if response.is_success else refused(response, None, None)
    first = errors[0] if errors else _Error()
    verdict = judge(str(first.code)) if first.code else None
    return refused(response, verdict, first.description)


class _Recipient(msgspec.Struct, rename="camel"):
    recipient: int | str
    status: str
    status_reason: str | None = None
    status_error_code: int | None = None


class _Recipients(msgspec.Struct):
    items: list[_Recipient]


class _Listed(msgspec.Struct, rename="camel"):
    id: str
    created_datetime: str
    recipients: _Recipients
    reference: str | None = None


class _List(msgspec.Struct, rename="camel"):
    count: int
    total_count: int
    items: list[_Listed]


def build_lookup(sought: Sought, account: Account) -> HttpRequest:
    """List the texts between the two; of MMS all, since their list asks for no more than a page."""
    if sought.has_files:
        page = urlencode({"limit": str(LISTED_AT_ONCE)})
        return asking(f"{account.api_base_url}/mms?{page}", _authorization(account))
    since, until = (f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for at in span(sought))
    query = {
        "originator": sought.number,
        "recipient": sought.recipient,
        "direction": "mt",
        "from": since,
        "until": until,
        "limit": str(LISTED_AT_ONCE),
    }
    return asking(f"{account.api_base_url}/messages?{urlencode(query)}", _authorization(account))


def read_lookup(response: HttpResponse, sought: Sought) -> LookedUp:
    """Find the text that has our reference; another attempt at it has the same, at another time."""
    try:
        listed = read(response, _List)
        fitting = [
            _found(one, person)
            for one in listed.items
            if one.reference == sought.message_id and is_of_its_time(one.created_datetime, sought)
            for person in one.recipients.items
            if is_same_number(str(person.recipient), sought.recipient)
        ]
    except Unreadable:
        return "not-now"
    return the_one(fitting, is_whole=listed.total_count <= listed.count)


def _found(one: _Listed, person: _Recipient) -> Found:
    return Found(
        provider_message_id=one.id,
        status=_STATES.get(person.status),
        carrier_status=person.status,
        code=str(person.status_error_code) if person.status_error_code else None,
        text=person.status_reason or None,
    )


def _authorization(account: Account) -> str:
    return f"AccessKey {account.value('access_key')}"


def judge(code: str) -> Answer:
    """Say what one of MessageBird's codes means, of an answer or of a report."""
    return judge_by(code, _CODES)


def _message(form: dict[str, str], media: list[str], account: Account) -> MessageArrived:
    if not form.get("id"):
        raise Unparseable("form: no id")
    return MessageArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=form["id"],
        number=our_number(form["recipient"]),
        counterpart=their_number(form["originator"]),
        text=form.get("body", ""),
        files=tuple(RemoteFile(url=url) for url in media),
        sent_at=moment(form.get("createdDatetime")) or _moment(form.get("receive_datetime")),
    )


def _receipt(form: dict[str, str], request: Request, account: Account) -> ReceiptArrived:
    if not form.get("id"):
        raise Unparseable("form: no id")
    code = form.get("statusErrorCode")
    return ReceiptArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=form["id"],
        number=our_number(form.get("originator") or asked_number(request)),
        counterpart=their_number(form.get("recipient")),
        status=_STATES.get(form["status"]),
        carrier_status=form["status"],
        error_code=code if code and code != "0" else None,
        error_text=form.get("statusReason") or None,
        message_id=our_message(form.get("reference")) or asked_about(request),
        reported_at=moment(form.get("statusDatetime")),
    )


def _moment(text: str | None) -> datetime | None:
    """Read a short code's time, which is UTC."""
    try:
        return datetime.strptime(text or "", _SHORT_CODE_TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
