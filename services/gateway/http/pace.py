"""How fast one session or key may ask: a bucket each, told in the headers that stand for it.

The headers are those of draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy` is the rule,
`RateLimit` is what is left of it, and a 429 carries `Retry-After`. A bucket is one replica's.
"""

from collections.abc import Mapping, MutableMapping
from math import ceil
from typing import Any

from services.gateway.domain.config import REQUESTS
from services.gateway.http.problems import Trouble
from services.kernel.buckets import Buckets, Rate

#: In how many seconds all that may be asked at once come back.
SECONDS = 20
#: Where a request's headers wait for its answer, in the state of its scope.
_STATE = "pace"


class Pace:
    """The buckets of this replica."""

    def __init__(self, requests: int = REQUESTS) -> None:
        self._rate = Rate(requests, SECONDS / requests)
        self._buckets = Buckets(self._rate)
        self._policy = f'"default";q={requests};w={SECONDS}'

    def check(self, who: str, now: float, state: MutableMapping[str, Any]) -> None:
        """Take one request, and leave its headers; 429 where none is left."""
        wait = self._buckets.wait(who, now)
        if not wait:
            self._buckets.take(who, now)
        left = self._buckets.left(who, now)
        full_in = ceil((self._rate.burst - left) * self._rate.seconds)
        state[_STATE] = (self._policy, f'"default";r={left};t={full_in}')
        if wait:
            raise Trouble(
                429,
                "too-many-requests",
                "That was too much at once. Wait a little and try again.",
                {"Retry-After": str(wait)},
            )


def headers(state: Mapping[str, Any]) -> list[tuple[bytes, bytes]]:
    """Give the headers of a request that was counted."""
    said = state.get(_STATE)
    if said is None:
        return []
    policy, left = said
    return [(b"ratelimit-policy", policy.encode()), (b"ratelimit", left.encode())]
