"""M9: what a message costs in CPU, over every process of the system."""

import time
from collections.abc import Mapping

from benchmarks.footprint import cpu_seconds
from benchmarks.openloop import at_rate
from benchmarks.webhooks import Inbound, Pool
from tests.support.api import Api
from tests.support.waiting import eventually

RATE, SECONDS = 100, 15.0


async def measure(api: Api, pids: Mapping[str, int], pool: Pool, inbound: Inbound) -> list[str]:
    """Let messages come in at a fixed rate until all are on screen; gives CPU by process."""
    many = int(RATE * SECONDS)
    requests = [inbound.text(f"+1202888{n % 50:04}", f"cost {n}") for n in range(many)]
    before = {name: cpu_seconds(pid) for name, pid in pids.items()}
    began = time.perf_counter()
    await at_rate(RATE, SECONDS, lambda n: pool.accepted(requests[n]))

    async def all_seen() -> bool:
        listed = (await api.get("/conversations", limit=100))["items"]
        shown = [one for one in listed if one["preview"]["text"].startswith("cost ")]
        return sum(int(one["last_position"]) for one in shown) >= many

    await eventually(all_seen, 60, every=0.5)
    used = {name: cpu_seconds(pid) - before[name] for name, pid in pids.items()}
    total = sum(used.values()) / many * 1000
    parts = ", ".join(f"{name} {cpu / many * 1000:.2f}" for name, cpu in sorted(used.items()))
    return [f"{total:.2f} CPU-s", parts, f"{time.perf_counter() - began:.1f} s"]
