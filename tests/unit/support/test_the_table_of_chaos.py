"""`make chaos` adds to what was published before, and writes between its marks only."""

from pathlib import Path

import pytest

from tests.chaos import report
from tests.chaos.run import Verdict
from tests.checking.evidence import Anomaly

_PAGE = """By people.

<!-- table: drawn by `make chaos` -->
<!-- end of table -->
By people too.
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    page = tmp_path / "chaos.md"
    page.write_text(_PAGE, encoding="utf-8")
    monkeypatch.setattr(report, "PAGE", page)
    monkeypatch.setattr(report, "DATA", tmp_path / "chaos.json")
    return page


def _verdict(seed: int, *found: Anomaly) -> Verdict:
    return Verdict(seed, ["F1", "F8"], list(found), 20.0, 2.0, 10, 20, 300)


def test_runs_add_up_and_name_their_commits(page: Path) -> None:
    report.add([_verdict(1)], "aaa")
    report.add([_verdict(1), _verdict(2, Anomaly("stuck", "one"), Anomaly("stuck", "two"))], "bbb")
    told = page.read_text(encoding="utf-8")
    assert "3 seeds at 2 commits, the last bbb; 2 without a finding" in told
    assert "| F8 database killed | 3 | 2 |" in told
    assert "| 2 | bbb | F1 F8 | stuck |" in told


def test_what_people_wrote_stays(page: Path) -> None:
    for _ in range(2):
        report.add([_verdict(1)], "aaa")
    told = page.read_text(encoding="utf-8")
    assert (told.startswith("By people.\n"), told.endswith("By people too.\n")) == (True, True)
    assert told.count("<!-- table") == told.count("<!-- end of table -->") == 1
