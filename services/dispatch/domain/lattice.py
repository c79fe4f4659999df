"""How far a text came: a join of reports that ends the same in any order and number of them.

`accepted < queued < sent < failed < undelivered < delivered`, for carriers do send `failed` after
`delivered` (carriers.md §0.6); below them our own words for "not yet" and "we cannot know".
"""

from functools import reduce
from typing import get_args

import msgspec

from schemas.base import DeliveryStatus
from schemas.delivery import ShownStatus

_ORDER: tuple[str, ...] = ("pending", "unknown", *get_args(DeliveryStatus))
_FAILURES = frozenset({"failed", "undelivered"})
_ENDS = _FAILURES | {"delivered"}


class Report(msgspec.Struct, frozen=True):
    """What is known of one attempt; the code and the words belong to the status."""

    status: ShownStatus = "pending"
    code: str | None = None
    text: str | None = None


def join(*reports: Report) -> Report:
    """Give what these reports say together; commutative, associative, idempotent."""
    return reduce(lambda one, other: max(one, other, key=_rank), reports, Report())


def _rank(report: Report) -> tuple[int, str, str]:
    """Order all reports totally, so that even the words do not depend on who came first."""
    return (_ORDER.index(report.status), report.code or "", report.text or "")


def is_end(status: ShownStatus) -> bool:
    """Tell whether nothing more is expected, though a better report may still come."""
    return status in _ENDS


def has_failed(status: ShownStatus) -> bool:
    return status in _FAILURES
