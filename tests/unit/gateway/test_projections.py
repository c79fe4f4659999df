"""Each event determines whole rows, and one stream feeds each row."""

from collections import defaultdict

import pytest

from services.gateway.domain.rows import TABLES, Row
from services.gateway.projections import project
from tests.support.gateway_words import Story, a_busy_morning


def _rows(story: Story) -> list[tuple[tuple[str, str], Row]]:
    return [
        ((envelope.type.partition(".")[0], envelope.subject), row)
        for envelope in story.told
        for row in project(envelope)
    ]


def test_a_row_has_exactly_the_columns_of_its_table() -> None:
    for _, row in _rows(a_busy_morning("acme")):
        assert set(row.values) == set(TABLES[row.table].columns), row.table


def test_a_row_is_fed_by_one_stream_only() -> None:
    streams = defaultdict(set)
    for stream, row in _rows(a_busy_morning("acme")):
        key = tuple(row.values[column] for column in TABLES[row.table].key)
        streams[row.table, key].add(stream)

    assert {key: found for key, found in streams.items() if len(found) > 1} == {}


def test_a_busy_morning_touches_every_table_but_a_retry() -> None:
    touched = {row.table for _, row in _rows(a_busy_morning("acme"))}

    assert set(TABLES) - touched == {"retry"}


def test_what_postgres_cannot_hold_is_replaced() -> None:
    texts = [
        row.values["text"] for _, row in _rows(a_busy_morning("acme")) if row.table == "message"
    ]

    assert "Is my order ready? \ufffd" in texts


@pytest.mark.parametrize("times", [2, 3])
def test_projecting_again_gives_the_same_rows(times: int) -> None:
    story = a_busy_morning("acme")

    assert all(_rows(story) == _rows(story) for _ in range(times))
