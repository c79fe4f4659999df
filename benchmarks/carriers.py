"""What proving and reading a webhook costs, for every carrier of the registry, on one core.

`python -m benchmarks.carriers` prints it by itself; nothing is started.
"""

import statistics
import time
from collections.abc import Callable

from services.carriers.contract import Request
from services.carriers.registry import CARRIERS
from tests.support.webhooks import NOW, account, fixture, sign

#: CPU time, and the median of so many rounds: a neighbour's noise does not count.
ROUNDS = 25
CALLS = 200
_MICROSECONDS = 1e6


def table() -> list[str]:
    """Give one row a carrier; microseconds of CPU time a call, medians."""
    rows = [
        "| carrier | bytes | verify a text | parse it | verify a receipt | parse it |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for carrier in CARRIERS:
        text, receipt = (_signed(carrier, name) for name in ("message", "receipt-delivered"))
        size = len(text.body) + len(text.query)
        figures = [figure for one in (text, receipt) for figure in _measured(carrier, one)]
        rows.append(
            f"| {carrier} | {size} | " + " | ".join(f"{one:.1f} µs" for one in figures) + " |"
        )
    return rows


def _signed(carrier: str, name: str) -> Request:
    return sign(carrier, fixture(carrier, name).request)


def _measured(carrier: str, request: Request) -> tuple[float, float]:
    module, known = CARRIERS[carrier], account(carrier)
    assert module.parse(request, known)
    return (
        _median(lambda: module.verify(request, known, NOW)),
        _median(lambda: module.parse(request, known)),
    )


def _median(call: Callable[[], object]) -> float:
    """Time a call in rounds; the first one warms up and does not count."""
    times = []
    for _ in range(ROUNDS + 1):
        began = time.process_time()
        for _ in range(CALLS):
            call()
        times.append((time.process_time() - began) / CALLS)
    return statistics.median(times[1:]) * _MICROSECONDS


if __name__ == "__main__":
    print("\n".join(table()))
