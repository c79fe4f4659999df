"""M9: what a message costs in CPU, over every process of the system."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.footprint import cpu_seconds
from benchmarks.openloop import at_rate
from benchmarks.plots import plot
from benchmarks.webhooks import Inbound, Pool
from tests.support.api import Api
from tests.support.waiting import eventually

#: Messages a second, and for how long. The second is more than two cores can carry, so that what
#: waits is worked on in batches.
STEADY, TOO_MANY = (100, 15.0), (500, 8.0)
_CUSTOMERS, _LIMIT_SECONDS = 50, 120


@dataclass(frozen=True)
class Cost:
    """CPU-seconds for a thousand messages, by process, at so many offered and carried a second."""

    offered: int
    carried: float
    parts: Mapping[str, float]

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {cpu:.2f}" for name, cpu in self.parts.items())
        total = sum(self.parts.values())
        return f"{total:.2f} CPU-s, all on screen at {self.carried:.0f}/s ({parts})"


async def measure(
    api: Api, pids: Mapping[str, int], pool: Pool, inbound: Inbound, load: tuple[int, float]
) -> Cost:
    """Let messages come in at a fixed rate until all are on screen; gives CPU by process."""
    rate, seconds = load
    many = int(rate * seconds)
    customers = [f"+12028{rate // 100:02}{n:04}" for n in range(_CUSTOMERS)]
    requests = [inbound.text(customers[n % _CUSTOMERS], f"cost {rate} {n}") for n in range(many)]
    before = {name: cpu_seconds(pid) for name, pid in pids.items()}
    began = time.perf_counter()
    await at_rate(rate, seconds, lambda n: pool.accepted(requests[n]))

    async def all_seen() -> bool:
        listed = (await api.get("/conversations", limit=100))["items"]
        shown = [one for one in listed if one["preview"]["text"].startswith(f"cost {rate} ")]
        return sum(int(one["last_position"]) for one in shown) >= many

    await eventually(all_seen, _LIMIT_SECONDS, every=0.5)
    took = time.perf_counter() - began
    used = {name: cpu_seconds(pid) - before[name] for name, pid in pids.items()}
    return Cost(
        load[0], many / took, {name: cpu / many * 1000 for name, cpu in sorted(used.items())}
    )


def plotted(costs: Sequence[Cost]) -> list[str]:
    """Draw what each process takes, the steady load before the one that is too much."""
    return plot(
        "CPU-seconds for 1,000 messages",
        list(costs[0].parts),
        "CPU-s",
        {f"offered at {one.offered}/s": list(one.parts.values()) for one in costs},
        kind="bar",
    )
