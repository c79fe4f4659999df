"""The bodies of history, search and usage, on the ground of `shapes`."""

from typing import Annotated

from pydantic import Field

from services.gateway.http.shapes import Conversation, Message, Person, Phone, _Output


class HistoryPage(_Output):
    """Newest first; `next` leads on, and is there even where a page is short of matches."""

    items: list[Conversation]
    next: str | None


class NamedConversations(_Output):
    """Newest first."""

    items: list[Conversation]


class Piece(_Output):
    """A stretch of a text; `found` is what was looked for."""

    text: str
    found: bool


class FoundMessage(_Output):
    message: Message
    #: What surrounds the first word that was found.
    snippet: list[Piece]


class FoundMessages(_Output):
    """Newest first; `next` leads on, and is there even where a page is short of matches."""

    items: list[FoundMessage]
    #: Those in which they were said.
    conversations: list[Conversation]
    next: str | None
    #: More words begin as the last one does than are looked up: a letter more shows the rest.
    partial: bool


class UsageFigures(_Output):
    #: Texts handed to a carrier, one for each recipient and attempt.
    sent: Annotated[int, Field(ge=0)]
    received: Annotated[int, Field(ge=0)]
    #: Of both, those with files.
    mms: Annotated[int, Field(ge=0)]
    #: As carriers count them.
    segments_sent: Annotated[int, Field(ge=0)]
    segments_received: Annotated[int, Field(ge=0)]
    #: Of those that were sent or held back: failed, or reported undelivered.
    failed: Annotated[int, Field(ge=0)]


class DayUsage(UsageFigures):
    day: str


class NumberUsage(UsageFigures):
    number: Phone
    label: str | None


class PersonUsage(UsageFigures):
    """None is what belongs to nobody alone: shared numbers, queues, automatic texts."""

    person: Person | None


class Usage(_Output):
    """By the days of a time zone, both ends included; every day of them is there."""

    first: str
    last: str
    zone: str
    #: Text messaging is on, and at least one person may use it.
    enabled: bool
    total: UsageFigures
    days: list[DayUsage]
    numbers: list[NumberUsage]
    people: list[PersonUsage]
