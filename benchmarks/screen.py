"""M3: from a carrier's webhook to the agent's WebSocket, all hops, committed before the frame."""

import asyncio
import contextlib
import json
import time

import websockets

from benchmarks.openloop import at_rate
from benchmarks.ruler import spread
from benchmarks.webhooks import Inbound, Pool
from tests.support.api import Api

RATE, SECONDS = 100, 20.0
_LATE_SECONDS = 30.0


async def measure(api: Api, portal: str, token: str, pool: Pool, inbound: Inbound) -> str:
    """Send texts to an agent's own number and watch them arrive at their screen."""
    many = int(RATE * SECONDS)
    requests = [inbound.text(f"+1202777{n % 50:04}", f"screen {n}") for n in range(many)]
    feed = (await api.get("/bootstrap"))["feed"]
    arrived: dict[int, float] = {}
    watching = asyncio.create_task(watch(portal, token, feed, arrived, many))
    began = time.perf_counter()
    run = await at_rate(RATE, SECONDS, lambda n: pool.accepted(requests[n]))
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(watching, _LATE_SECONDS)
    times = [at - (began + n / RATE) for n, at in arrived.items()]
    lost = many - len(arrived)
    return f"{spread(times)}, {run.failures} refused, {lost} not seen"


async def watch(
    portal: str, token: str, feed: dict[str, object], arrived: dict[int, float], many: int
) -> None:
    """Look on until so many texts have been seen, and note when."""
    url = f"{portal.replace('http', 'ws', 1)}/api/v1/feed?id={feed['id']}&after={feed['sequence']}"
    headers = {"Authorization": f"Bearer {token}"}
    async with websockets.connect(url, additional_headers=headers, compression=None) as socket:
        while len(arrived) < many:
            text = await socket.recv()
            now = time.perf_counter()
            for number in _numbers(json.loads(text)):
                arrived.setdefault(number, now)


def _numbers(frame: dict[str, object]) -> list[int]:
    """Name the texts that a frame shows."""
    item = frame.get("item")
    said = item.get("text", "") if isinstance(item, dict) else ""
    return [int(said.removeprefix("screen "))] if said.startswith("screen ") else []
