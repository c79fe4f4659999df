"""HIST-07: how texts are split into words, what is asked, and where a text answers."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.gateway.domain.wording import (
    MOST_LETTERS,
    MOST_WANTED,
    MOST_WORDS,
    SNIPPET_LETTERS,
    Wanted,
    rarest,
    snippet,
    wanted,
    words,
)

TEXTS = st.text(max_size=300)


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("Is my Order #4711 ready?", ["is", "my", "order", "4711", "ready"]),
        ("CAFÉ cafe Café", ["cafe"]),
        ("Straße STRASSE", ["strasse"]),
        ("don't", ["don", "t"]),
        ("snake_case", ["snake", "case"]),
        ("東京へ行く", ["東", "京", "へ", "行", "く"]),
        ("हिन्दी", ["हिनदी"]),
        ("5½", ["51", "2"]),
        ("😀 … !", []),
    ],
)
def test_words_are_folded_and_stand_once(text: str, split: list[str]) -> None:
    assert words(text) == split


@given(TEXTS)
@example("é" * 50)
def test_however_a_keyboard_spells_it_the_words_are_the_same(text: str) -> None:
    composed = words(unicodedata.normalize("NFC", text))

    assert words(unicodedata.normalize("NFD", text)) == composed
    assert all(0 < len(word) <= MOST_LETTERS for word in composed)


@given(TEXTS)
def test_plain_text_takes_no_other_way_than_any_text(text: str) -> None:
    """What is ASCII alone is split faster, and must be split alike."""
    plain = text.encode("ascii", "ignore").decode()
    alike = words(f"{plain} \N{ETHIOPIC FULL STOP}")

    assert words(plain) == alike


def test_a_book_has_no_more_words_than_a_message_may_have() -> None:
    assert len(words(" ".join(map(str, range(MOST_WORDS * 2))))) == MOST_WORDS
    assert words("x" * 100) == ["x" * MOST_LETTERS]
    assert len(wanted(" ".join(map(str, range(100))))) == MOST_WANTED


def test_the_last_word_is_the_beginning_of_one_until_a_space_follows() -> None:
    assert wanted("my ord") == (Wanted("my"), Wanted("ord", goes_on=True))
    assert wanted("my order ") == (Wanted("my"), Wanted("order"))
    assert wanted("order?") == (Wanted("order", goes_on=True),)
    assert wanted(" !?") == ()


@given(st.text(alphabet="abcÄäßé東 -.5", max_size=40))
def test_whoever_types_a_text_letter_by_letter_finds_it_all_the_way(text: str) -> None:
    said = words(text)
    for end in range(1, len(text) + 1):
        asked = wanted(text[:end])

        assert all(any(one.answers(word) for word in said) for one in asked), text[:end]


def test_what_finds_the_fewest_is_looked_up_first() -> None:
    asked = wanted("a delivery for wareh")

    first, others = rarest(asked)

    assert first == Wanted("delivery")
    assert set(others) == set(asked) - {first}
    assert rarest(wanted("ord")) == (Wanted("ord", goes_on=True), ())


@given(st.text(alphabet="abcxyz", min_size=1, max_size=8), st.text(alphabet="abcxyz0é", max_size=9))
def test_a_range_of_keys_holds_exactly_what_answers(asked: str, word: str) -> None:
    for one in (Wanted(asked), Wanted(asked, goes_on=True)):
        in_range = one.word <= word < one.end

        assert in_range == one.answers(word)


@given(TEXTS, st.text(max_size=20))
@example("x " * 300 + "order " + "y " * 300, "ord")
def test_a_snippet_is_a_stretch_of_the_text_with_what_was_found_marked(
    text: str, asked: str
) -> None:
    looked = wanted(asked)
    pieces = snippet(text, looked)
    plain = [one for one in pieces if one.text != "\N{HORIZONTAL ELLIPSIS}"]
    stretch = "".join(one.text for one in plain)

    assert stretch in unicodedata.normalize("NFC", text)
    assert len(stretch) <= SNIPPET_LETTERS
    assert all(one.text for one in pieces)
    hit = any(one.answers(word) for one in looked for word in words(text))
    assert not any(one.found for one in pieces) or hit


def test_the_found_words_are_marked_as_they_were_written() -> None:
    long = "far away " * 40 + "the Café is open " + "and more " * 40

    pieces = snippet(long, wanted("caf open"))

    assert [one.text for one in pieces if one.found] == ["open"]
    assert [one.text for one in snippet(long, wanted("open caf")) if one.found] == ["Café", "open"]
    assert pieces[0].text == pieces[-1].text == "\N{HORIZONTAL ELLIPSIS}"
