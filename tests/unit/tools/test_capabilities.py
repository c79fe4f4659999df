"""What docs/capabilities.md says is shown, a test shows."""

from pathlib import Path

import pytest

from tools.capabilities import Test as Named
from tools.capabilities import draw, rows_named, shown
from tools.capabilities import tests_below as found_below

LISTED = {
    "capabilities": {"CONV-01": ["Entry", "opens"], "CONV-02": ["One list", "all kinds"]},
    "rows": {"LIST-1": ["CONV-02"], "LIST-2": ["CONV-02"], "LIST-3": []},
}


def named(*ids: str) -> Named:
    return Named("test_it", "unit/test_x.py", frozenset(ids))


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("test_list_3_what_is_new_comes_first", ["LIST-3"]),
        ("test_att_2_and_7_sending_waits", ["ATT-2", "ATT-7"]),
        ("test_att_3_to_6_refused_in_words", ["ATT-3", "ATT-4", "ATT-5", "ATT-6"]),
        ("test_media_1_5_6_8_any_file_opens", ["MEDIA-1", "MEDIA-5", "MEDIA-6", "MEDIA-8"]),
        ("test_live_2_and_live_5_texts_have_neither", ["LIVE-2", "LIVE-5"]),
        ("test_live_3_of_4_words", ["LIVE-3"]),
        ("test_list_8_and_new_2_to_3_whoever_it_is", ["LIST-8", "NEW-2", "NEW-3"]),
        ("test_a_tray_is_accessible", []),
    ],
)
def test_a_browser_tests_name_says_its_rows(name: str, rows: list[str]) -> None:
    assert rows_named(name) == rows


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_test_names_a_capability_whether_it_awaits_or_not(tmp_path: Path, kind: str) -> None:
    (tmp_path / "test_x.py").write_text(f'{kind} test_it():\n    """CONV-01, SHA-256."""\n')
    assert list(found_below(tmp_path)) == [Named("test_it", "test_x.py", frozenset({"CONV-01"}))]


def test_a_capability_that_a_test_names_is_shown() -> None:
    assert [len(found) for found in shown(LISTED, [named("CONV-01")]).values()] == [1, 0]


def test_a_capability_is_not_shown_by_some_of_its_rows() -> None:
    some = shown(LISTED, [named("row LIST-1")])
    every = shown(LISTED, [named("row LIST-1"), named("row LIST-2")])
    assert (len(some["CONV-02"]), len(every["CONV-02"])) == (0, 2)


def test_a_row_is_not_taken_for_the_capability_of_its_name() -> None:
    """A row and a capability may carry the same letters and number."""
    assert not shown(LISTED, [named("row CONV-01")])["CONV-01"]


def test_the_page_counts_and_names_what_is_open() -> None:
    page = draw(LISTED, [named("CONV-01"), named("row LIST-1")])
    assert "1 of 2 capabilities are shown" in page
    assert "1 of 3 rows" in page
    assert "without a browser test yet: LIST-2, LIST-3." in page
