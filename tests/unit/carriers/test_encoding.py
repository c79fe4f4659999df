import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.carriers.encoding import GSM7_UNITS, LIMITS, measure, split

gsm7 = st.text(st.sampled_from(sorted(GSM7_UNITS)), max_size=700)
anything = st.text(max_size=400)


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
    assert measure("naïve “quote” naïve").offending == ("ï", "“", "”")


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


@given(gsm7)
def test_plain_letters_never_need_the_wide_alphabet(text: str) -> None:
    assert measure(text).encoding == "gsm7"
    assert measure(text).offending == ()


@given(anything, st.sampled_from("çКあ👋"))
def test_one_other_letter_makes_all_of_it_wide(text: str, letter: str) -> None:
    assert measure(text + letter).encoding == "ucs2"


@given(anything, anything)
def test_a_longer_text_never_costs_less(one: str, two: str) -> None:
    assert measure(one + two).segments >= measure(one).segments
