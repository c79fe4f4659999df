"""`make bench`: starts everything, measures, and writes what `benchmarks.report` says."""

import asyncio
from pathlib import Path

from benchmarks import (
    accept,
    carriers,
    claim,
    cost,
    dispatch,
    growth,
    lists,
    replay,
    ringing,
    ruler,
    screen,
    screens,
    timers,
)
from benchmarks.crowd import customers_wait, inbound_of
from benchmarks.footprint import Stopwatch, footprint
from benchmarks.report import Report
from benchmarks.webhooks import Inbound, Pool
from tests.support import town
from tests.support.api import Api, bearer, token_of
from tests.support.crowd import crowd_of
from tests.support.system import Running, running_system


async def main() -> None:
    """Measure all of it in one run, the box first."""
    report = Report(await ruler.describe())
    home = Path(".tandem") / "bench"
    home.mkdir(parents=True, exist_ok=True)
    file = town.write(home / "town.toml")
    since = Stopwatch()
    with running_system("--no-traffic", "--directory", str(file)) as system:
        await _system(report, system, since)
    sends = await asyncio.to_thread(dispatch.measure)
    report.add("-", f"dispatch to a null carrier, {dispatch.NUMBERS:,} numbers", sends)
    listed = await asyncio.to_thread(lists.measure)
    report.sections.append(("M7: the conversation list over a growing history", listed))
    report.sections.append(("M10: growth", await asyncio.to_thread(growth.measure)))
    report.sections.append(("A webhook of each carrier, on one core", carriers.table()))
    print(f"written to {report.write()}")


async def _system(report: Report, system: Running, since: Stopwatch) -> None:
    """Measure the running system, the quiet things first."""
    inbound = inbound_of(system, town.ALICES_NUMBER)
    pool = await Pool(system.state["addresses"]["webhooks"]).open()
    accepted = await pool.accepted(inbound.text("+12025550000", "first"))
    report.add("M11", f"from nothing to the first message (taken: {accepted})", str(since))
    report.add(
        "M11", "the whole stack, idle, carrier simulator included", footprint(system.state["pids"])
    )
    token = await token_of(system.portal, "alice", system.sign_ins["alice"])
    async with bearer(system.portal, "alice", token) as alice:
        seen = await screen.measure(alice, system.portal, token, pool, inbound)
        report.add("M3", f"webhook → agent's WebSocket at {screen.RATE}/s", seen)
        costs = [
            await cost.measure(alice, system.state["pids"], pool, inbound, load)
            for load in (cost.STEADY, cost.TOO_MANY)
        ]
        for one in costs:
            report.add(
                "M9", f"CPU for 1,000 inbound messages, offered at {one.offered}/s", str(one)
            )
        report.sections.append(("M9: CPU by process", cost.plotted(costs)))
    async with crowd_of(system) as agents:
        await _queue(report, system, agents, pool)
    quiet, killed = await timers.measure(system, system.settings["QUEUE_POSTGRES"])
    report.add("M5", f"timers after they were due, {ringing.PENDING:,} others pending", quiet)
    report.add("M5", "the same, the service killed in between", killed)
    await _accepting(report, system, inbound)
    replayed = await asyncio.to_thread(replay.measure, system)
    report.add("M6", "replay into fresh read models", replayed)


async def _queue(report: Report, system: Running, agents: list[Api], pool: Pool) -> None:
    """Measure what two hundred agents of one queue do and see."""
    inbound = inbound_of(system, town.CROWD_NUMBERS["twilio"])
    waiting = await customers_wait(agents[0], pool, inbound, claim.ROUNDS)
    won, lost, doubles = await claim.measure(agents, town.CROWD_QUEUE, waiting)
    many = len(agents)
    report.add("M4", f"claim, {many} contenders: the winner's round trip", won)
    report.add("M4", f"claim, {many} contenders: the losers' definite answer", lost)
    report.add("M4", "claim: rounds without exactly one holder", doubles)
    each, told, back = await screens.measure(system, agents, pool, inbound)
    report.add("M8", "memory of an idle screen", each)
    report.add("M8", f"a customer seen on every screen, {screens.RATE}/s", told)
    report.add("M8", "screens after a kill -9 of the gateway", back)


async def _accepting(report: Report, system: Running, inbound: Inbound) -> None:
    pid = int(system.state["pids"]["ingest"])
    steady, most = await accept.measure(system.state["addresses"]["webhooks"], pid, inbound)
    with accept.null_server(system.home / "logs") as (base, null_pid):
        null_steady, null_most = await accept.measure(base, null_pid, inbound)
    report.add("M2", f"accept on stable storage at {accept.RATE}/s", steady)
    report.add("-", f"null server at {accept.RATE}/s", null_steady)
    report.add("M1", "accept, as fast as it goes", most)
    report.add("-", "null server, as fast as it goes", null_most)


if __name__ == "__main__":
    asyncio.run(main())
