"""topics.toml is the only description of the log, and it describes something sound."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from schemas.catalog import TOPICS
from schemas.letter import KEEPERS
from tools import topology

ROOT = Path(__file__).resolve().parents[2]
DESCRIBED: dict[str, Any] = tomllib.loads((ROOT / "schemas" / "topics.toml").read_text())
ALL = sorted(DESCRIBED["topics"])


def test_the_catalogue_and_topics_toml_name_the_same_topics() -> None:
    named = {topic for pair in TOPICS.values() for topic in pair if topic}

    assert named == set(ALL)


@pytest.mark.parametrize("name", [name for name in ALL if name.endswith("-events")])
def test_an_event_topic_has_exactly_one_writer_and_is_kept_for_ever(name: str) -> None:
    topic = DESCRIBED["topics"][name]

    assert len(topic["writers"]) == 1
    assert topic["retention"] == "forever"


@pytest.mark.parametrize("name", [name for name in ALL if name.endswith("-commands")])
def test_a_command_topic_has_exactly_one_reader(name: str) -> None:
    topic = DESCRIBED["topics"][name]

    assert len(topic["readers"]) == 1
    assert topic["retention"] == "30d"


def test_who_keeps_letters_hears_what_an_operator_says_of_them() -> None:
    assert set(DESCRIBED["topics"]["letters"]["readers"]) == KEEPERS


@pytest.mark.parametrize("name", ALL)
def test_writers_and_readers_are_services_and_names_have_no_dots(name: str) -> None:
    topic = DESCRIBED["topics"][name]

    assert set(topic["writers"]) | set(topic["readers"]) <= set(topology.SERVICES)
    assert topic["readers"], "a topic that nobody reads"
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)


def test_the_partition_count_is_one_for_all() -> None:
    assert DESCRIBED["defaults"]["partitions"] == 12
    assert not [name for name in ALL if "partitions" in DESCRIBED["topics"][name]]


def test_the_map_in_architecture_is_fresh() -> None:
    page = topology.PAGE.read_text()

    assert topology.redrawn(page, topology.topics()) == page


def test_a_stale_map_is_caught() -> None:
    page = topology.PAGE.read_text().replace("| `answers` |", "| `replies` |")

    assert topology.redrawn(page, topology.topics()) != page
