"""By what a contact is found, and who an outside number is to whom."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.contacts import (
    LEAST_DIGITS,
    MOST_KEY,
    digits,
    fold,
    keys,
    typed_digits,
    words,
)
from services.gateway.domain.naming import Named, Names

NUMBER = "+14155550150"


def contact(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any column of it
    whole = {
        "tenant": "acme",
        "owner": None,
        "contact_id": "bob",
        "name": "Bob Smith",
        "company": "",
        "numbers": [{"number": NUMBER, "label": "Mobile"}],
        "emails": [],
        "wanted": NUMBER,
    }
    return whole | changes


def test_a_contact_is_found_by_every_word_and_by_every_end_of_its_numbers() -> None:
    """SEND-03: part of a name or of a number."""
    found = keys(contact(name="José O'Neill", company="ACME", numbers=[{"number": "+1415550"}]))

    assert {"jose", "o", "neill", "acme"} <= set(found)
    assert {"1415550", "5550", "550"} <= set(found)
    assert "50" not in found


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_word_that_is_typed_finds_the_name_that_has_it(name: str, company: str) -> None:
    found = keys(contact(name=name, company=company))

    for word in words(f"{name} {company}"):
        assert any(key.startswith(word) for key in found)
    assert all(len(key) <= MOST_KEY for key in found)


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True), st.data())
def test_any_digits_in_a_row_find_the_number(number: str, data: st.DataObject) -> None:
    whole = digits(number)
    start = data.draw(st.integers(0, len(whole) - LEAST_DIGITS))
    end = data.draw(st.integers(start + LEAST_DIGITS, len(whole)))

    found = keys(contact(numbers=[{"number": number, "label": ""}]))

    assert any(key.startswith(whole[start:end]) for key in found)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("0150", "0150"),
        ("(415) 555-0150", "4155550150"),
        ("+1 415", "1415"),
        ("15", "15"),
        ("+", None),
        ("bo", None),
        ("54 Main", None),
        ("", None),
    ],
)
def test_what_is_typed_is_part_of_a_number_or_it_is_not(typed: str, meant: str | None) -> None:
    assert typed_digits(typed) == meant


def test_words_are_compared_without_case_and_accents() -> None:
    assert fold("ÅSA Müller") == "asa muller"
    assert words("Bob, bob & Co.") == ["bob", "co"]


def test_a_number_is_ones_own_contact_then_the_phonebooks_then_a_callers_name() -> None:
    """CONT-03, CONT-04: phonebook first, then the caller's name; with the number's type."""
    shared, own = contact(), contact(owner="ana", contact_id="bobby", name="Bobby")
    caller = {"tenant": "acme", "number": NUMBER, "name": "SMITH ROBERT"}
    names = Names([shared, own], [caller])

    assert names.of("acme", "ana", NUMBER) == Named("Bobby", "Mobile", "bobby")
    assert names.of("acme", "bert", NUMBER) == Named("Bob Smith", "Mobile", "bob")
    assert Names([], [caller]).of("acme", "ana", NUMBER) == Named("SMITH ROBERT")
    assert names.of("other", "ana", NUMBER) is None
    assert Named("Bob Smith", "Mobile").title == "Bob Smith \N{EN DASH} Mobile"
    assert Named("Bob Smith").title == "Bob Smith"


def test_an_unknown_number_stays_a_number() -> None:
    """CONT-05: nobody's number is nobody's."""
    silent = {"tenant": "acme", "number": NUMBER, "name": None}

    assert Names([], [silent]).of("acme", "ana", NUMBER) is None
    assert not Names([], [silent]).is_contact("acme", NUMBER)


def test_of_two_contacts_with_one_number_the_first_by_name_is_meant() -> None:
    two = [contact(name="Zoe", contact_id="z"), contact(name="adam", contact_id="a")]

    assert Names(two, []).of("acme", "ana", NUMBER) == Named("adam", "Mobile", "a")


def test_an_organisation_without_a_person_names_its_number() -> None:
    assert Names([contact(name="", company="Acme")], []).of("acme", "x", NUMBER) == Named(
        "Acme", "Mobile", "bob"
    )
