import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.carriers.numbers import NoNumber, normalise


@pytest.mark.parametrize(
    ("given_", "ours"),
    [
        ("+14155550101", "+14155550101"),
        ("14155550101", "+14155550101"),
        ("447700900123", "+447700900123"),
        (" +1 (415) 555-0101 ", "+14155550101"),
        ("51515", "51515"),
        ("rcs:+14155550101", "+14155550101"),
        ("Tandem Inc", "Tandem Inc"),
    ],
)
def test_a_number_has_one_spelling(given_: str, ours: str) -> None:
    assert normalise(given_) == ours


@pytest.mark.parametrize(
    "given_",
    [
        "",
        "+",
        "12",
        "+0123456789",
        "+1234567890123456",
        "whatsapp:+14155550101",
        "a,b",
        "1|2",
        "١٢٣٤٥",
    ],
)
def test_what_is_no_number_is_refused(given_: str) -> None:
    with pytest.raises(NoNumber):
        normalise(given_)


@given(st.text())
def test_a_number_of_ours_stays_as_it_is_and_can_be_a_key(text: str) -> None:
    try:
        ours = normalise(text)
    except NoNumber:
        return
    assert normalise(ours) == ours
    assert not set(ours) & set("|,")
