"""A seed is a run: byte by byte the same, on any machine, in any order of hashes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.__main__ import CORPUS, corpus
from tests.simulation.machine import EVERY_POINT, merged
from tests.simulation.run import Plan, Verdict, simulate

ROOT = Path(__file__).resolve().parents[2]
SHORT = 8
#: Two seeds take their time: one worker runs them for all who look at them.
looks_at_them = pytest.mark.xdist_group("verdicts")


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    """Two seeds, run to their end."""
    return [simulate(Plan(seed=seed)) for seed in (7, 8)]


def _told(seed: int, hashes: str) -> str:
    """Run a seed in a process of its own; gives what it says of it, but for its speed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--seed", str(seed), "--bursts", str(SHORT)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hashes},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[0].split(" · ", 2)[2]


def test_the_same_seed_is_the_same_history_whatever_the_order_of_hashes() -> None:
    assert _told(3, "1") == _told(3, "2")


def test_another_seed_is_another_history() -> None:
    assert simulate(Plan(seed=3, bursts=2)).digest != simulate(Plan(seed=4, bursts=2)).digest


@looks_at_them
def test_days_with_faults_leave_nothing_wrong(verdicts: list[Verdict]) -> None:
    for verdict in verdicts:
        assert verdict.anomalies == [], f"make simulate SEED={verdict.seed}"


@looks_at_them
def test_every_crash_point_is_hit(verdicts: list[Verdict]) -> None:
    crashed = merged(verdict.crashed for verdict in verdicts)
    assert [point for point in EVERY_POINT if not crashed[point]] == []


@looks_at_them
def test_ten_thousand_simulated_minutes_pass_in_a_minute_of_cpu(verdicts: list[Verdict]) -> None:
    minutes, seconds = sum(v.minutes for v in verdicts), sum(v.cpu_seconds for v in verdicts)
    assert minutes / seconds * 60 >= 10_000


def test_the_corpus_names_its_seeds_and_what_they_found() -> None:
    lines = [line for line in CORPUS.read_text().splitlines() if not line.startswith("#")]
    assert len(corpus()) == len(lines) > 0
    assert all(" · " in line for line in lines)
