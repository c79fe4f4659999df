"""What the guard remembers of one tenant: how fast, how much today, and what it holds."""

from datetime import date, datetime, timedelta

import msgspec

from schemas.base import ExtensionId
from schemas.guard import (
    GuardedText,
    GuardEvent,
    HeldTextApproved,
    HeldTextRejected,
    ReturnText,
    TextBlocked,
    TextHeld,
    TextPassed,
    TextReturned,
)

Counted = GuardedText | TextPassed | ReturnText | TextReturned

#: The most that a tenant may allow within a window; of what lies further back no limit asks.
MAX_PACE = 1_000
#: The longest window.
MAX_PACE_SECONDS = 86_400
#: How many last digits a prefix lacks (security.md §8).
PREFIX_LACKS = 4


class Passed(msgspec.Struct, frozen=True, array_like=True):
    """Texts that went at one moment of the guard's clock."""

    at: datetime
    count: int


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """Part `pace/<tenant>/user/<id>` or `pace/<tenant>/prefix/<digits>`; oldest first."""

    passed: tuple[Passed, ...] = ()

    def within(self, since: datetime) -> int:
        """Count what went after a moment."""
        return sum(one.count for one in self.passed if one.at > since)


class Spend(msgspec.Struct, frozen=True, kw_only=True):
    """Part `spend/<tenant>`: the guard's clock, the day's segments, how many texts it holds."""

    last: datetime | None = None
    day: date | None = None
    segments: int = 0
    held: int = 0

    def now(self, at: datetime) -> datetime:
        """Give the guard's time: it never steps back."""
        return at if self.last is None else max(at, self.last)

    def on(self, day: date) -> int:
        """Give the segments that a day has used so far."""
        return self.segments if day == self.day else 0


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """Part `held/<tenant>/<wish>`: a text that waits; None once somebody has decided."""

    text: GuardedText | None


def guard_key(tenant: str) -> str:
    """Name the stream and the partition of a tenant's guard."""
    return f"guard/{tenant}"


def spend_key(tenant: str) -> str:
    return f"spend/{tenant}"


def held_key(tenant: str, wish_id: str) -> str:
    return f"held/{tenant}/{wish_id}"


def pace_of_user(tenant: str, by: ExtensionId) -> str:
    return f"pace/{tenant}/user/{by}"


def pace_of_prefix(tenant: str, prefix: str) -> str:
    return f"pace/{tenant}/prefix/{prefix}"


def prefix_of(number: str) -> str:
    """Give a number without its last digits: whoever pumps, pumps neighbours."""
    return number[:-PREFIX_LACKS] if number.startswith("+") else number


def by_prefix(recipients: tuple[str, ...]) -> dict[str, int]:
    """Count recipients by prefix."""
    counts: dict[str, int] = {}
    for recipient in recipients:
        counts[prefix_of(recipient)] = counts.get(prefix_of(recipient), 0) + 1
    return counts


def counts(text: Counted, tenant: str) -> dict[str, int]:
    """Name every pace that a text adds to, and how much."""
    found = {
        pace_of_prefix(tenant, prefix): count
        for prefix, count in by_prefix(text.recipients).items()
    }
    return {pace_of_user(tenant, text.by): len(text.recipients), **found}


def touched(event: GuardEvent, tenant: str) -> tuple[str, ...]:
    """Name the parts that an event of the guard changes."""
    match event:
        case TextPassed() | TextReturned():
            return (spend_key(tenant), *counts(event, tenant))
        case TextHeld(held=held):
            return (spend_key(tenant), held_key(tenant, held.wish_id))
        case HeldTextApproved(wish_id=wish_id) | HeldTextRejected(wish_id=wish_id):
            return (spend_key(tenant), held_key(tenant, wish_id))
        case TextBlocked():
            return ()


def tallied(event: TextPassed, spend: Spend, at: datetime) -> Spend:
    """Add a text to the day; another day begins at nothing."""
    now = spend.now(at)
    segments = spend.on(now.date()) + event.segments
    return msgspec.structs.replace(spend, last=now, day=now.date(), segments=segments)


def untallied(event: TextReturned, spend: Spend) -> Spend:
    """Take a text from the day that it was counted in, if that still runs."""
    if event.passed_at.date() != spend.day:
        return spend
    return msgspec.structs.replace(spend, segments=max(0, spend.segments - event.segments))


def unpaced(pace: Pace, count: int, at: datetime) -> Pace:
    """Take texts from the moment at which they were counted."""
    kept: list[Passed] = []
    for one in pace.passed:
        taken = min(count, one.count) if one.at == at else 0
        count -= taken
        if one.count > taken:
            kept.append(Passed(one.at, one.count - taken))
    return Pace(passed=tuple(kept))


def paced(pace: Pace, count: int, now: datetime) -> Pace:
    """Add texts to a pace, and forget what no limit can ask about any more."""
    oldest = now - timedelta(seconds=MAX_PACE_SECONDS)
    kept: list[Passed] = [Passed(now, count)]
    total = count
    for one in reversed(pace.passed):
        if total >= MAX_PACE or one.at <= oldest:
            break
        kept.append(one)
        total += one.count
    return Pace(passed=tuple(reversed(kept)))
