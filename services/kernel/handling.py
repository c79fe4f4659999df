"""What a service's handlers and the kernel say to each other; pure data, no I/O.

A handler sees one record and the parts of state that it asked for, and answers with what follows.
The kernel gives ids, sequences, times and causes, folds the events back into the parts, and writes
everything in one fenced statement (DESIGN.md §4). So:

- state is never returned: it is `evolve`d from events, so it equals the fold of the log;
- a part is fed by one stream only (own events of one subject, or foreign events of one topic), so
  that a refold in any interleaving of topics gives the same parts;
- a handler may read parts that another partition feeds (the directory), and must not change them;
- `decide` sees the state before its record; then a foreign event that we remember is folded, also
  when `decide` refused it, then our own events in their order;
- a view holds the parts that were named and no others, so a decision does not depend on its batch;
- ids derive from the cause, the service and the index: two services that follow one event never
  make the same id. A refusal answers whoever asked, except ourselves (our timers and effects).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import msgspec

from schemas.base import JsonObject
from schemas.envelope import Envelope
from services.kernel.decider import Refused

#: Parts that a handler may still ask for after seeing those it asked for before.
MAX_LOAD_ROUNDS = 4

Part = msgspec.Struct
#: Loaded parts by key (`conversation/<id>`); an absent key means that nothing is remembered yet.
Parts = Mapping[str, Part]


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """An event or a command, and whom it concerns; its topic follows from its class."""

    subject: str
    partitionkey: str
    tenant: str
    data: msgspec.Struct


@dataclass(frozen=True, kw_only=True)
class Timer:
    """A command to be sent to ourselves at `due_at`, never earlier (reliability.md I6).

    `version` makes the timer's identity with subject and kind: the same three are the same timer,
    set once. Timers are never cancelled: the decider ignores one that no longer applies.
    """

    kind: str
    version: str
    due_at: datetime
    command: Addressed


@dataclass(frozen=True, kw_only=True)
class Effect:
    """A call to the outside, performed after the commit, at most once at a time, by any replica.

    Effects with one `order_key` are performed one after another, in the order they were decided.
    A crash in the middle is not repeated blindly: the performer's `interrupted` says what it means.
    """

    kind: str
    order_key: str
    payload: msgspec.Struct
    due_at: datetime
    #: What is paced together (our number), how many cost units this one takes, units per second.
    lane: str | None = None
    cost: int = 1
    rate_per_second: float | None = None
    #: What many lanes share (a carrier account), and its units per second; both paces hold.
    shared_lane: str | None = None
    shared_rate_per_second: float | None = None
    #: Lower goes first within what is due: replies before bulk.
    priority: int = 0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What follows from one record. Empty means: nothing, and that is decided too."""

    events: tuple[Addressed, ...] = ()
    commands: tuple[Addressed, ...] = ()
    timers: tuple[Timer, ...] = ()
    effects: tuple[Effect, ...] = ()
    #: To whoever asked; None where nobody asked, or where another service will answer.
    answer: JsonObject | None = None
    #: A no with consequences, to whoever began it, also where we asked ourselves on their behalf;
    #: a no without any is raised.
    refusal: Refused | None = None


class Handlers(Protocol):
    """What a service is to the kernel; implemented in its `handlers.py`, pure and synchronous."""

    def needs(self, envelope: Envelope[Any], parts: Parts) -> Iterable[str]:
        """Name the parts to read for this record; asked again with what is loaded, until stable."""
        ...

    def decide(self, envelope: Envelope[Any], parts: Parts) -> Outcome:
        """Say what follows from this record; may raise Refused. Reads nothing but its arguments."""
        ...

    def touches(self, event: Envelope[Any]) -> Iterable[str]:
        """Name the parts that this event changes: our own, and foreign ones that we remember."""
        ...

    def evolve(self, event: Envelope[Any], parts: Parts) -> Mapping[str, Part]:
        """Give the new values of the parts that this event changes; never refuses."""
        ...

    def part_type(self, key: str) -> type[Part]:
        """Tell the class of a part by its key's prefix."""
        ...


class Performer(Protocol):
    """Carries out effects of one kind; an adapter, so it may wait and talk."""

    async def perform(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...]:
        """Make the call and say, as commands to ourselves, what came of it.

        Must not raise for anything that the outside may do; what it raises ends the process.
        """
        ...

    def interrupted(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...] | None:
        """Say what a crash between start and result means, or None to perform it again.

        None only where the other side knows our idempotency key, or repeating is harmless.
        """
        ...
