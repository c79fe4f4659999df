"""Tandem: `tandem replay`, beside the read models that serve."""

import asyncio
import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.accept import saturate
from benchmarks.crowd import inbound_of
from benchmarks.peers.contest import Measured, Run, metered
from benchmarks.peers.ours import card, pids, settled, system_of_the_town
from benchmarks.peers.replay.events import TEXTS, with_cpu
from benchmarks.replay import ops
from benchmarks.webhooks import Inbound, Pool
from tests.support import town
from tests.support.system import Running

CARD = card(
    durable="the read models by PostgreSQL, without waiting for its disk: the log has it all",
    tuned="nothing: as `tandem replay` does it",
)


@contextmanager
def started(home: Path) -> Iterator[Run]:
    """Start all of Tandem, and let texts come in."""
    with system_of_the_town(home) as system:
        asyncio.run(_fill(inbound_of(system, town.ALICES_NUMBER), pids(system)))

        def run(_: int) -> Measured:
            ended = _children()
            with metered(pids(system)) as used:
                said = _ops(system, "replay", "--no-switch")
            used["replay"] = _children() - ended
            found = re.search(r"(\S+): (\d+) records in ([\d.]+) s", said)
            if found is None:
                raise AssertionError(said)
            _ops(system, "read-models", "discard", found[1])
            return with_cpu({"events": int(found[2]), "seconds": float(found[3])}, used)

        yield run


async def _fill(inbound: Inbound, trees: dict[str, int]) -> None:
    texts = [inbound.text(f"+1202666{n % 500:04}", f"replay {n}") for n in range(TEXTS)]
    pool = await Pool(inbound.public).open()
    await saturate(pool, texts)
    pool.close()
    await settled(trees)


def _ops(system: Running, *arguments: str) -> str:
    done = ops(system, *arguments)
    if done.returncode:
        raise AssertionError(f"{done.stdout[-500:]} {done.stderr[-500:]}")
    return done.stdout


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
