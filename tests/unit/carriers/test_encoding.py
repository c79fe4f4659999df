import dataclasses
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.carriers.encoding import (
    GSM7_UNITS,
    LIMITS,
    LOOK_ALIKES,
    Offender,
    characters,
    measure,
    simplify,
    split,
)

CORPUS = Path(__file__).resolve().parents[2] / "fixtures/encoding.json"
FAMILY, ASTRONAUT = "👨\u200d👩\u200d👧\u200d👦", "👩🏽\u200d🚀"

gsm7 = st.text(st.sampled_from(sorted(GSM7_UNITS)), max_size=700)
people_write = st.lists(
    st.sampled_from(
        ["a", "€", "ç", "e\u0301", "日", "👋🏽", "🇫🇷", "❤\ufe0f", "\r\n", "“", FAMILY, ASTRONAUT]
    ),
    max_size=120,
).map("".join)
anything = st.one_of(st.text(max_size=400), people_write)


def _units(text: str, encoding: str) -> int:
    if encoding == "gsm7":
        return sum(GSM7_UNITS[letter] for letter in text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_the_alphabet_has_its_127_letters_and_the_escape_pairs() -> None:
    assert sum(units == 1 for units in GSM7_UNITS.values()) == 127
    assert {letter for letter, units in GSM7_UNITS.items() if units == 2} == set("^{}\\[~]|€\f")


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments", "left"),
    [
        ("", "gsm7", 0, 0, 160),
        ("a" * 160, "gsm7", 160, 1, 0),
        ("a" * 161, "gsm7", 161, 2, 145),
        ("a" * 306, "gsm7", 306, 2, 0),
        ("a" * 307, "gsm7", 307, 3, 152),
        ("€" * 80, "gsm7", 160, 1, 0),
        ("€" * 81, "gsm7", 162, 2, 143),
        ("a" * 152 + "€" + "a" * 10, "gsm7", 164, 2, 141),
        ("ç" + "a" * 69, "ucs2", 70, 1, 0),
        ("ç" + "a" * 70, "ucs2", 71, 2, 63),
        ("👋" * 35, "ucs2", 70, 1, 0),
        ("👋" * 36, "ucs2", 72, 2, 61),
        ("👩🏽‍🚀", "ucs2", 7, 1, 63),
    ],
)
def test_a_text_costs_what_the_standard_says(
    text: str, encoding: str, units: int, segments: int, left: int
) -> None:
    found = measure(text)

    assert (found.encoding, found.units, found.segments) == (encoding, units, segments)
    assert found.left == left


def test_the_characters_that_cost_are_named_once_and_in_order() -> None:
    assert measure("naïve “quote” naïve").offending == (
        Offender(character="ï", position=2),
        Offender(character="“", position=6),
        Offender(character="”", position=12),
    )


def test_a_character_of_many_parts_is_named_and_counted_as_one() -> None:
    found = measure(f"we {FAMILY} cafe\u0301 🇫🇷🇩🇪")

    named = [(one.character, one.position) for one in found.offending]
    assert named == [(FAMILY, 3), ("e\u0301", 14), ("🇫🇷", 17), ("🇩🇪", 19)]
    assert found.characters == 3 + 1 + 1 + 4 + 1 + 2


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("a" * 152 + "€" + "a" * 10, [152, 11]),
        ("a" * 152 + "\r\n" + "a" * 10, [152, 12]),
        ("ç" + "a" * 65 + "👋" + "a" * 10, [66, 11]),
        ("ç" + "a" * 61 + ASTRONAUT + "a" * 10, [62, 14]),
        ("ç" + "a" * 65 + "e\u0301" + "a" * 10, [66, 12]),
        ("e" + "\u0301" * 80, [67, 14]),
    ],
    ids=["escape", "line end", "surrogates", "joined", "accent", "longer than a segment"],
)
def test_a_border_falls_between_characters_where_it_can(text: str, lengths: list[int]) -> None:
    assert [len(part) for part in split(text)] == lengths


def test_what_looks_the_same_is_made_plain_and_named() -> None:
    text, replaced = simplify("“Cafe\u0301”\u00a0\u2013 it\u2019s…")

    assert text == '"Café" - it\'s...'
    assert [(one.was, one.now, one.position) for one in replaced] == [
        ("“", '"', 0),
        ("e\u0301", "é", 4),
        ("”", '"', 6),
        ("\u00a0", " ", 7),
        ("\u2013", "-", 8),
        ("\u2019", "'", 12),
        ("…", "...", 14),
    ]
    assert measure(text).encoding == "gsm7"


@pytest.mark.parametrize("text", ["日本", "ç", FAMILY, "سلام", "plain {text} €"])
def test_what_has_a_meaning_of_its_own_stays(text: str) -> None:
    assert simplify(text) == (text, ())


def test_no_letter_is_called_a_look_alike_of_what_gsm7_lacks() -> None:
    for letter, plain in LOOK_ALIKES.items():
        assert letter not in GSM7_UNITS, letter
        assert set(plain) <= set(GSM7_UNITS), letter


def test_the_corpus_is_what_we_say() -> None:
    cases = json.loads(CORPUS.read_text(encoding="utf-8"))
    assert len(cases) > 100
    for case in cases:
        text, (plain, replaced) = case["text"], simplify(case["text"])
        assert json.loads(json.dumps(dataclasses.asdict(measure(text)))) == case["measure"]
        assert list(split(text)) == case["parts"]
        assert plain == case["plain"]
        assert [list(dataclasses.astuple(one)) for one in replaced] == case["replaced"]


@given(st.one_of(gsm7, anything))
def test_no_letter_is_lost_split_or_over_the_limit(text: str) -> None:
    found, parts = measure(text), split(text)
    alone, each = LIMITS[found.encoding]
    used = [_units(part, found.encoding) for part in parts]

    assert "".join(parts) == text
    assert found.segments == len(parts)
    assert found.units == sum(used)
    assert all(units <= (alone if len(parts) == 1 else each) for units in used)
    assert all(used)
    assert found.left == (alone if len(parts) <= 1 else each) - (used[-1] if used else 0)


@given(anything)
def test_no_border_falls_within_a_character_that_a_segment_can_hold(text: str) -> None:
    encoding, borders, end = measure(text).encoding, set(), 0
    for part in split(text):
        end += len(part)
        borders.add(end)
    start = 0
    for character in characters(text):
        inside = set(range(start + 1, start + len(character)))
        start += len(character)
        if _units(character, encoding) <= LIMITS[encoding][1]:
            assert not inside & borders, character
    assert start == len(text)


@given(anything)
def test_every_segment_is_as_full_as_it_can_be(text: str) -> None:
    encoding = measure(text).encoding
    parts = split(text)
    for part, following in itertools.pairwise(parts):
        head = next(characters(following))
        assert _units(part, encoding) + _units(head, encoding) > LIMITS[encoding][1]


@given(anything)
def test_replacing_says_everything_that_it_did(text: str) -> None:
    plain, replaced = simplify(text)

    rebuilt, at = "", 0
    for one in replaced:
        assert text[one.position :].startswith(one.was)
        rebuilt += text[at : one.position] + one.now
        at = one.position + len(one.was)
    assert rebuilt + text[at:] == plain
    assert isinstance(replaced, tuple)
    assert all(one.was != one.now for one in replaced)


@given(gsm7)
def test_plain_letters_never_need_the_wide_alphabet(text: str) -> None:
    assert measure(text).encoding == "gsm7"
    assert measure(text).offending == ()
    assert simplify(text) == (text, ())


@given(anything, st.sampled_from("çКあ👋"))
def test_one_other_letter_makes_all_of_it_wide(text: str, letter: str) -> None:
    assert measure(text + letter).encoding == "ucs2"


@given(anything, anything)
def test_a_longer_text_never_costs_less(one: str, two: str) -> None:
    assert measure(one + two).segments >= measure(one).segments
