"""The bodies of the operators' page of dead letters, on the ground of `shapes`."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.gateway.http.shapes import Person, _Input, _Output

LONGEST_NOTE = 500


class LetterDeed(_Output):
    """What an operator did to a letter, and why."""

    at: datetime
    by: Person | None
    action: str
    note: str | None


class DeadLetter(_Output):
    """A record that a service set aside; numbers are masked."""

    id: str
    #: None where an older version set it aside, which did not say who it was.
    service: str | None
    topic: str
    partition: int
    offset: int
    key: str
    #: `bug` and `unknown-type` park the key, and what `follows` waits behind them.
    reason: str
    error: str
    #: When it died last: a retry may have broken again.
    died_at: datetime
    #: `open`, `decided`, `set-aside`.
    state: str
    ended_at: datetime | None
    #: Its service can decide it again; of a webhook, `tandem reparse` can.
    retryable: bool


class DeadLetterDetail(DeadLetter):
    """What was set aside, where its handler broke, and what operators did."""

    #: None where it is not kept any more.
    raw: str | None
    #: Bytes of the record, of which `raw` may be the beginning.
    size: int
    #: Numbers in it are hidden but for four digits.
    masked: bool
    #: The caller may ask for `numbers=shown`.
    may_show: bool
    stack: str
    deeds: list[LetterDeed]


class DeadLetters(_Output):
    """The latest first; `open_count` counts all that wait."""

    items: list[DeadLetter]
    open_count: int


class SettingAside(_Input):
    #: Why it may be given up: "a test of the carrier's".
    note: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE)]
