"""The ledger of dead letters: the later word about a letter counts, in whatever order it comes."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from schemas.letter import LetterPlace
from services.gateway.domain import dead_letters
from services.gateway.domain.dead_letters import Ledger, named, place_named, shown
from services.kernel.deadletters import BUG, letter, settlement
from services.kernel.deciding import Dead, Outgoing
from services.kernel.runtime import Record

DIED = datetime(2026, 11, 20, 9, tzinfo=UTC)
PLACE = LetterPlace(service="queue", topic="queue-commands", partition=3, offset=41)
KEY, NUMBER = b"+14155550101|+14155550150", "+14155550150"


def _record(out: Outgoing, offset: int = 0) -> Record:
    return Record(out.topic, 0, offset, out.key, out.value, out.headers, 0)


def _died(at: datetime, offset: int = 41) -> Record:
    record = Record("queue-commands", 3, offset, KEY, b"{}", [], 7)
    return _record(letter("queue", Dead(record, BUG, f"KeyError: {NUMBER}", "at x"), at))


def _ended(end: str, at: datetime) -> Record:
    return _record(settlement(PLACE, end, at))


def later(minutes: int) -> datetime:
    return DIED + timedelta(minutes=minutes)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_what_broke_again_is_open_again_and_what_ended_last_has_ended(
    order: tuple[int, ...],
) -> None:
    """OPS-10."""
    words = [_died(DIED), _died(later(1)), _ended("set-aside", later(2))]
    ledger = Ledger()
    for index in order:
        ledger.add(words[index])

    found = ledger.get(PLACE)
    assert found is not None
    assert (found.died_at, found.end, found.ended_at) == (later(1), "set-aside", later(2))
    assert ledger.count_open() == 0
    ledger.add(_died(later(3)))
    assert ledger.count_open() == 1


def test_a_letter_is_shown_without_whole_numbers() -> None:
    """OPS-10."""
    ledger = Ledger()
    ledger.add(_died(DIED))
    (found,) = ledger.newest(is_open=True, most=9)
    row = shown(found)

    assert "+1415" not in row["key"] + row["error"]
    assert row["key"].endswith("0150")
    assert (row["state"], row["reason"], row["retryable"]) == ("open", "bug", True)
    assert place_named(row["id"]) == PLACE


def test_a_webhook_that_was_set_aside_is_named_by_where_it_lies() -> None:
    said = [("tandem-reason", b"unparseable"), ("tandem-time", DIED.isoformat().encode())]
    ledger = Ledger()
    ledger.add(Record("carrier-events-dead", 2, 7, b"twilio/main", b"x", said, 0))
    (row,) = map(shown, ledger.newest(is_open=True, most=9))

    assert (row["id"], row["retryable"]) == ("ingest.carrier-events.2.7", False)


def test_what_is_no_letter_is_passed_by() -> None:
    ledger = Ledger()
    ledger.add(Record("queue-commands-dead", 0, 0, b"k", b"x", [], 0))
    ledger.add(Record("queue-commands-dead", 0, 1, b"k", b"x", [("tandem-time", b"soon")], 0))
    ledger.add(_ended("decided", DIED))

    assert ledger.newest(is_open=True, most=9) == ledger.newest(is_open=False, most=9) == []


def test_what_is_open_is_remembered_before_what_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "MOST_LETTERS", 2)
    ledger = Ledger()
    ledger.add(_died(DIED))
    ledger.add(_ended("decided", later(1)))
    ledger.add(_died(later(2), 42))
    ledger.add(_died(later(3), 43))

    assert [one.place.offset for one in ledger.newest(is_open=True, most=9)] == [43, 42]
    assert ledger.get(PLACE) is None


@pytest.mark.parametrize("text", ["", "x", "a.b.c.d", "queue.queue-commands.1", f"{named(PLACE)}x"])
def test_what_names_no_letter_is_none(text: str) -> None:
    assert place_named(text) is None
