"""Put together what the carriers say of themselves: example accounts, and a page of their limits.

`deploy/carriers.example.toml` has every carrier's own example from beside its fixtures, and
`docs/carriers.md` a table of what its module declares: what is added with a carrier lies with it,
and no list of carriers is kept by hand. With `--check` nothing is written and a stale file fails.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from services.carriers import mms
from services.carriers.contract import (
    Carrier,
    most_recipients,
    most_segments,
    pace_of_account,
    paces_of,
    why_no_look_up,
)
from services.carriers.registry import CARRIERS

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "deploy" / "carriers.example.toml"
PAGE = ROOT / "docs" / "carriers.md"
FIXTURES = ROOT / "tests" / "fixtures" / "carriers"
_MARK = "# --- every carrier's own, from tests/fixtures/carriers/*/example.toml ---\n"
_DRAWN = "<!-- drawn by `python -m tools.carriers` from services/carriers -->\n"
_MB = 1_000_000


def main() -> int:
    """Write the files anew, or say with `--check` that one is stale."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    fresh = {path: make(path.read_text()) for path, make in _MADE.items()}
    stale = [path for path, text in fresh.items() if path.read_text() != text]
    if stale and arguments.parse_args().check:
        names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
        print(f"stale: {names}; run `python -m tools.carriers`")
        return 1
    for path in stale:
        path.write_text(fresh[path])
    return 0


def put_together(examples: str) -> str:
    """Keep what stands above the mark, and put the examples below it."""
    above = examples.partition(_MARK)[0]
    texts = [path.read_text() for path in sorted(FIXTURES.glob("*/example.toml"))]
    return "\n".join([above + _MARK, *texts])


def drawn(page: str) -> str:
    """Keep what stands above the mark, and draw the tables below it."""
    return page.partition(_DRAWN)[0] + _DRAWN + "\n" + "\n".join(_tables())


def _tables() -> Iterator[str]:
    yield "| carrier | text, at most | files, at most | group message, at most |"
    yield "|---|---|---|---|"
    for name, carrier in CARRIERS.items():
        yield f"| `{name}` | {_text(carrier)} | {_files(name, carrier)} | {_group(carrier)} |"
    yield ""
    yield "| carrier | segments a second | an outcome that is not known |"
    yield "|---|---|---|"
    for name, carrier in CARRIERS.items():
        unknown = why_no_look_up(carrier) or "Looked up at the carrier."
        yield f"| `{name}` | {_paces(carrier)} | {unknown} |"
    yield ""


def _text(carrier: Carrier) -> str:
    segments = most_segments(carrier)
    more = "" if segments is None else f", {segments} segments"
    return f"{carrier.MAX_TEXT} characters{more}"


def _files(name: str, carrier: Carrier) -> str:
    if not carrier.MAX_FILES:
        return "none"
    limits = mms.limits_of(name)
    return f"{carrier.MAX_FILES}, {limits.total_bytes / _MB:.2f} MB together"


def _group(carrier: Carrier) -> str:
    most = most_recipients(carrier)
    return "each alone" if most == 1 else f"{most} people"


def _paces(carrier: Carrier) -> str:
    paces = [f"{kind} {pace:g}" for kind, pace in paces_of(carrier).items()]
    of_all = pace_of_account(carrier)
    return "; ".join([*paces, *([f"the account {of_all:g}"] if of_all else [])]) or "not known"


_MADE = {EXAMPLES: put_together, PAGE: drawn}


if __name__ == "__main__":
    sys.exit(main())
