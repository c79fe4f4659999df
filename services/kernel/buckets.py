"""Token buckets: so many at once, then one per interval; pure, the time is given."""

from collections import OrderedDict
from dataclasses import dataclass
from math import ceil

#: What one replica remembers; the longest unused is forgotten, and is full again by then.
_MOST_KEYS = 50_000


@dataclass(frozen=True)
class Rate:
    """`burst` at once, then one per `seconds`."""

    burst: int
    seconds: float


class Buckets:
    """One bucket per key; remembers when each would be full again."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def wait(self, key: str, now: float) -> int:
        """Say how many whole seconds until the next is allowed; 0 is now."""
        full_at = max(self._full_at.get(key, now), now)
        spare = self._rate.burst * self._rate.seconds - (full_at - now)
        return max(0, ceil(self._rate.seconds - spare))

    def left(self, key: str, now: float) -> int:
        """Say how many are allowed at once right now."""
        used = max(self._full_at.get(key, now) - now, 0.0)
        return max(0, int(self._rate.burst - used / self._rate.seconds))

    def take(self, key: str, now: float) -> None:
        """Use one."""
        self._full_at[key] = max(self._full_at.get(key, now), now) + self._rate.seconds
        self._full_at.move_to_end(key)
        if len(self._full_at) > _MOST_KEYS:
            self._full_at.popitem(last=False)
