"""Twilio: forms signed by HMAC over the public URL and the parameters (carriers.md §2.1)."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from schemas.base import DeliveryStatus, RemoteFile
from schemas.carrier import CarrierEvent, MessageArrived, ReceiptArrived
from services.carriers.answering import Codes, accepted, refused
from services.carriers.answering import judge as judge_by
from services.carriers.basic import credentials
from services.carriers.contract import (
    Account,
    Answer,
    Fields,
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
from services.carriers.decoding import fields, pairs
from services.carriers.limits import NumberKind
from services.carriers.listing import LISTED_AT_ONCE, asking, by_words
from services.carriers.mms import MmsLimits
from services.carriers.proving import FORM, addresses, form_of, is_any
from services.carriers.reading import (
    asked_about,
    keyword,
    numbered,
    others,
    our_number,
    their_number,
)

METHODS: frozenset[Method] = frozenset({"GET", "POST"})
ACCEPTED = Reply(status=200, headers=(("content-type", "text/xml"),), body=b"<Response/>")
API_BASE_URL = "https://api.twilio.com"
MAX_TEXT = 1600
MAX_FILES = 10
MMS_LIMITS = MmsLimits(total_bytes=5_000_000, file_bytes=5_000_000, other_bytes=500_000)
#: From memory: an unregistered long code; 10DLC goes by its brand's trust score.
PACES: Mapping[NumberKind, float] = {"local": 1.0, "toll-free": 3.0, "short-code": 100.0}
TOLERANCE_SECONDS = None
TO_VERIFY = Fields(required=("auth_token",), optional=("shared_key",))
#: An API key and its secret are used where both are given, else the auth token.
TO_SEND = Fields(
    required=("account_sid", "auth_token"),
    instead=("account_sid", "api_key", "api_secret"),
    optional=("messaging_service_sid",),
)

_STATES: dict[str, DeliveryStatus] = {
    "accepted": "accepted",
    "scheduled": "accepted",
    "queued": "queued",
    "sending": "queued",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}
_INBOUND = frozenset({"received", "receiving"})
_CODES = Codes(
    retry=frozenset({"20429", "30001", "30017", "30022", "63018"}),
    once=frozenset({"30008"}),
    daily_cap=frozenset({"30023", "30027"}),
    opted_out=frozenset({"21610"}),
    account_fault=frozenset({"20003", "21606"}),
)


def verify(request: Request, account: Account, now: datetime) -> None:
    """Check the signature over the configured URL, with and without its default port.

    Twilio signs no time: the derived id is the only wall against a replay.
    """
    del now
    signature = request.header("x-twilio-signature")
    if not signature:
        raise Unverified("no-signature")
    secrets, digest = _keys(request, account)
    parameters = _signed_parameters(request)
    genuine = (
        _sign(secret, url + parameters, digest)
        for secret in secrets
        for url in addresses(account, request.query)
    )
    if not is_any(signature, genuine):
        raise Unverified("wrong-signature")


def parse(request: Request, account: Account) -> list[CarrierEvent]:
    """Read a message or a status callback; the set of parameters grows without notice."""
    form = fields(pairs(request.query if request.method == "GET" else request.body))
    state = form.get("MessageStatus") or form.get("SmsStatus") or ""
    if not form.get("MessageSid"):
        raise Unparseable("form: no MessageSid")
    if state not in _INBOUND and "MessageStatus" in form:
        return [_receipt(form, state, request, account)]
    return [_message(form, account)] if "Body" in form or "NumMedia" in form else []


def build_send(message: OutboundMessage, account: Account) -> HttpRequest:
    """Spell a call of Messages.json; MediaUrl repeats."""
    service = account.every("messaging_service_sid")
    form = [
        ("To", message.recipient),
        ("From", message.number),
        *([("MessagingServiceSid", service[0])] if service else []),
        *([("Body", message.text)] if message.text else []),
        *(("MediaUrl", url) for url in message.media_urls),
        ("StatusCallback", account.receipt_url(message.message_id)),
    ]
    return HttpRequest(
        method="POST",
        url=_messages(account),
        headers={"authorization": _authorization(account), "content-type": FORM},
        body=urlencode(form).encode(),
    )


def _messages(account: Account) -> str:
    sid = account.value("account_sid")
    return f"{account.api_base_url}/2010-04-01/Accounts/{sid}/Messages.json"


def _authorization(account: Account) -> str:
    if account.every("api_key") and account.every("api_secret"):
        return credentials(account.value("api_key"), account.value("api_secret"))
    return credentials(account.value("account_sid"), account.value("auth_token"))


class _Sent(msgspec.Struct):
    sid: str


class _Error(msgspec.Struct):
    code: int | None = None
    message: str | None = None


def read_answer(response: HttpResponse) -> Answer:
    """Say what the answer means: 201 with a sid, or JSON with a code."""
    try:
        if response.is_success:
            return accepted(msgspec.json.decode(response.body, type=_Sent).sid)
        error = msgspec.json.decode(response.body, type=_Error)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return accepted(None) if response.is_success else refused(response, None, None)
    verdict = judge(str(error.code)) if error.code else None
    return refused(response, verdict, error.message)


def build_lookup(sought: Sought, account: Account) -> HttpRequest:
    """List the newest texts between the two; by no DateSent, for one in the queue has none yet."""
    query = {"To": sought.recipient, "From": sought.number, "PageSize": str(LISTED_AT_ONCE)}
    return asking(f"{_messages(account)}?{urlencode(query)}", _authorization(account))


def read_lookup(response: HttpResponse, sought: Sought) -> LookedUp:
    """Find the one text with these words of that time."""
    return by_words(response, sought, _STATES)


def judge(code: str) -> Answer:
    """Say what a Twilio code means."""
    return judge_by(code, _CODES)


def _keys(request: Request, account: Account) -> tuple[tuple[str, ...], Callable[..., object]]:
    """Choose secrets and hash: a SharedKey signs with SHA-256 and says so, the auth token SHA-1."""
    settings = request.header("x-twilio-webhooks-signature-settings") or ""
    given = dict(part.strip().partition("=")[::2] for part in settings.split(","))
    match given.get("algorithm", "").strip().upper():
        case "" | "HMAC_SHA1":
            return account.every("auth_token"), hashlib.sha1
        case "HMAC_SHA256":
            return account.every("shared_key"), hashlib.sha256
        case _:
            raise Unverified("unknown-algorithm")


def _sign(secret: str, text: str, digest: Callable[..., object]) -> bytes:
    made = hmac.new(secret.encode(), text.encode(), digest)  # type: ignore[arg-type]  # typeshed hides the hash type
    return base64.b64encode(made.digest())


def _signed_parameters(request: Request) -> str:
    """Spell what is signed after the URL; names sorted, repeated values once and sorted.

    With `bodySHA256` in the query the URL alone is signed, and through it the body: always checked,
    whatever the content type says (the SDK's own trap, measured in carriers.md §2.1).
    """
    try:
        asked, given = pairs(request.query), form_of(request)
    except Unparseable as error:
        raise Unverified("not-a-form") from error
    hashes = [value for name, value in asked if name == "bodySHA256"]
    if hashes:
        actual = hashlib.sha256(request.body).hexdigest()
        if len(hashes) > 1 or not hmac.compare_digest(actual.encode(), hashes[0].encode()):
            raise Unverified("wrong-body")
        return ""
    if given is None:
        raise Unverified("unsigned-body")
    return "".join(name + value for name, value in sorted(set(given)))


def _message(form: dict[str, str], account: Account) -> MessageArrived:
    number, counterpart = our_number(form.get("To")), their_number(form.get("From"))
    types = numbered(form, "MediaContentType")
    files = (
        RemoteFile(url=url, media_type=types.get(index))
        for index, url in sorted(numbered(form, "MediaUrl").items())
    )
    return MessageArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=form["MessageSid"],
        number=number,
        counterpart=counterpart,
        others=others(numbered(form, "OtherRecipients").values(), number, counterpart),
        text=form.get("Body", ""),
        files=tuple(files),
        handled_keyword=keyword(form.get("OptOutType")),
    )


def _receipt(
    form: dict[str, str], state: str, request: Request, account: Account
) -> ReceiptArrived:
    return ReceiptArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=form["MessageSid"],
        number=our_number(form.get("From")),
        counterpart=their_number(form.get("To")),
        status=_STATES.get(state),
        carrier_status=state,
        error_code=form.get("ErrorCode") or None,
        error_text=form.get("ErrorMessage") or None,
        message_id=asked_about(request),
    )
