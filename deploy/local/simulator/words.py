"""What the simulator's parts say to each other: a text to us, a text from us, its receipts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal

import msgspec

State = Literal["queued", "sent", "delivered", "undelivered", "failed"]


@dataclass(frozen=True)
class Account:
    """One account: `name` is the last segment of its webhook path."""

    carrier: str
    name: str
    #: What carriers.toml says of it.
    credentials: dict[str, str]
    #: What everything of the carrier follows from, its private keys too.
    secret: str = field(repr=False)


def unless_taken(status: int | None) -> bool:
    """Most carriers try again wherever it was not 2xx; None: nobody was there."""
    return status is None or not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def when_unreachable(status: int | None) -> bool:
    """Some only where they found nobody."""
    return status is None


def unless_our_fault(status: int | None) -> bool:
    """Some never after a 4xx, except for the one that says "too many"."""
    return (
        status is None
        or status == HTTPStatus.TOO_MANY_REQUESTS
        or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    )


@dataclass(frozen=True, kw_only=True)
class Manner:
    """A carrier's habits; pauses are a thousand times shorter than in life."""

    timeout_seconds: float
    attempts: int
    #: Before the second try; each later one is twice as long, to a limit.
    pause_seconds: float
    again: Callable[[int | None], bool] = unless_taken
    #: Of a receipt, where it is another number.
    receipt_attempts: int | None = None


@dataclass(frozen=True, kw_only=True)
class File:
    """A picture that the simulator hosts."""

    name: str
    media_type: str
    content: bytes
    url: str


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """A customer's text on its way to us."""

    id: str
    sender: str
    number: str
    text: str
    files: tuple[File, ...] = ()
    #: The other members of a group MMS.
    others: tuple[str, ...] = ()
    #: The carrier's clock, RFC 3339.
    at: str


@dataclass(kw_only=True)
class Outbound:
    """A text of ours that a carrier has accepted."""

    id: str
    carrier: str
    number: str
    recipients: tuple[str, ...]
    text: str
    media: tuple[str, ...] = ()
    #: Where its receipts go, if the call said it; else where all of the account go.
    callback: str | None = None
    #: What is handed back in receipts.
    tag: str | None = None
    at: str
    states: list[State] = field(default_factory=list)

    @property
    def state(self) -> State:
        """How far it came, as its last report said."""
        return self.states[-1] if self.states else "queued"

    def is_between(self, number: str | None, recipient: str | None) -> bool:
        """Tell whether a list that asks for these numbers has it."""
        sender, to = (one.removeprefix("+") for one in (self.number, self.recipients[0]))
        return (number or sender).removeprefix("+") == sender and (recipient or to).removeprefix(
            "+"
        ) == to


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A report about one of our texts and one of its recipients."""

    message: Outbound
    recipient: str
    state: State
    code: str | None = None
    at: str


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """A request that a carrier makes of us, with the headers that prove it."""

    carrier: str
    kind: Literal["message", "receipt"]
    method: Literal["GET", "POST"] = "POST"
    #: The address as we publish it; what is signed. A GET's whole content is in its query.
    url: str
    body: bytes
    headers: dict[str, str]
    #: Basic credentials, which are brought only when challenged.
    challenge: tuple[str, str] | None = None
    #: Where a time is signed: proves it at the moment it leaves, at each try anew.
    seal: Callable[["Webhook", datetime], "Webhook"] | None = None
    #: For the journal.
    about: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call of a send API."""

    path: str
    #: What the path's parameters were.
    named: Mapping[str, str]
    #: Names in any case.
    headers: Mapping[str, str]
    body: bytes
    #: Of a list alone.
    query: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """Read a JSON object; msgspec.DecodeError."""
        return msgspec.json.decode(self.body, type=dict[str, Any])


class Refusal(Exception):
    """A send API's no: HTTP status, and the carrier's own body."""

    def __init__(self, status: int, body: object) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
