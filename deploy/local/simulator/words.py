"""What the simulator's parts say to each other: a text to us, a text from us, its receipts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from deploy.local.simulator.accounts import Carrier

State = Literal["queued", "sent", "delivered", "undelivered", "failed"]


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
    carrier: Carrier
    number: str
    recipients: tuple[str, ...]
    text: str
    media: tuple[str, ...] = ()
    #: Where its receipts go: Twilio's and Telnyx's callback URL; Bandwidth has one per application.
    callback: str | None = None
    #: What Bandwidth hands back.
    tag: str | None = None
    at: str
    states: list[State] = field(default_factory=list)


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

    carrier: Carrier
    kind: Literal["message", "receipt"]
    #: The address as we publish it; what is signed.
    url: str
    body: bytes
    headers: dict[str, str]
    #: Basic credentials, which Bandwidth sends only when challenged.
    challenge: tuple[str, str] | None = None
    #: For the journal.
    about: Mapping[str, object] = field(default_factory=dict)


class Refusal(Exception):
    """A send API's no: HTTP status, and the carrier's own body."""

    def __init__(self, status: int, body: dict[str, object]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
