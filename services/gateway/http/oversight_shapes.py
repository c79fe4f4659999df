"""The bodies of consent and of the guard, on the ground of `shapes`."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from services.gateway.http.shapes import Person, Phone, _Input, _Output

Rule = Literal["country", "user-pace", "prefix-pace", "daily-cap"]


class ConsentChange(_Output):
    """Who withdrew or renewed consent, when, and by what."""

    at: datetime
    number: Phone
    counterpart: Phone
    opted_out: bool
    #: It binds, or frees, every number of the organization.
    everywhere: bool
    source: Literal["text", "carrier", "operator"]
    #: What they wrote, the carrier's code, or what the person noted who recorded it.
    word: str
    by: Person | None


class ConsentStanding(_Output):
    #: None: all of the organization's numbers together.
    number: Phone | None
    counterpart: Phone
    opted_out: bool


class ConsentHistory(_Output):
    """Newest first; `standings` is how it is now."""

    items: list[ConsentChange]
    standings: list[ConsentStanding]


class Revocation(_Output):
    """A text that may mean STOP without being a word of the list."""

    message_id: str
    conversation_id: str
    number: Phone
    counterpart: Phone
    at: datetime
    text: str
    phrase: str
    verdict: Literal["confirmed", "dismissed"] | None
    by: Person | None
    reviewed_at: datetime | None


class Revocations(_Output):
    """Those that nobody has reviewed, oldest first."""

    items: list[Revocation]


class HeldText(_Output):
    """A text that the guard holds until an admin decides."""

    id: str
    conversation_id: str
    at: datetime
    author: Person
    number: Phone
    recipients: list[Phone]
    text: str
    segments: int
    rule: Rule
    reason: str
    approved: bool | None
    by: Person | None
    decided_at: datetime | None


class HeldTexts(_Output):
    """Those that wait, oldest first."""

    items: list[HeldText]


class BlockedText(_Output):
    """A text that the guard refused; `code` and `reason` are what its author was told."""

    id: str
    conversation_id: str
    at: datetime
    author: Person
    number: Phone
    recipients: list[Phone]
    segments: int
    rule: Rule
    code: str
    reason: str


class BlockedTexts(_Output):
    """Newest first."""

    items: list[BlockedText]


class Decided(_Output):
    """What was decided, in the decider's words."""

    command_id: str
    state: dict[str, Any]


class NewOptOut(_Input):
    #: Our number that they were texted from.
    number: Annotated[str, Field(min_length=3, max_length=16)]
    #: How they said it: "told Ana on the phone".
    note: Annotated[str, Field(min_length=1, max_length=500)]


class NewReview(_Input):
    verdict: Literal["confirmed", "dismissed"]
