"""Vonage Messages API v1: JSON, proven by a token that names the body's hash (carriers.md §2.5)."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from schemas.base import DeliveryStatus, RemoteFile
from schemas.carrier import CarrierEvent, MessageArrived, ReceiptArrived
from services.carriers import tokens
from services.carriers.answering import Codes, accepted, refused
from services.carriers.answering import judge as judge_by
from services.carriers.basic import credentials
from services.carriers.contract import (
    Account,
    Answer,
    Fields,
    HttpRequest,
    HttpResponse,
    Method,
    OutboundMessage,
    ProofForgotten,
    Reply,
    Request,
    Unverified,
)
from services.carriers.decoding import document, shaped
from services.carriers.mms import FILMS, PICTURES, SOUND, MmsLimits
from services.carriers.proving import check_age
from services.carriers.reading import moment, our_message, our_number, their_number

METHODS: frozenset[Method] = frozenset({"POST"})
ACCEPTED = Reply(status=200)
API_BASE_URL = "https://api.nexmo.com"
MAX_TEXT = 3200
MAX_FILES = 10
MMS_LIMITS = MmsLimits(
    total_bytes=600_000, file_bytes=600_000, types=PICTURES | SOUND | FILMS | {"text/vcard"}
)
NO_LOOK_UP = "Only its Reports API lists texts, which is billed apart; statuses settle it."
#: It tries again for 24 hours, and it is not known whether with a token made anew: a text must not
#: be lost for its age, and a replay has no second effect.
TOLERANCE_SECONDS = 86_400 + 300
TO_VERIFY = Fields(required=("signature_secret",), optional=("application_id",))
TO_SEND = Fields(required=("api_key", "api_secret"))

_ISSUER = "Vonage"
_TEXTING = frozenset({"sms", "mms"})
_STATES: dict[str, DeliveryStatus] = {
    "submitted": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "rejected": "failed",
    "undeliverable": "undelivered",
}
_CODES = Codes(retry=frozenset({"1000"}))
#: `https://developer.vonage.com/api-errors/messages#1000`
_CODE = re.compile(r"#([0-9]{3,5})$")
#: What a file is sent as; by its media type, else by its name.
_KINDS = {"image": "image", "audio": "audio", "video": "video", "text/vcard": "vcard"}
_NAMES = {
    "image": ("jpg", "jpeg", "png", "gif", "webp"),
    "audio": ("mp3", "amr", "m4a", "ogg", "wav"),
    "video": ("mp4", "3gp", "mpeg"),
    "vcard": ("vcf",),
}


class _File(msgspec.Struct):
    url: str | None = None
    caption: str | None = None
    type: str | None = None
    text: str | None = None


class _Trouble(msgspec.Struct):
    type: str | None = None
    title: str | int | None = None
    detail: str | None = None


class _Webhook(msgspec.Struct):
    message_uuid: str
    to: str
    from_: str = msgspec.field(name="from")
    channel: str = ""
    message_type: str | None = None
    status: str | None = None
    timestamp: str | None = None
    text: str | None = None
    image: _File | None = None
    audio: _File | None = None
    video: _File | None = None
    file: _File | None = None
    vcard: _File | None = None
    content: list[_File] | None = None
    client_ref: str | None = None
    error: _Trouble | None = None


class _Kind(msgspec.Struct):
    channel: str | dict[str, Any] | None = None


def verify(request: Request, account: Account, now: datetime) -> None:
    """Check the token's signature, the body's hash in it, its age and whose it is.

    A webhook without any token was sent so by accident, and comes again with one.
    """
    header = request.header("authorization")
    if header is None:
        raise ProofForgotten
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise Unverified("not-bearer")
    claims = tokens.claims(token, account.every("signature_secret"))
    if claims.get("iss") != _ISSUER:
        raise Unverified("wrong-issuer")
    known = account.every("application_id")
    if known and claims.get("application_id") not in known:
        raise Unverified("wrong-application")
    if not tokens.is_hash(claims.get("payload_hash"), request.body):
        raise Unverified("wrong-body")
    check_age(tokens.seconds(claims, "iat"), now, account, TOLERANCE_SECONDS)


def parse(request: Request, account: Account) -> list[CarrierEvent]:
    """Read a message or a status; other channels than texting are no business of ours."""
    found = document(request.body)
    channel = shaped(found, _Kind).channel
    if not isinstance(channel, str) or channel not in _TEXTING:
        return []
    webhook = shaped(found, _Webhook)
    if webhook.status is not None:
        return [_receipt(webhook, webhook.status, account)]
    return [_message(webhook, account)] if webhook.message_type is not None else []


def build_send(message: OutboundMessage, account: Account) -> HttpRequest:
    """Spell a call of /v1/messages; statuses hand our id back as client_ref."""
    body = {
        "to": message.recipient.removeprefix("+"),
        "from": message.number.removeprefix("+"),
        "client_ref": message.message_id,
        "webhook_url": account.webhook_url,
        "webhook_version": "v1",
        **_content(message),
    }
    user, secret = account.value("api_key"), account.value("api_secret")
    return HttpRequest(
        method="POST",
        url=f"{account.api_base_url}/v1/messages",
        headers={
            "authorization": credentials(user, secret),
            "content-type": "application/json",
        },
        body=msgspec.json.encode(body),
    )


class _Sent(msgspec.Struct):
    message_uuid: str


def read_answer(response: HttpResponse) -> Answer:
    """Say what the answer means: 202 with an id, or a problem document whose type has a code."""
    try:
        if response.is_success:
            return accepted(msgspec.json.decode(response.body, type=_Sent).message_uuid)
        trouble = msgspec.json.decode(response.body, type=_Trouble)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return accepted(None) if response.is_success else refused(response, None, None)
    code = _code(trouble)
    return refused(response, judge(code) if code else None, trouble.detail)


def judge(code: str) -> Answer:
    """Say what a code means: throttled passes, all others stay."""
    return judge_by(code, _CODES)


def _content(message: OutboundMessage) -> dict[str, object]:
    """Say what is sent: a text, one file of its kind, or several as content; text is a caption."""
    if not message.media_urls:
        return {"channel": "sms", "message_type": "text", "text": message.text}
    caption = {"caption": message.text} if message.text else {}
    first, *more = message.media_urls
    if not more:
        kind = _kind(first)
        return {"channel": "mms", "message_type": kind, kind: {"url": first, **caption}}
    items = [{"type": _kind(first), "url": first, **caption}]
    items += [{"type": _kind(url), "url": url} for url in more]
    return {"channel": "mms", "message_type": "content", "content": items}


def _kind(url: str) -> str:
    """Say what a file of ours is: our links carry its media type, and its name."""
    asked = parse_qs(urlsplit(url).query)
    media_type = asked.get("type", [""])[0]
    for start, kind in _KINDS.items():
        if media_type.startswith(start):
            return kind
    name = asked.get("name", [urlsplit(url).path])[0].lower()
    ending = name.rpartition(".")[2]
    return next((kind for kind, endings in _NAMES.items() if ending in endings), "file")


def _message(webhook: _Webhook, account: Account) -> MessageArrived:
    parts = list(_parts(webhook))
    texts = [webhook.text, *(part.text or part.caption for part in parts)]
    return MessageArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=webhook.message_uuid,
        number=our_number(webhook.to),
        counterpart=their_number(webhook.from_),
        text="\n".join(text for text in texts if text),
        files=tuple(RemoteFile(url=part.url) for part in parts if part.url),
        sent_at=moment(webhook.timestamp),
    )


def _parts(webhook: _Webhook) -> Iterator[_File]:
    alone = (webhook.image, webhook.audio, webhook.video, webhook.file, webhook.vcard)
    yield from (part for part in alone if part)
    yield from webhook.content or ()


def _receipt(webhook: _Webhook, state: str, account: Account) -> ReceiptArrived:
    trouble = webhook.error or _Trouble()
    return ReceiptArrived(
        carrier=account.carrier,
        account=account.name,
        provider_message_id=webhook.message_uuid,
        number=our_number(webhook.from_),
        counterpart=their_number(webhook.to),
        status=_STATES.get(state),
        carrier_status=state,
        error_code=_code(trouble),
        error_text=trouble.detail,
        message_id=our_message(webhook.client_ref),
        reported_at=moment(webhook.timestamp),
    )


def _code(trouble: _Trouble) -> str | None:
    """Read the code at the end of a problem's type; its title may be one too."""
    found = _CODE.search(trouble.type or "")
    if found:
        return found[1]
    return str(trouble.title) if trouble.title else None
