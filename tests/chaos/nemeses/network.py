"""Links that are cut, held one way or both, and slowed down: F12, F13."""

import asyncio
import contextlib
from pathlib import Path

import httpx
import psycopg

from deploy.local.layout import SERVICES
from services.dispatch.adapters.consents import LATEST_SECONDS
from services.kernel.postgres import ANSWER_SECONDS
from tests.chaos import town
from tests.chaos.relay import Link
from tests.chaos.scene import LONG, Fault, Scene, Span
from tests.support.waiting import eventually

_LINKS = (
    "ingest-kafka", "router-kafka", "queue-kafka", "dispatch-kafka", "gateway-kafka",
    "router-postgres", "queue-postgres", "dispatch-postgres", "gateway-postgres",
)  # fmt: skip
#: Longer than dispatch's last gate waits for the end of the log, and shorter than a session.
_GATE_WAITS_SECONDS = LATEST_SECONDS + 0.8
#: How long a question takes each way, so that one is under way when the link is cut.
_ASKING_SECONDS = 0.3
#: Longer than any call waits: a statement's deadline, and giving its connection up.
_LONGER_SECONDS = ANSWER_SECONDS + 15.0
#: Connections that are tried anew, and threads that look names up, may come on top.
_MOST_MORE = 24
_SLOW_SECONDS, _SLOW_BYTES, _LOSS = 0.25, 8_000, 0.01
#: How long a network is slow; and what may be asked again in that time, a share and at least.
_SLOW = Span(4.0, 8.0)
_EXTRA_SHARE, _EXTRA_LEAST = 0.1, 8
_RETRIES = "tandem_retries_total{"


async def partition(scene: Scene) -> None:
    """F12: a service is parted from the broker or the database; one way, two ways, or reset."""
    link = scene.fate.choice(_LINKS)
    relays = scene.stack.relays
    async with scene.may_end(link.partition("-")[0]):
        match scene.fate.choice(("cut", "there", "back", "both")):
            case "cut":
                relays.cut(link)
            case "there":
                relays.hold(link, there=True, back=False)
            case "back":
                relays.hold(link, there=False, back=True)
            case _:
                relays.hold(link)
        await scene.last(LONG)
        scene.stack.healed(link)


async def parted_for_long(scene: Scene) -> None:
    """F12: nobody hears the other for longer than any call's deadline, and nobody hangs up.

    Calls end and are made again; nothing piles up meanwhile, and all is well once it is healed.
    """
    stack, link = scene.stack, scene.fate.choice(_LINKS)
    service = link.partition("-")[0]
    async with scene.may_end(service):
        process = stack.children[service].process
        before = _open_things(process.pid)
        stack.relays.hold(link)
        await asyncio.sleep(_LONGER_SECONDS)
        after = _open_things(process.pid) if process.poll() is None else before
        stack.healed(link)
        await stack.wait_ready(service)
    grown = {name: after[name] - before[name] for name in after}
    few = all(count <= _MOST_MORE for count in grown.values())
    scene.expect(few, f"{service} without {link} has more of {grown}")


def _open_things(pid: int) -> dict[str, int]:
    """Count what a process has open and under way."""
    return {name: len(list(Path(f"/proc/{pid}/{name}").iterdir())) for name in ("fd", "task")}


async def gate_has_to_wait(scene: Scene) -> None:
    """F12: dispatch cannot read who has opted out; nothing goes out until it can, then all does."""
    stack = scene.stack
    async with scene.may_end("dispatch"), asyncio.TaskGroup() as tasks:
        stack.relays.slow("dispatch-kafka", _ASKING_SECONDS)
        for customer in scene.fate.sample(town.CUSTOMERS, 3):
            tasks.create_task(_member_says(scene, customer, "may I?"))
        with contextlib.suppress(AssertionError):
            await eventually(lambda: asyncio.to_thread(_asks, stack.postgres_dsn), LONG.longest)
        stack.relays.cut("dispatch-kafka")
        await asyncio.sleep(_GATE_WAITS_SECONDS)
        stack.healed("dispatch-kafka")


async def _member_says(scene: Scene, customer: str, text: str) -> None:
    line = town.LINES[0]
    body = {"kind": "sms", "to": [customer], "from": line.number}
    opened = await scene.people.wish(line.people[0], "POST", "/conversations", body)
    if opened is not None and opened.is_success:
        await scene.people.say(line.people[0], str(opened.json()["id"]), text)


def _asks(dsn: str) -> bool:
    """Tell whether a call is under way whose gate has not answered."""
    with psycopg.connect(dsn, connect_timeout=3) as plain:
        found = plain.execute(
            "SELECT 1 FROM dispatch.effect WHERE kind = 'send' AND done_at IS NULL"
            " AND started_at IS NOT NULL"
        )
        return found.fetchone() is not None


async def slow(scene: Scene) -> None:
    """F13: half a second a round trip, a chunk in a hundred lost, 8 kB a second on one of two.

    A client that is less patient than the network asks again, and by a fresh connection: what is
    asked again may be a tenth of what was asked.
    """
    stack = scene.stack
    chosen = scene.fate.sample(_LINKS, 2)
    before = {link: _load(stack.relays.links[link]) for link in chosen}
    waits = await _retries(scene)
    for link, rate in zip(chosen, (_SLOW_BYTES, None), strict=True):
        stack.relays.slow(link, _SLOW_SECONDS, rate=rate, loss=_LOSS)
    await scene.last(_SLOW)
    for link in chosen:
        made, asked = (now - was for now, was in zip(_load(stack.relays.links[link]), before[link],
                                                     strict=True))  # fmt: skip
        allowed = max(_EXTRA_SHARE * asked, _EXTRA_LEAST)
        scene.expect(made <= allowed, f"{link}: {made} connections for {asked} requests")
        stack.healed(link)
    extra = {name: count - waits[name] for name, count in (await _retries(scene)).items()
             if name in waits and count - waits[name] > _EXTRA_LEAST}  # fmt: skip
    scene.expect(not extra, f"asked again and again: {extra}")


def _load(link: Link) -> tuple[int, int]:
    return link.made, link.chunks


async def _retries(scene: Scene) -> dict[str, float]:
    """Read how often each service has asked something again, where it can be read."""
    found = {}
    for service, address in scene.stack.places.health.items():
        with contextlib.suppress(httpx.HTTPError):
            answer = await scene.people.client.get(f"http://{address}/metrics")
            lines = [one for one in answer.text.splitlines() if one.startswith(_RETRIES)]
            found[service] = sum(float(line.rpartition(" ")[2]) for line in lines)
    return found


FAULTS = (
    Fault("F12", "network partition", partition, frozenset({"links"})),
    Fault("F12", "parted for longer than any deadline", parted_for_long,
          frozenset({*SERVICES, "kafka", "postgres", "links"})),
    Fault("F12", "dispatch's gate has to wait", gate_has_to_wait,
          frozenset({"dispatch", "router", "gateway", "kafka", "postgres", "links"})),
    Fault("F13", "slow network", slow, frozenset({*SERVICES, "kafka", "postgres", "links"})),
)  # fmt: skip
