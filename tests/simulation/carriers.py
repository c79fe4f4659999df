"""Three carriers: their APIs, their customers' phones, and the webhooks that they send and repeat.

What a carrier has accepted it delivers, and reports in any order and number; what it could not hand
to ingest it sends again until ingest takes it.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from services.carriers.contract import Account
from services.kernel.outbound import Answer, Unknown, Unreachable
from tests.checking.history import History
from tests.simulation.fate import Fate
from tests.simulation.machine import current, passes
from tests.simulation.virtual import BEGINNING

_OUTSIDE = contextvars.Context()
NAMES = ("twilio", "telnyx", "bandwidth")
#: Seconds: a call's way, how late receipts are, how long a carrier waits before it tries again.
_WAY, _SPREAD = 0.02, 1.0
_RECEIPT_MEDIAN, _RECEIPT_SPREAD = 4.0, 1.5
_AGAIN_SECONDS = (1.0, 60.0)
#: More than any outage of a run lasts.
_MOST_TRIES = 2000
_TROUBLED = 0.7
#: Seconds: how late a text is on the list of what was sent.
_LISTED_MEDIAN, _LISTED_SPREAD = 5.0, 1.5
_LISTED_AT_ONCE = 100
_FATES = ("delivered", "delivered", "delivered", "delivered", "undelivered", "failed")
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_JSON = {"content-type": "application/json"}

#: What dispatch must know to call them; nobody checks it.
_VALUES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "twilio": {"account_sid": ("AC1",), "auth_token": ("made-up",)},
    "telnyx": {"api_key": ("made-up",)},
    "bandwidth": dict.fromkeys(
        ("account_id", "application_id", "api_user", "api_password"), ("made-up",)
    ),
}

Post = Callable[["Webhook"], Awaitable[int | None]]


@dataclass(frozen=True)
class Webhook:
    """A request to ingest."""

    carrier: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Text:
    """What a customer wrote."""

    sender: str
    number: str
    text: str
    files: int = 0


@dataclass(frozen=True)
class Call:
    """A send, as a carrier's API understood it."""

    carrier: str
    message_id: str
    number: str
    recipient: str
    text: str
    key: str | None


def accounts() -> dict[str, Account]:
    """Give one account at each, named as the carrier."""
    return {
        name: Account(
            name=name,
            carrier=name,
            public_base_url="https://texts.example.com",
            api_base_url=f"https://{name}.example.com",
            values=_VALUES[name],
            insecure=True,
        )
        for name in NAMES
    }


@dataclass
class Sent:
    """A text that a carrier has taken, as it lists it."""

    id: str
    call: Call
    at: float
    listed_at: float
    state: str = "queued"


class Network:
    """All carriers; stands where the kernel's outbound client does."""

    def __init__(self, fate: Fate, history: History, post: Post) -> None:
        self._fate = fate
        self._history = history
        self._post = post
        #: The carrier that is in trouble now; most of its answers are "not now".
        self.troubled: str | None = None
        self._count = 0
        self._known_keys: dict[str, str] = {}
        self._sent: list[Sent] = []
        self._working: set[asyncio.Task[None]] = set()

    # -- our sends

    async def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes,
        total_seconds: float = 30.0,
    ) -> Answer:
        """Take a call, or not, and answer, or not; as `services.kernel.outbound` promises."""
        await passes()
        fate = self._fate
        if fate.happens(fate.odds.unreachable):
            await asyncio.sleep(fate.long_tailed(_WAY, _SPREAD))
            raise Unreachable
        if method == "GET":
            await asyncio.sleep(fate.long_tailed(_WAY, _SPREAD))
            answer = self._list(url)
        else:
            answer = await self._sending(understood(url, headers, content))
        await asyncio.sleep(total_seconds if answer is None else fate.long_tailed(_WAY, _SPREAD))
        await passes()
        if answer is None:
            raise Unknown
        return answer

    async def _sending(self, call: Call) -> Answer | None:
        """Let a send go its way, whatever becomes of the caller."""
        loop, process = asyncio.get_running_loop(), current()
        arrived: asyncio.Future[Answer | None] = loop.create_future()
        about = {"process": process.name, "thawed": process.thawed_at} if process else {}
        way = self._fate.long_tailed(_WAY, _SPREAD)
        loop.call_later(way, self._arrive, call, about, arrived)
        return await arrived

    def _list(self, url: str) -> Answer | None:
        """Answer a look-up by the texts between the two, newest first; the list lags behind."""
        fate, now = self._fate, asyncio.get_running_loop().time()
        if fate.happens(_TROUBLED if self.troubled == "twilio" else fate.odds.busy):
            return busy("twilio", fate.whole(1, 30))
        if fate.happens(fate.odds.unanswered):
            return None
        query = parse_qs(urlsplit(url).query)
        between = (query["From"][0], query["To"][0])
        fitting = [
            sent
            for sent in reversed(self._sent)
            if (sent.call.number, sent.call.recipient) == between and sent.listed_at <= now
        ]
        return listed(fitting)

    def _arrive(self, call: Call, about: dict[str, Any], arrived: "asyncio.Future[Any]") -> None:
        """Judge a call once it has arrived, whatever has become of the caller."""
        fate = self._fate
        if fate.happens(_TROUBLED if call.carrier == self.troubled else fate.odds.busy):
            result, answer = "busy", busy(call.carrier, fate.whole(1, 30))
        elif fate.happens(fate.odds.unanswered / 2):
            result, answer = "lost", None
        else:
            lost = fate.happens(fate.odds.unanswered / 2)
            id_ = self._take(call, silent=lost and fate.happens(fate.odds.unreported))
            result, answer = "accepted", None if lost else taken(call.carrier, id_)
        self._note("carrier-call", result=result, **about, **msgspec.to_builtins(call))
        if not arrived.done():
            arrived.set_result(answer)

    def _take(self, call: Call, *, silent: bool) -> str:
        """Accept a text; one with a key that is known is the same text, and is reported."""
        if call.key is not None and call.key in self._known_keys:
            return self._known_keys[call.key]
        id_ = self._next_id(call.carrier)
        if call.key is not None:
            self._known_keys[call.key] = id_
        silent = silent and call.key is None
        self._note("text-out", id=id_, silent=silent, **msgspec.to_builtins(call))
        at = asyncio.get_running_loop().time()
        late = self._fate.long_tailed(_LISTED_MEDIAN, _LISTED_SPREAD)
        self._sent.append(Sent(id_, call, at, at + late))
        self._start(self._report(self._sent[-1], silent=silent))
        return id_

    async def _report(self, sent: Sent, *, silent: bool) -> None:
        """Report in any order, several times; or never, though the list says how it ended."""
        fate = self._fate
        states = ["queued", "sent", fate.choose(_FATES)]
        late = [
            (fate.long_tailed(_RECEIPT_MEDIAN, _RECEIPT_SPREAD), state)
            for state in states
            for _ in range(2 if fate.happens(fate.odds.repeated) else 1)
        ]
        for index, (delay, state) in enumerate(sorted(late)):
            earlier = sorted(late)[index - 1][0] if index else 0.0
            await asyncio.sleep(delay - earlier)
            sent.state = max(sent.state, state, key=states.index)
            if not silent:
                self._start(self._insist(receipt(sent.call, sent.id, state)))

    # -- their texts

    def text_in(self, carrier: str, wrote: Text) -> None:
        """A customer writes to one of our numbers."""
        id_ = self._next_id(carrier)
        self._note("text-in", carrier=carrier, id=id_, **asdict(wrote))
        webhook = arrival(carrier, id_, wrote)
        self._start(self._insist(webhook))
        if self._fate.happens(self._fate.odds.repeated):
            self._start(self._later(webhook))

    async def _later(self, webhook: Webhook) -> None:
        """Bring it once more: soon, or after days."""
        await asyncio.sleep(self._fate.long_tailed(30.0, 3.0))
        await self._insist(webhook)

    async def _insist(self, webhook: Webhook) -> None:
        for _ in range(_MOST_TRIES):
            status = await self._post(webhook)
            if status is not None and 200 <= status < 300:
                return
            await asyncio.sleep(self._fate.between(*_AGAIN_SECONDS))

    def _start(self, work: Any) -> None:  # noqa: ANN401 - a coroutine of this world's own
        task = asyncio.get_running_loop().create_task(work, context=_OUTSIDE)
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    def _next_id(self, carrier: str) -> str:
        self._count += 1
        return f"{carrier}-{self._count}"

    def _note(self, what: str, **about: object) -> None:
        self._history.note(asyncio.get_running_loop().time(), what, **about)


def understood(url: str, headers: Mapping[str, str], content: bytes) -> Call:
    """Read a send as its carrier's API does."""
    carrier = (urlsplit(url).hostname or "").partition(".")[0]
    if carrier == "twilio":
        form = {name: values[0] for name, values in parse_qs(content.decode()).items()}
        message = _message_of(form["StatusCallback"])
        return Call(carrier, message, form["From"], form["To"], form["Body"], None)
    body = msgspec.json.decode(content)
    if carrier == "bandwidth":
        return Call(carrier, body["tag"], body["from"], body["to"][0], body["text"], None)
    message = _message_of(body["webhook_url"])
    key = headers["idempotency-key"]
    return Call(carrier, message, body["from"], body["to"], body["text"], key)


def _message_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["message"][0]


def taken(carrier: str, id_: str) -> Answer:
    """Spell a carrier's yes."""
    bodies = {"twilio": {"sid": id_}, "telnyx": {"data": {"id": id_}}, "bandwidth": {"id": id_}}
    status = {"twilio": 201, "telnyx": 200, "bandwidth": 202}[carrier]
    return Answer(status, {}, msgspec.json.encode(bodies[carrier]))


def busy(carrier: str, seconds: int) -> Answer:
    """Spell a carrier's "not now"."""
    body = b'{"errors":[]}' if carrier == "telnyx" else b"{}"
    return Answer(429, {"retry-after": str(seconds)}, body)


def listed(texts: Sequence[Sent]) -> Answer:
    """Spell Twilio's list of messages."""
    messages = [
        {
            "sid": sent.id,
            "body": sent.call.text,
            "status": sent.state,
            "date_created": format_datetime(BEGINNING + timedelta(seconds=sent.at)),
        }
        for sent in texts[:_LISTED_AT_ONCE]
    ]
    more = "/more" if len(texts) > _LISTED_AT_ONCE else None
    return Answer(200, {}, msgspec.json.encode({"messages": messages, "next_page_uri": more}))


def receipt(call: Call, id_: str, state: str) -> Webhook:
    """Spell a report."""
    ours = f"message={call.message_id}"
    if call.carrier == "twilio":
        form = {"MessageSid": id_, "MessageStatus": state, "From": call.number}
        body = urlencode({**form, "To": call.recipient}).encode()
        return Webhook("twilio", ours, _FORM, body)
    if call.carrier == "telnyx":
        words = {"undelivered": "delivery_failed", "failed": "sending_failed"}
        payload = {
            "id": id_,
            "type": "SMS",
            "from": {"phone_number": call.number},
            "to": [{"phone_number": call.recipient, "status": words.get(state, state)}],
        }
        kind = "message.sent" if state in ("queued", "sent") else "message.finalized"
        return Webhook("telnyx", ours, _JSON, _telnyx(kind, payload))
    return Webhook("bandwidth", "", _JSON, _bandwidth_receipt(call, id_, state))


def _bandwidth_receipt(call: Call, id_: str, state: str) -> bytes:
    kinds = {"queued": "message-sending", "sent": "message-sent", "delivered": "message-delivered"}
    codes = {"undelivered": 4721, "failed": 4405}
    message = {"id": id_, "owner": call.number, "from": call.number, "to": [call.recipient]}
    entry = {
        "type": kinds.get(state, "message-failed"),
        "to": call.recipient,
        "errorCode": codes.get(state),
        "message": {**message, "tag": call.message_id},
    }
    return msgspec.json.encode([entry])


def arrival(carrier: str, id_: str, wrote: Text) -> Webhook:
    """Spell a customer's message."""
    sender, number, text = wrote.sender, wrote.number, wrote.text
    urls = [f"https://files.example.com/{id_}/{index}.txt" for index in range(wrote.files)]
    if carrier == "twilio":
        form = {"MessageSid": id_, "SmsStatus": "received", "From": sender, "To": number}
        form |= {f"MediaUrl{index}": url for index, url in enumerate(urls)}
        body = urlencode({**form, "Body": text, "NumMedia": str(wrote.files)}).encode()
        return Webhook("twilio", "", _FORM, body)
    if carrier == "telnyx":
        payload = {
            "id": id_,
            "type": "SMS",
            "from": {"phone_number": sender},
            "to": [{"phone_number": number}],
            "text": text,
            "media": [{"url": url} for url in urls],
        }
        return Webhook("telnyx", "", _JSON, _telnyx("message.received", payload))
    message = {"id": id_, "owner": number, "from": sender, "to": [number], "text": text}
    entry = {"type": "message-received", "to": number, "message": {**message, "media": urls}}
    return Webhook("bandwidth", "", _JSON, msgspec.json.encode([entry]))


def _telnyx(kind: str, payload: dict[str, Any]) -> bytes:
    return msgspec.json.encode({"data": {"event_type": kind, "payload": payload}})
