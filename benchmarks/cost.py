"""M9: what a message costs in CPU, over every process of the system."""

import time
from collections.abc import Mapping

from benchmarks.footprint import cpu_seconds
from benchmarks.openloop import at_rate
from benchmarks.webhooks import Inbound, Pool
from tests.support.api import Api
from tests.support.waiting import eventually

#: Messages a second, and for how long. The second is more than two cores can carry, so that what
#: waits is worked on in batches.
STEADY, TOO_MANY = (100, 15.0), (500, 8.0)
_CUSTOMERS, _LIMIT_SECONDS = 50, 120


async def measure(
    api: Api, pids: Mapping[str, int], pool: Pool, inbound: Inbound, load: tuple[int, float]
) -> str:
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
    total = sum(used.values()) / many * 1000
    parts = ", ".join(f"{name} {cpu / many * 1000:.2f}" for name, cpu in sorted(used.items()))
    return f"{total:.2f} CPU-s, all on screen at {many / took:.0f}/s ({parts})"
