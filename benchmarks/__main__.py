"""`make bench`: starts everything, measures, and writes benchmarks/results/latest.md."""

import asyncio
import platform
import subprocess
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks import accept, carriers, claim, cost, dispatch, lists, replay, ruler, screen
from benchmarks.webhooks import Inbound, Pool
from tests.support import town
from tests.support.api import Api, bearer, token_of
from tests.support.system import Running, running_system
from tests.support.waiting import eventually

RESULTS = Path(__file__).with_name("results") / "latest.md"
_AT_ONCE = 8


async def main() -> None:
    """Measure all of it in one run, the box first."""
    lines = ["# Measured", "", _versions(), ""]
    lines += [await ruler.describe(), ""]
    home = Path(".tandem") / "bench"
    home.mkdir(parents=True, exist_ok=True)
    file = town.write(home / "town.toml")
    with running_system("--no-traffic", "--directory", str(file)) as system:
        lines += await _measure(system)
    sends = await asyncio.to_thread(dispatch.measure)
    lines.append(f"| dispatch to a null carrier, {dispatch.NUMBERS:,} numbers | {sends} |")
    lines += [
        "",
        "## The conversation list over a growing history",
        "",
        *await asyncio.to_thread(lists.measure),
    ]
    lines += ["", "## A webhook of each carrier, on one core", "", *carriers.table()]
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


async def _measure(system: Running) -> list[str]:
    places = system.state["addresses"]
    inbound = Inbound(system.account("twilio"), places["webhooks"], town.ALICES_NUMBER)
    pool = await Pool(places["webhooks"]).open()
    token = await token_of(system.portal, "alice", system.sign_ins["alice"])
    rows = ["| what | measured |", "|---|---|"]
    async with bearer(system.portal, "alice", token) as alice:
        seen = await screen.measure(alice, system.portal, token, pool, inbound)
        rows.append(f"| webhook → agent's WebSocket at {screen.RATE}/s | {seen} |")
        total, parts, _ = await cost.measure(alice, system.state["pids"], pool, inbound)
        rows.append(f"| CPU per 1,000 inbound messages at {cost.RATE}/s | {total} ({parts}) |")
    rows += await _claims(system, pool)
    rows += await _accepting(system, inbound)
    rows.append(
        f"| replay into fresh read models | {await asyncio.to_thread(replay.measure, system)} |"
    )
    return rows


async def _claims(system: Running, pool: Pool) -> list[str]:
    number = town.CROWD_NUMBERS["twilio"]
    inbound = Inbound(system.account("twilio"), system.state["addresses"]["webhooks"], number)
    slots = asyncio.Semaphore(_AT_ONCE)

    async def sign_in(index: int, login: str) -> str:
        async with slots:
            source = f"127.0.1.{index % 250 + 1}"
            return await token_of(system.portal, login, system.sign_ins[login], source)

    tokens = await asyncio.gather(*(sign_in(n, one) for n, one in enumerate(town.CROWD)))
    async with AsyncExitStack() as stack:
        agents = [
            await stack.enter_async_context(bearer(system.portal, login, token))
            for login, token in zip(town.CROWD, tokens, strict=True)
        ]
        for agent in agents:
            await agent.post(f"/queues/{town.CROWD_QUEUE}/login")
        for n in range(claim.ROUNDS):
            await pool.accepted(inbound.text(f"+1202999{n:04}", f"claim {n}"))
        waiting = await _waiting(agents[0])
        won, lost, doubles = await claim.measure(agents, town.CROWD_QUEUE, waiting)
    many = len(town.CROWD)
    return [
        f"| claim, {many} contenders: the winner's round trip | {won} |",
        f"| claim, {many} contenders: the losers' definite answer | {lost} |",
        f"| claim: rounds without exactly one holder | {doubles} |",
    ]


async def _waiting(agent: Api) -> list[str]:
    async def all_wait() -> list[str]:
        board = (await agent.get("/bootstrap"))["waiting"]
        mine = [one["conversation_id"] for one in board if one["queue_id"] == town.CROWD_QUEUE]
        return mine if len(mine) >= claim.ROUNDS else []

    return await eventually(all_wait, 60, every=0.2)


async def _accepting(system: Running, inbound: Inbound) -> list[str]:
    pid = int(system.state["pids"]["ingest"])
    steady, most = await accept.measure(system.state["addresses"]["webhooks"], pid, inbound)
    with accept.null_server(system.home / "logs") as (base, null_pid):
        null_steady, null_most = await accept.measure(base, null_pid, inbound)
    return [
        f"| accept on stable storage at {accept.RATE}/s | {steady} |",
        f"| null server at {accept.RATE}/s | {null_steady} |",
        f"| accept, as fast as it goes | {most} |",
        f"| null server, as fast as it goes | {null_most} |",
    ]


def _versions() -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - git is found on PATH
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return (
        f"Commit {commit}, Python {platform.python_version()}, {platform.system()} "
        f"{platform.release()}. The load runs on the same cores."
    )


if __name__ == "__main__":
    asyncio.run(main())
