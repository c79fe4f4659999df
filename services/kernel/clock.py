"""The only `now`: Postgres's clock where there is one, monotonic between two readings of it."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

#: A step of more than this between two readings of the database's clock is reported.
JUMP_ALARM = timedelta(seconds=2)
#: How often the service reads the database's clock again.
SYNC_SECONDS = 30.0


class Clock:
    """Tells the time; `sync` sets it by a reading of Postgres's `clock_timestamp()`.

    Between readings it follows the machine's monotonic clock, so a step of the wall clock (NTP, a
    daylight change, a bad operator) moves nothing.
    """

    def __init__(self) -> None:
        self._base = datetime.now(UTC)  # noqa: TID251 - this is the one place that tells the time
        self._mark = time.monotonic()

    def now(self) -> datetime:
        return self._base + timedelta(seconds=time.monotonic() - self._mark)

    async def sync(self, read: Callable[[], Awaitable[datetime]]) -> timedelta:
        """Set the clock by a reading, and say by how much it moved; half the round trip counts."""
        asked = time.monotonic()
        theirs = await read()
        answered = time.monotonic()
        moved = theirs - (self._base + timedelta(seconds=(asked + answered) / 2 - self._mark))
        self._base, self._mark = theirs.astimezone(UTC), (asked + answered) / 2
        return moved


def monotonic() -> float:
    """Give seconds that only grow, for deadlines and durations; never a date."""
    return time.monotonic()
