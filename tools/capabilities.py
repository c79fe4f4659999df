"""Draw docs/capabilities.md: every capability, the tests that name it, and whether it is shown.

A browser test of a row of the portal is called `test_<family>_<numbers>_…`, and a row shows the
capabilities that docs/capabilities.toml lists beside it. Any other test names a capability by its
two-digit ID in its docstring. With `--check` nothing is written and a stale page fails.
"""

import argparse
import ast
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "docs" / "capabilities.toml"
PAGE = ROOT / "docs" / "capabilities.md"
TESTS = ROOT / "tests"
_BROWSER = Path("e2e") / "portal"
_ID = re.compile(r"\b([A-Z]+-\d{1,2})\b(?!-)")
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
_HEAD = """# What people can do, and what shows it

Drawn by `make capabilities` from `docs/capabilities.toml` and the tests; `make check` fails while
it is stale. A capability is **shown** when a test names it, or when the browser tests of all rows
of the portal that stand for it are there.

"""


@dataclass(frozen=True)
class Test:
    """A test function: its name, its file below tests/, and the IDs it stands for."""

    name: str
    file: str
    ids: frozenset[str]


def main() -> int:
    """Write the page anew, or say with `--check` that it is stale."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    fresh = draw(tomllib.loads(LIST.read_text()), list(tests_below(TESTS)))
    if PAGE.exists() and fresh == PAGE.read_text():
        return 0
    if arguments.parse_args().check:
        print("docs/capabilities.md is stale; run `make capabilities`")
        return 1
    PAGE.write_text(fresh)
    return 0


def tests_below(folder: Path) -> Iterator[Test]:
    """Every test function below `folder` that stands for a row or a capability."""
    for path in sorted(folder.rglob("test_*.py")):
        file = path.relative_to(folder)
        browser = file.is_relative_to(_BROWSER)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, _FUNCTION) and node.name.startswith("test_"):
                ids = set(_ID.findall(ast.get_docstring(node) or ""))
                ids |= {f"row {one}" for one in rows_named(node.name) if browser}
                if ids:
                    yield Test(node.name, str(file), frozenset(ids))


def rows_named(name: str) -> list[str]:
    """The rows in a test's name: `test_att_3_to_5_and_send_2_x`, ATT-3 to ATT-5 and SEND-2."""
    family, *words = name.removeprefix("test_").split("_")
    rows, before = list[tuple[str, int]](), ""
    for word, following in pairwise([*words, ""]):
        if word.isdigit():
            first = rows[-1][1] + 1 if before == "to" and rows else int(word)
            rows += [(family, row) for row in range(first, int(word) + 1)]
        elif before == "and" and following.isdigit():
            family = word
        elif word not in {"and", "to"}:
            break
        before = word
    return [f"{family.upper()}-{row}" for family, row in rows]


def shown(listed: dict[str, dict[str, list[str]]], tests: list[Test]) -> dict[str, list[Test]]:
    """Of each capability, the tests that show it; none, where only some of its rows are there."""
    by_id: dict[str, list[Test]] = defaultdict(list)
    for test in tests:
        for one in test.ids:
            by_id[one].append(test)
    rows_of: dict[str, list[str]] = defaultdict(list)
    for row, capabilities in listed["rows"].items():
        for capability in capabilities:
            rows_of[capability].append(f"row {row}")
    result = {}
    for capability in listed["capabilities"]:
        rows = rows_of[capability]
        through_rows = [test for row in rows for test in by_id[row]]
        complete = bool(rows) and all(by_id[row] for row in rows)
        result[capability] = by_id[capability] + (through_rows if complete else [])
    return result


def draw(listed: dict[str, dict[str, list[str]]], tests: list[Test]) -> str:
    """Put the page together."""
    showing = shown(listed, tests)
    there = {one for test in tests for one in test.ids}
    open_rows = [row for row in listed["rows"] if f"row {row}" not in there]
    done = sum(bool(found) for found in showing.values())
    rows = len(listed["rows"])
    lines = [
        f"{_HEAD}{done} of {len(showing)} capabilities are shown;",
        f"{rows - len(open_rows)} of {rows} rows of the portal have their browser test.",
        "",
        "| ID | capability | accepted when | shown by | state |",
        "|---|---|---|---|---|",
    ]
    for capability, (name, accepted) in listed["capabilities"].items():
        named = sorted({f"`{test.file}::{test.name}`" for test in showing[capability]})
        state = "shown" if named else "open"
        cell = "<br>".join(named) or "none"
        lines.append(f"| {capability} | {name} | {accepted.replace('|', '/')} | {cell} | {state} |")
    lines += [
        "",
        f"Rows of the portal without a browser test yet: {', '.join(open_rows) or 'none'}.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
