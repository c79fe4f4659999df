"""`make peers`: every duel, or those that are named; writes what `benchmarks.peers.page` draws."""

import asyncio
import os
import sys
import time

from benchmarks import ruler
from benchmarks.peers import page
from benchmarks.peers.contest import DUELS, Outcome, contenders
from benchmarks.peers.contestant import apart
from benchmarks.peers.places import ROOT

_LOGS = ROOT / ".tandem" / "peers" / "logs"


def main(names: list[str]) -> None:
    """Run the duels one after another, each contender by itself."""
    load = os.getloadavg()[0]
    box = asyncio.run(ruler.describe())
    _LOGS.mkdir(parents=True, exist_ok=True)
    outcomes = {name: [_one(name, other) for other in contenders(name)] for name in names}
    print(f"written to {page.write(box, load, outcomes)}")


def _one(duel: str, name: str) -> Outcome:
    began = time.perf_counter()
    print(f"{duel}: {name} ...", end=" ", flush=True)
    outcome = apart(duel, name, _LOGS)
    said = outcome.why_not or f"{time.perf_counter() - began:.0f} s {outcome.runs}"
    print(said, flush=True)
    return outcome


if __name__ == "__main__":
    main(sys.argv[1:] or list(DUELS))
