"""`make chaos`: real processes, real faults, by seed; says what was found, and keeps the table.

python -m tests.chaos --seed 7          one seed
python -m tests.chaos --seeds 20        the corpus, then as many seeds from --first on
python -m tests.chaos --fault F21       every nemesis of one row
"""

import argparse
import asyncio
import itertools
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.chaos import report
from tests.chaos.nemeses import catalogue
from tests.chaos.run import Verdict, rig
from tests.chaos.scene import Fault

CORPUS = Path(__file__).with_name("corpus.txt")
_MOST_TOLD, _MOST_TEXT = 10, 500
#: A stack whose log has grown so long is ended, and a fresh one is started.
_SEEDS_A_STACK = 12
Work = Sequence[tuple[int, list[Fault]]]


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def tell(verdict: Verdict) -> None:
    """Say what came of one seed."""
    say(
        f"seed {verdict.seed} · {'+'.join(verdict.faults)} · {verdict.seconds:.1f} s, settled in"
        f" {verdict.settled:.1f} s · {verdict.texts} texts · {verdict.wishes} wishes and answers ·"
        f" {verdict.records} records"
    )
    if verdict.left_out:
        say(f"  cannot be done here: {', '.join(verdict.left_out)}")
    for anomaly in verdict.anomalies[:_MOST_TOLD]:
        say(f"  {anomaly.name}: {anomaly.text[:_MOST_TEXT]}")


def corpus() -> Work:
    """Read what once found something: titles, for what a number chooses changes with the table."""
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    told = (line.split(": ", 1) for line in lines if line and not line.startswith("#"))
    return [(int(seed), [catalogue.titled(one) for one in faults.split("; ")])
            for seed, faults in told]  # fmt: skip


async def run(work: Work, *, keep: bool) -> list[Verdict]:
    """Run seeds; a stack serves a dozen of them, and none after one that it did not survive."""
    found: list[Verdict] = []
    while left := list(work)[len(found) :]:
        brokers = catalogue.brokers(left[0][1])
        like = itertools.takewhile(lambda one: catalogue.brokers(one[1]) == brokers, left)  # noqa: B023 - used up at once
        stage = await rig(brokers=brokers)
        try:
            for seed, faults in itertools.islice(like, _SEEDS_A_STACK):
                verdict = await stage.run(seed, faults)
                tell(verdict)
                found.append(verdict)
                if keep:
                    report.add([verdict], report.git_commit())
                if verdict.settled < 0:
                    break
        finally:
            await stage.close()
    return found


def _work(given: argparse.Namespace) -> Work:
    if given.fault:
        return [(given.first, [fault]) for fault in catalogue.named(given.fault)]
    if given.seed is not None:
        return [(given.seed, catalogue.chosen(given.seed))]
    fresh = range(given.first, given.first + given.seeds)
    return [*corpus(), *((seed, catalogue.chosen(seed)) for seed in fresh)]


def main() -> int:
    """Run, tell, and give the exit status: 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="run this seed alone")
    parser.add_argument("--seeds", type=int, default=6, help="how many seeds")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--fault", help="one row of the fault table alone")
    parser.add_argument("--keep", action="store_true", help="add to docs/proof/chaos.md")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: nothing is left behind
    verdicts = asyncio.run(run(_work(given), keep=given.keep))
    clean = sum(not verdict.anomalies for verdict in verdicts)
    say(f"{len(verdicts)} seeds, {clean} without a finding")
    failed = [verdict.seed for verdict in verdicts if verdict.anomalies]
    if failed:
        say(f"logs and history are in test-artifacts/chaos; repeat: make chaos SEED={failed[0]}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
