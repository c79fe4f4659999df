"""What every carrier's module offers, and the plain values that go in and out of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from urllib.parse import quote

from schemas.base import DeliveryStatus
from schemas.carrier import CarrierEvent
from services.carriers.limits import Limits, NumberKind

AnswerKind = Literal["accepted", "retry", "permanent", "unknown"]
Method = Literal["GET", "POST"]
Headers = tuple[tuple[str, str], ...]


class Unverified(Exception):
    """The request is not proven to be the carrier's; the reason is a stable word, never content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NeedsChallenge(Exception):
    """No credentials came; the carrier sends them only after a 401 (carriers.md §0.4)."""


class ProofForgotten(Exception):
    """No proof came, although this carrier always brings one: after a 503 it comes again signed."""


class Unparseable(Exception):
    """Authentic, but not or not wholly understood; what could be read is in `events`.

    The reason says where the body was wrong, never what it held.
    """

    def __init__(self, reason: str, events: tuple[CarrierEvent, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.events = events


@dataclass(frozen=True, kw_only=True)
class Request:
    """A webhook as it came in. Its Host header plays no part: the public URL is configured."""

    method: Method
    #: Raw, without the question mark; carriers sign it as they sent it.
    query: str
    #: Lower-case names, every header in its order, duplicates included.
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        """Give a header that may come once; a second one is a sign of tampering."""
        found = [value for key, value in self.headers if key == name]
        if len(found) > 1:
            raise Unverified("duplicate-header")
        return found[0] if found else None


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account at one carrier, as carriers.toml has it, with the values its user may know."""

    name: str
    carrier: str
    #: Where carriers reach ingest, without a slash at the end; what they sign.
    public_base_url: str
    api_base_url: str
    #: By field name; several values where an old secret is still good (rotation), newest first.
    values: Mapping[str, tuple[str, ...]] = field(repr=False)
    #: The operator accepts webhooks of this account unproven.
    insecure: bool = False
    #: How far a signed time may be off, where carriers.toml says it; 0 does not look at it.
    tolerance_seconds: int | None = None
    #: Segments per second of the whole account, and of one of its numbers, where it says so.
    segments_per_second: float | None = None
    number_segments_per_second: float | None = None
    #: Whose midnight begins the day of its daily limits.
    time_zone: str = "UTC"
    #: A text that could not be handed over for this long is of no use any more.
    validity_seconds: int = 129_600
    limits: Limits = field(default_factory=Limits)

    def value(self, name: str) -> str:
        """Give a field's newest value; KeyError where carriers.toml has none."""
        return self.values[name][0]

    def every(self, name: str) -> tuple[str, ...]:
        """Give all values of a field, for checking what was made with any of them."""
        return self.values.get(name, ())

    @property
    def webhook_url(self) -> str:
        """The account's address at ingest, as it is given to the carrier."""
        return f"{self.public_base_url}/webhooks/{self.carrier}/{self.name}"

    def receipt_url(self, message_id: str, number: str | None = None) -> str:
        """Where the carrier reports how far this message came.

        With our number for a carrier whose reports do not name it.
        """
        more = "" if number is None else f"&number={quote(number, safe='')}"
        return f"{self.webhook_url}?message={quote(message_id, safe='')}{more}"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a carrier expects of a 2xx."""

    status: int
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class OutboundMessage:
    """One text to one recipient, or to several together where the carrier has group messages."""

    message_id: str
    #: The same for every try of one attempt; carriers that know the idea drop the second.
    idempotency_key: str
    number: str
    recipient: str
    text: str
    media_urls: tuple[str, ...] = ()
    #: Everybody who gets it, `recipient` among them, in a group message; else empty.
    recipients: tuple[str, ...] = ()
    #: When it is handed over: what signs its calls signs the time too.
    at: datetime


@dataclass(frozen=True, kw_only=True)
class HttpRequest:
    """A call to a carrier's API."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class HttpResponse:
    """What the carrier's API said; header names in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - the class 2xx


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a carrier's answer to a send means.

    `retry` was refused for now and may be sent again; `unknown` may have gone, so it is never sent
    again by itself (reliability.md I9).
    """

    kind: AnswerKind
    provider_message_id: str | None = None
    #: The carrier's own code, or `http-<status>`.
    code: str | None = None
    text: str | None = None
    #: The carrier's own wish, from Retry-After.
    retry_after_seconds: int | None = None
    #: `retry`, but one more try is all that makes sense.
    once: bool = False
    #: The counterpart has opted out at the carrier: to be recorded as our own opt-out.
    opted_out: bool = False
    #: `retry`, but only tomorrow: a limit of the day is used up.
    daily_cap: bool = False
    #: `permanent`, but by this account alone, which is not in order: another one may take it.
    account_fault: bool = False


@dataclass(frozen=True, kw_only=True)
class Sought:
    """A text whose outcome is unknown, by all that we know of it."""

    number: str
    recipient: str
    text: str
    #: As the carrier was given them with the call: its own references to this text.
    message_id: str = ""
    idempotency_key: str = ""
    has_files: bool = False
    #: The carrier made it in between, give or take what two clocks may differ.
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Found:
    """A text as the carrier knows it; a state that we do not know has the status None."""

    provider_message_id: str
    status: DeliveryStatus | None
    carrier_status: str
    code: str | None = None
    text: str | None = None


#: `nothing`: it is not there, as far as the answer goes; `not-now`: the answer does not tell.
LookedUp = Found | Literal["nothing", "not-now"]


@dataclass(frozen=True, kw_only=True)
class LookUp:
    """How a carrier is asked what became of a text; both are pure, and asking changes nothing."""

    #: None: not about this one.
    build: Callable[[Sought, Account], HttpRequest | None]
    read: Callable[[HttpResponse, Sought], LookedUp]


@dataclass(frozen=True, kw_only=True)
class Fields:
    """The fields of carriers.toml that one purpose needs; a secret is resolved for no other."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    #: All of these make do without any that is required.
    instead: tuple[str, ...] = ()

    @property
    def every(self) -> tuple[str, ...]:
        """Name them all."""
        return (*self.required, *self.instead, *self.optional)


class Carrier(Protocol):
    """The shape of a carrier's module; `services.carriers.registry` finds them all."""

    @property
    def METHODS(self) -> frozenset[Method]:  # noqa: N802 - a module's constant
        """How its webhooks come."""
        ...

    @property
    def ACCEPTED(self) -> Reply:  # noqa: N802 - a module's constant
        """What a 2xx must look like."""
        ...

    @property
    def API_BASE_URL(self) -> str:  # noqa: N802 - a module's constant
        """Where its API is, unless carriers.toml says otherwise.

        Empty where every customer has an address of their own: carriers.toml must say it.
        """
        ...

    @property
    def MAX_TEXT(self) -> int:  # noqa: N802 - a module's constant
        """Characters of a message; longer is refused before sending, never cut."""
        ...

    @property
    def MAX_FILES(self) -> int:  # noqa: N802 - a module's constant
        """Files of a message; 0 where it has no MMS. More are refused before sending."""
        ...

    @property
    def TOLERANCE_SECONDS(self) -> int | None:  # noqa: N802 - a module's constant
        """How far a signed time may be off; None where none is signed, 0 where it is not judged.

        carriers.toml may say otherwise, where a time is signed.
        """
        ...

    @property
    def TO_VERIFY(self) -> Fields:  # noqa: N802 - a module's constant
        """What ingest must know."""
        ...

    @property
    def TO_SEND(self) -> Fields:  # noqa: N802 - a module's constant
        """What dispatch must know."""
        ...

    def verify(self, request: Request, account: Account, now: datetime) -> None:
        """Return if the request is proven to be the carrier's.

        Unverified, NeedsChallenge or ProofForgotten.
        """
        ...

    def parse(self, request: Request, account: Account) -> list[CarrierEvent]:
        """Say what it tells us, in our words; kinds that we do not model yield none. Unparseable.

        A receipt's state that we do not know has the status None: kept, and changes nothing.
        """
        ...

    def build_send(self, message: OutboundMessage, account: Account) -> HttpRequest:
        """Spell a send as this carrier's API wants it."""
        ...

    def read_answer(self, response: HttpResponse) -> Answer:
        """Say what the API's answer means."""
        ...

    def judge(self, code: str) -> Answer:
        """Say what an error code means, of an answer or of a receipt."""
        ...


def most_segments(carrier: Carrier) -> int | None:
    """Give how many segments a message may have; None where characters alone are counted.

    A carrier that counts them declares `MAX_SEGMENTS`; longer is refused before sending, never cut.
    """
    segments: int | None = getattr(carrier, "MAX_SEGMENTS", None)
    return segments


def most_files(carrier: Carrier, account: Account) -> int:
    """Give how many files a message by this account may have, as far as its carrier says.

    A carrier whose accounts differ in it declares `files_of`; `MAX_FILES` is then the most of all.
    """
    files_of: Callable[[Account], int] | None = getattr(carrier, "files_of", None)
    return carrier.MAX_FILES if files_of is None else files_of(account)


def most_recipients(carrier: Carrier) -> int:
    """Give how many people one group message may have; 1 where the carrier has none.

    A carrier that has them declares `GROUP_RECIPIENTS`, and reads `OutboundMessage.recipients`.
    """
    return int(getattr(carrier, "GROUP_RECIPIENTS", 1))


def paces_of(carrier: Carrier) -> Mapping[NumberKind, float]:
    """Give how many segments a second it takes from a number of each kind, where that is known.

    A carrier that says so declares `PACES`; they are defaults, and account and number may differ.
    """
    paces: Mapping[NumberKind, float] = getattr(carrier, "PACES", {})
    return paces


def pace_of_account(carrier: Carrier) -> float | None:
    """Give how many segments a second it takes from all numbers together (`ACCOUNT_PACE`)."""
    pace: float | None = getattr(carrier, "ACCOUNT_PACE", None)
    return pace


def look_up_of(carrier: Carrier) -> LookUp | None:
    """Give how the carrier is asked about a text without its id; None: receipts alone settle it.

    A carrier that can be asked declares `build_lookup` and `read_lookup`, of the shape `LookUp`;
    one that cannot says in `NO_LOOK_UP` why.
    """
    build, read = (getattr(carrier, name, None) for name in ("build_lookup", "read_lookup"))
    return None if build is None or read is None else LookUp(build=build, read=read)


def why_no_look_up(carrier: Carrier) -> str | None:
    """Give why the carrier is not asked, in a sentence for operators; None where it is."""
    reason: str | None = getattr(carrier, "NO_LOOK_UP", None)
    return reason
