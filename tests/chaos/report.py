"""The published table: faults by invariants by seeds, added up over all runs of `make chaos`.

Each run adds its verdicts to `docs/proof/chaos.json`; `docs/proof/chaos.md` is drawn from that
between two marks, and what stands outside of them is written by people.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import msgspec

from deploy.local.layout import ROOT
from tests.chaos.nemeses import catalogue
from tests.chaos.run import Verdict
from tests.checking.checker import NAMES

DATA, PAGE = ROOT / "docs" / "proof" / "chaos.json", ROOT / "docs" / "proof" / "chaos.md"
_BEGIN, _END = "<!-- table: drawn by `make chaos` -->", "<!-- end of table -->"


class Tried(msgspec.Struct):
    """One seed as it is kept."""

    seed: int
    commit: str
    faults: list[str]
    found: dict[str, int]
    seconds: float
    settled: float
    texts: int
    records: int


def add(verdicts: Sequence[Verdict], commit: str) -> None:
    """Add a run, and draw the page anew."""
    kept = read() + [_kept(one, commit) for one in verdicts]
    DATA.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=0) + b"\n")
    draw(PAGE, kept)


def read() -> list[Tried]:
    """Read what all runs before have found."""
    return msgspec.json.decode(DATA.read_bytes(), type=list[Tried]) if DATA.exists() else []


def draw(page: Path, kept: Sequence[Tried]) -> None:
    """Put the table between its marks."""
    before, _, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    page.write_text(f"{before}{_BEGIN}\n\n{table(kept)}\n{_END}{after}", encoding="utf-8")


def table(kept: Sequence[Tried]) -> str:
    """Say for each row of the fault table how often it struck, and what was found with it."""
    texts, records = sum(one.texts for one in kept), sum(one.records for one in kept)
    clean = sum(not one.found for one in kept)
    settled = sorted(one.settled for one in kept if one.settled >= 0)
    seconds = sorted(one.seconds for one in kept)[len(kept) // 2]
    middle, last = (settled[len(settled) // 2], settled[-1]) if settled else (0.0, 0.0)
    summary = (
        f"{len(kept)} seeds at {len({one.commit for one in kept})} commits, the last"
        f" {kept[-1].commit}; {clean} without a finding, {texts:,} texts of customers,"
        f" {records:,} records. Peace after the faults: {middle:.1f} s in the middle,"
        f" {last:.1f} s at most. A seed takes {seconds:.0f} s in the middle."
    )
    lines = [
        summary,
        "",
        "| fault | seeds | clean | " + " | ".join(NAMES) + " |",
        "|---|---|---|" + "---|" * len(NAMES),
    ]
    for id_, title in catalogue.rows().items():
        mine = [one for one in kept if id_ in one.faults]
        counts = [sum(name in one.found for one in mine) for name in NAMES]
        told = " | ".join(str(count) if count else "·" for count in counts)
        lines.append(f"| {id_} {title} | {len(mine)} | {sum(not m.found for m in mine)} | {told} |")
    return "\n".join([*lines, "", *_findings(kept), ""])


def _findings(kept: Sequence[Tried]) -> list[str]:
    """List the seeds that found something, as they were found; people say beside it what it was."""
    found = [one for one in kept if one.found]
    if not found:
        return []
    rows = (
        f"| {one.seed} | {one.commit} | {' '.join(one.faults)} | {', '.join(one.found)} |"
        for one in found
    )
    return ["| seed | commit | faults | found |", "|---|---|---|---|", *rows]


def _kept(verdict: Verdict, commit: str) -> Tried:
    found: dict[str, int] = {}
    for anomaly in verdict.anomalies:
        found[anomaly.name] = found.get(anomaly.name, 0) + 1
    return Tried(
        seed=verdict.seed,
        commit=commit,
        faults=verdict.faults,
        found=found,
        seconds=round(verdict.seconds, 1),
        settled=round(verdict.settled, 1),
        texts=verdict.texts,
        records=verdict.records,
    )


def git_commit() -> str:
    """Name the commit that is being tried."""
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() or "unknown"
