"""SignalWire's Compatibility API: Twilio's forms, and JSON signed as it came (carriers.md §2.8)."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
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
from services.carriers.decoding import document, fields, pairs
from services.carriers.listing import LISTED_AT_ONCE, asking, by_words
from services.carriers.mms import MmsLimits
from services.carriers.proving import FORM, addresses, form_of, is_any, kind
from services.carriers.reading import asked_about, numbered, our_number, their_number

METHODS: frozenset[Method] = frozenset({"GET", "POST"})
#: It wants XML, if only an empty one.
ACCEPTED = Reply(status=200, headers=(("content-type", "text/xml"),), body=b"<Response/>")
#: https://<space>.signalwire.com
API_BASE_URL = ""
MAX_TEXT = 1600
MAX_FILES = 8
MMS_LIMITS = MmsLimits(total_bytes=1_200_000, file_bytes=1_200_000)
TOLERANCE_SECONDS = None
TO_VERIFY = Fields(required=("signing_key",))
TO_SEND = Fields(required=("project_id", "api_token"))

#: One of them comes, or the first and the last; any that is right is proof.
_SIGNATURES = ("x-signalwire-signature", "x-twilio-signature")
_SHA256 = "x-signalwire-sha256-signature"
_STATES: dict[str, DeliveryStatus] = {
    "initiated": "accepted",
    "queued": "queued",
    "sending": "queued",
    "sent": "sent",
    "delivered": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
}
_INBOUND = frozenset({"received", "receiving"})
_CODES = Codes(
    retry=frozenset({"20429", "30001", "30022"}),
    once=frozenset({"30008"}),
    daily_cap=frozenset({"30027"}),
    opted_out=frozenset({"21610"}),
    account_fault=frozenset({"20003"}),
)


def verify(request: Request, account: Account, now: datetime) -> None:
    """Check the signature: of the sorted form as Twilio's, or of the raw body, in hexadecimal.

    No time is signed: the derived id is the only wall against a replay.
    """
    del now
    given = [found for name in _SIGNATURES if (found := request.header(name))]
    strong = request.header(_SHA256)
    if not given and not strong:
        raise Unverified("no-signature")
    keys = [key.encode() for key in account.every("signing_key")]
    texts = tuple(_raw(request, account))
    if strong and is_any(strong, _hexed(keys, texts, "sha256")):
        return
    genuine = [*_hexed(keys, texts, "sha1"), *_of_forms(keys, request, account)]
    if not any(is_any(one, genuine) for one in given):
        raise Unverified("wrong-signature")


def parse(request: Request, account: Account) -> list[CarrierEvent]:
    """Read a message or a status callback; the guides say form, the specification JSON."""
    form = _fields(request)
    state = form.get("MessageStatus") or form.get("SmsStatus") or ""
    if not form.get("MessageSid"):
        raise Unparseable("no MessageSid")
    if state and state not in _INBOUND:
        return [_receipt(form, state, request, account)]
    return [_message(form, account)] if "Body" in form or "NumMedia" in form else []


def build_send(message: OutboundMessage, account: Account) -> HttpRequest:
    """Spell a call of Messages; MediaUrl repeats."""
    form = [
        ("To", message.recipient),
        ("From", message.number),
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


def build_lookup(sought: Sought, account: Account) -> HttpRequest:
    """List the newest texts between the two."""
    query = {"To": sought.recipient, "From": sought.number, "PageSize": str(LISTED_AT_ONCE)}
    return asking(f"{_messages(account)}?{urlencode(query)}", _authorization(account))


def read_lookup(response: HttpResponse, sought: Sought) -> LookedUp:
    """Find the one text with these words of that time."""
    return by_words(response, sought, _STATES)


def _messages(account: Account) -> str:
    project = account.value("project_id")
    return f"{account.api_base_url}/api/laml/2010-04-01/Accounts/{project}/Messages"


def _authorization(account: Account) -> str:
    return credentials(account.value("project_id"), account.value("api_token"))


class _Sent(msgspec.Struct):
    sid: str


class _Error(msgspec.Struct):
    code: str | int | None = None
    message: str | None = None


def read_answer(response: HttpResponse) -> Answer:
    """Say what the answer means: 201 with a sid, or JSON with a code."""
    try:
        if response.is_success:
            return accepted(msgspec.json.decode(response.body, type=_Sent).sid)
        error = msgspec.json.decode(response.body, type=_Error)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return accepted(None) if response.is_success else refused(response, None, None)
    return refused(response, judge(str(error.code)) if error.code else None, error.message)


def judge(code: str) -> Answer:
    """Say what a code means: Twilio's where it is the same."""
    return judge_by(code, _CODES)


def _raw(request: Request, account: Account) -> Iterator[bytes]:
    """Spell what is signed of a body that is taken as it came."""
    for url in addresses(account, request.query):
        yield url.encode() + request.body


def _hexed(keys: list[bytes], texts: tuple[bytes, ...], digest: str) -> Iterator[bytes]:
    for key in keys:
        for text in texts:
            yield hmac.digest(key, text, digest).hex().encode()


def _of_forms(keys: list[bytes], request: Request, account: Account) -> Iterator[bytes]:
    """Sign as for a form: names sorted, repeated values once and sorted (as SDK 2.x).

    Nothing but a form: an empty one would pass for any body (SDK 3.x falls into that trap).
    """
    try:
        form = form_of(request)
    except Unparseable as error:
        raise Unverified("not-a-form") from error
    if form is None:
        return
    parameters = "".join(name + value for name, value in sorted(set(form)))
    for key in keys:
        for url in addresses(account, request.query):
            made = hmac.digest(key, (url + parameters).encode(), hashlib.sha1)
            yield base64.b64encode(made)


def _fields(request: Request) -> dict[str, str]:
    """Read the fields, whichever way they came."""
    if request.method == "GET":
        return fields(pairs(request.query))
    if kind(request) == FORM:
        return fields(pairs(request.body))
    found = document(request.body)
    if not isinstance(found, dict):
        raise Unparseable("json: not an object")
    return {name: str(value) for name, value in found.items() if isinstance(value, str | int)}


def _message(form: dict[str, str], account: Account) -> MessageArrived:
    types = numbered(form, "MediaContentType")
    files = (
        RemoteFile(url=url, media_type=types.get(index))
        for index, url in sorted(numbered(form, "MediaUrl").items())
    )
    return MessageArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=form["MessageSid"],
        number=our_number(form.get("To")),
        counterpart=their_number(form.get("From")),
        text=form.get("Body", ""),
        files=tuple(files),
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
