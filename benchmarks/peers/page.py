"""Draws docs/proof/peers.md: each figure ours and theirs, how they compare, and on what terms."""

import os
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.peers.contest import DUELS, OURS, RUNS, Duel, Figure, Outcome, duel
from benchmarks.peers.places import ROOT, version_of
from benchmarks.report import QUIET_LOAD, machine

LATEST = ROOT / "benchmarks" / "results" / "peers.md"
PUBLISHED = ROOT / "docs" / "proof" / "peers.md"
_HEAD = f"""\
# Side by side with peers

Written by `make peers` on one machine in one go: one contender at a time, load and contender on
the same cores, a run to warm up, then {RUNS} runs. A cell is the median of the runs and, in
brackets, the least and the most. Behind it stands how Tandem compares: **2x** is twice as good as
that peer, 0.5x half as good. Requests leave at their intended times, and a stall is charged to all
that it delays. CPU is of every process that takes part, PostgreSQL, brokers and web servers
included. What each keeps on stable storage before it says yes differs, and stands beneath.
"""


def write(box: str, load: float, outcomes: dict[str, list[Outcome]]) -> Path:
    """Keep the page; publish it if all duels ran on a box that was quiet. Gives where it is."""
    quiet = load <= QUIET_LOAD and set(outcomes) == set(DUELS)
    LATEST.parent.mkdir(exist_ok=True)
    places = [LATEST, PUBLISHED] if quiet else [LATEST]
    for place in places:
        place.write_text(text(box, outcomes, place), encoding="utf-8")
    return places[-1]


def text(box: str, outcomes: dict[str, list[Outcome]], place: Path) -> str:
    """Give the whole page, with links as from where it is kept."""
    lines = [_HEAD, f"{machine()}.", "", box]
    for name, found in outcomes.items():
        lines += ["", *_section(duel(name), found, place)]
    return "\n".join(lines) + "\n"


def _section(about: Duel, found: Sequence[Outcome], place: Path) -> list[str]:
    ran = [one for one in found if one.runs]
    ours = next((one for one in ran if one.name == OURS), None)
    lines = [f"## {about.title}", "", about.work, ""]
    lines += ["| | " + " | ".join(one.card.name for one in ran) + " |"]
    lines += ["|---|" + "---|" * len(ran)]
    for figure in about.figures:
        cells = " | ".join(_cell(figure, one, ours) for one in ran)
        lines.append(f"| {figure.what}{', ' + figure.unit if figure.unit else ''} | {cells} |")
    lines += ["", *_behind(about, ran, ours), about.learnt, "", *_terms(found, place)]
    return lines


def _cell(figure: Figure, one: Outcome, ours: Outcome | None) -> str:
    values = [run[figure.key] for run in one.runs if figure.key in run]
    if not values:
        return "-"
    said = f"{_said(median(values))} ({_said(min(values))}..{_said(max(values))})"
    times = _times(figure, one, ours)
    return said if times is None else f"{said} · {_marked(times)}"


def _times(figure: Figure, one: Outcome, ours: Outcome | None) -> float | None:
    """Tell how many times as good as a peer we are, if that can be said."""
    if ours is None or one is ours or not figure.better:
        return None
    here = [run[figure.key] for run in ours.runs if figure.key in run]
    there = [run[figure.key] for run in one.runs if figure.key in run]
    if not here or not there or not median(here) or not median(there):
        return None
    ratio = median(there) / median(here)
    return ratio if figure.better == "less" else 1 / ratio


def _marked(times: float) -> str:
    return f"**{times:.3g}x**" if times >= 1 else f"{times:.2g}x"


def _said(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _behind(about: Duel, ran: Sequence[Outcome], ours: Outcome | None) -> list[str]:
    """Say in words where we lose."""
    lost = []
    for one in ran:
        figures = [(figure, _times(figure, one, ours)) for figure in about.figures]
        worse = [f"{figure.what} ({t:.2g}x)" for figure, t in figures if t is not None and t < 1]
        lost += [f"- behind {one.card.name}: {'; '.join(worse)}"] if worse else []
    return [*lost, ""] if lost else []


def _terms(found: Sequence[Outcome], place: Path) -> list[str]:
    lines = ["| | version | licence | on stable storage when it says yes | tuned |"]
    lines += ["|---|---|---|---|---|"]
    for one in found:
        card, name = one.card, one.card.name
        if card.configured:
            link = os.path.relpath(ROOT / card.configured, place.parent)
            name = f"[{name}]({link})"
        tuned = f"**not run**: {_plain(one.why_not)}" if one.why_not else card.tuned
        row = (name, version_of(card), card.licence, card.durable, tuned)
        lines.append(f"| {' | '.join(row)} |")
    return lines


def _plain(why: str) -> str:
    return why.replace("\n", " ").replace("|", "/").replace(str(ROOT), ".")
