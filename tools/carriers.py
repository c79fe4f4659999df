"""Put every carrier's own example account into deploy/carriers.example.toml.

Its own stands beside its fixtures: what is added with a carrier lies in its folder, and no list
of carriers is kept by hand. With `--check` nothing is written and a stale file fails.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "deploy" / "carriers.example.toml"
FIXTURES = ROOT / "tests" / "fixtures" / "carriers"
_MARK = "# --- every carrier's own, from tests/fixtures/carriers/*/example.toml ---\n"


def main() -> int:
    """Write the file anew, or say with `--check` that it is stale."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    page = PAGE.read_text()
    fresh = put_together(page)
    if fresh == page:
        return 0
    if arguments.parse_args().check:
        print("deploy/carriers.example.toml is stale; run `python -m tools.carriers`")
        return 1
    PAGE.write_text(fresh)
    return 0


def put_together(page: str) -> str:
    """Keep what stands above the mark, and put the examples below it."""
    above = page.partition(_MARK)[0]
    examples = [path.read_text() for path in sorted(FIXTURES.glob("*/example.toml"))]
    return "\n".join([above + _MARK, *examples])


if __name__ == "__main__":
    sys.exit(main())
