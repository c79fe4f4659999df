"""`make simulate`: run seeds for a while, or one seed exactly; say what was seen, and how fast.

python -m tests.simulation --seed 7           one run, and its digest
python -m tests.simulation --seconds 60       the corpus, then as many seeds as there is time for
"""

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

from tests.checking.evidence import Anomaly
from tests.simulation.machine import EVERY_POINT, merged
from tests.simulation.run import BURSTS, Plan, Verdict, simulate

CORPUS = Path(__file__).with_name("corpus.txt")
#: A run that finds more than this is not told in full.
_MOST_TOLD, _MOST_TEXT = 10, 600
_LARGEST_SEED = 2**31


def corpus() -> list[int]:
    """Read the seeds that once failed."""
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    return [int(line.split()[0]) for line in lines if line and not line.startswith("#")]


def seeds(first: int | None) -> Iterator[int]:
    """Give the corpus, then fresh seeds: from a number on, or any."""
    yield from corpus()
    start = random.randrange(_LARGEST_SEED) if first is None else first  # noqa: S311 - told below
    while True:
        yield start
        start += 1


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def tell(verdict: Verdict) -> None:
    """Say what came of one seed."""
    per_minute = verdict.minutes / verdict.seconds * 60
    per_cpu = verdict.minutes / verdict.cpu_seconds * 60
    say(
        f"seed {verdict.seed} · {verdict.minutes:,.0f} simulated minutes in"
        f" {verdict.seconds:.1f} s ({per_minute:,.0f} a wall minute,"
        f" {per_cpu:,.0f} a CPU minute) · {verdict.wishes} wishes and texts"
        f" · {verdict.records} records · {verdict.restarts} restarts · {verdict.digest[:16]}"
    )
    for anomaly in verdict.anomalies[:_MOST_TOLD]:
        say(f"  {anomaly.name}: {anomaly.text[-_MOST_TEXT:]}")


def summary(verdicts: list[Verdict]) -> None:
    """Say how much was simulated, how fast, and which crash points were hit, and where."""
    minutes, seconds = sum(v.minutes for v in verdicts), sum(v.seconds for v in verdicts)
    used = sum(v.cpu_seconds for v in verdicts)
    crashed = merged(verdict.crashed for verdict in verdicts)
    where = merged(verdict.where for verdict in verdicts)
    hit = [point for point in EVERY_POINT if crashed[point]]
    say(
        f"{len(verdicts)} seeds · {minutes:,.0f} simulated minutes ·"
        f" {minutes / seconds * 60:,.0f} a wall minute, {minutes / used * 60:,.0f} a CPU minute ·"
        f" {sum(v.wishes for v in verdicts):,} wishes and texts ·"
        f" {sum(v.records for v in verdicts):,} records ·"
        f" {sum(v.restarts for v in verdicts):,} restarts"
    )
    say(
        f"crash points: {len(hit)} of {len(EVERY_POINT)}"
        f" ({100 * len(hit) // len(EVERY_POINT)} %), {sum(crashed.values())} crashes at"
        f" {len(where)} places: " + ", ".join(f"{point} {crashed[point]}" for point in EVERY_POINT)
    )
    missed = [point for point in EVERY_POINT if not crashed[point]]
    if missed:
        say(f"not hit: {', '.join(missed)}")


def main() -> int:
    """Run, tell, and give the exit status: 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="simulate", description=__doc__)
    parser.add_argument("--seed", type=int, help="run this seed alone, exactly")
    parser.add_argument("--first", type=int, help="after the corpus, go on from this seed")
    parser.add_argument("--seconds", type=float, default=60.0, help="stop after this long")
    parser.add_argument("--bursts", type=int, default=BURSTS, help="bursts of work in a run")
    given = parser.parse_args()
    verdicts: list[Verdict] = []
    started = monotonic()
    for seed in [given.seed] if given.seed is not None else seeds(given.first):
        verdict = simulate(Plan(seed=seed, bursts=given.bursts))
        tell(verdict)
        verdicts.append(verdict)
        if monotonic() - started > given.seconds:
            break
    summary(verdicts)
    found: list[Anomaly] = [anomaly for verdict in verdicts for anomaly in verdict.anomalies]
    failed = [verdict.seed for verdict in verdicts if verdict.anomalies]
    if failed:
        say(f"found {len(found)} anomalies; repeat with: make simulate SEED={failed[0]}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
