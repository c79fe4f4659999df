"""Contacts through files: what comes in, what is refused and why, and that no cell is a formula."""

import csv
import io
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.base import ExtensionId
from services.gateway.domain import contact_csv, contact_vcard
from services.gateway.domain.cells import FORMULA
from services.gateway.domain.contact_drafts import (
    MOST_ROWS,
    Broken,
    Draft,
    NotAFile,
    Whose,
    judge,
)

GOOGLES = (
    "First Name,Last Name,Phone 1 - Type,Phone 1 - Value,E-mail 1 - Value\n"
    "Bob,Smith,Mobile,(415) 555-0150,b@x.test\n"
)
WHOSE = Whose(ExtensionId("ana"), None, "+14155550100")
BOB = {
    "name": "Bob Smith",
    "company": "Smith & Sons, Ltd",
    "note": 'Said "hello"\nand went',
    "numbers": [
        {"number": "+14155550150", "label": "Mobile"},
        {"number": "+442071838750", "label": "Summer house"},
    ],
    "emails": [{"address": "bob@example.test", "label": "Work"}],
}
DRAFT_OF_BOB = Draft(
    name="Bob Smith",
    company="Smith & Sons, Ltd",
    note='Said "hello"\nand went',
    numbers=(("+14155550150", "Mobile"), ("+442071838750", "Summer house")),
    emails=(("bob@example.test", "Work"),),
)


def _judged(*rows: Draft | Broken) -> Any:  # noqa: ANN401 - taken and refused
    return judge(rows, WHOSE, (str(n) for n in count(1)))


def test_what_is_exported_comes_back_the_same() -> None:
    """CONT-01: CSV and vCard, both ways."""
    table = contact_csv.headline(2, 1) + contact_csv.write([BOB], 2, 1)

    assert contact_csv.read(table) == [DRAFT_OF_BOB]
    assert contact_vcard.read(contact_vcard.write([BOB, BOB])) == [DRAFT_OF_BOB] * 2


_CELL = st.text(
    alphabet=st.one_of(
        st.characters(codec="utf-8", exclude_characters="\x00\r"),
        st.sampled_from("=+-@\t'\"\n,;\uff1d\uff0b"),
    ),
    min_size=1,
    max_size=30,
).map(str.strip)


@given(_CELL, _CELL, _CELL)
def test_no_cell_is_a_formula_and_every_text_comes_back(name: str, note: str, label: str) -> None:
    """Export is safe against formula injection, by a strict parser (security.md T25)."""
    contact = {**BOB, "name": name, "note": note, "company": "=cmd|' /C calc'!A0"}
    contact["numbers"] = [{"number": "+14155550150", "label": label}]
    table = contact_csv.headline(1, 1) + contact_csv.write([contact], 1, 1)

    for cells in csv.reader(io.StringIO(table), strict=True):
        assert not any(cell.startswith(FORMULA) for cell in cells)
    (draft,) = contact_csv.read(table)
    assert isinstance(draft, Draft)
    assert (draft.name, draft.note, draft.company) == (name, note, "=cmd|' /C calc'!A0")
    assert draft.numbers == (("+14155550150", label),)


@pytest.mark.parametrize(
    ("table", "drafts"),
    [
        (
            GOOGLES,
            [Draft("Bob Smith", "", "", (("(415) 555-0150", "Mobile"),), (("b@x.test", ""),))],
        ),
        (
            "First Name;Last Name;Business Phone;Mobile Phone;Company\r\nAna;;415;416;Acme\r\n",
            [Draft("Ana", "Acme", "", (("415", "Work"), ("416", "Mobile")))],
        ),
        ("\ufeffname,phone\nBob,1\n\n , \nAnn,2\n", [Draft("Bob", numbers=(("1", ""),))] * 1),
    ],
)
def test_tables_of_others_are_read(table: str, drafts: list[Draft]) -> None:
    """Columns as Google and Outlook name them; empty lines are no rows."""
    assert contact_csv.read(table)[: len(drafts)] == drafts


def test_every_row_that_is_not_taken_is_named_with_its_reason() -> None:
    rows = contact_csv.read(
        "Name,Phone,E-mail\nBob,(415) 555-0150,\n,415 555 0151,\nAnn,,\nCid,12,\n"
        "Dan,,dan\nEve,415 555 0152,,extra\n" + f"{'x' * 201},415 555 0153,\n"
    )

    judged = _judged(*rows)

    assert [(one.contact_id, one.name, one.numbers[0].number) for one in judged.taken] == [
        ("1", "Bob", "+14155550150")
    ]
    assert [(one.row, one.code) for one in judged.refused] == [
        (2, "no-name"),
        (3, "no-number"),
        (4, "not-a-number"),
        (5, "not-an-address"),
        (6, "unreadable"),
        (7, "too-long"),
    ]
    assert all(one.text for one in judged.refused)


@pytest.mark.parametrize(
    "table", ["", "just words\nand more", "a,b\n1,2\n", '"', "name,phone\n" + "x,1\n" * 10_001]
)
def test_what_is_no_table_of_contacts_is_refused_as_a_whole(table: str) -> None:
    with pytest.raises(NotAFile):
        contact_csv.read(table)
    assert MOST_ROWS == 10_000


def test_cards_of_telephones_are_read_and_a_broken_one_breaks_itself_alone() -> None:
    cards = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Smith;Bob;;;\r\nFN:Bob Smith\r\n"
        "TEL;type=CELL;type=VOICE;type=pref:(415) 555-0150\r\n"
        "item1.TEL:+1 415 555 0151\r\nitem1.X-ABLabel:_$!<Work>!$_\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:3.0\r\nno colon here\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:M=C3=BCller;Ann"
        "\r\nTEL;HOME:4155550152\r\nEND:VCARD\r\n"
        'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Zoe\r\nTEL;VALUE=uri;TYPE="voice,home":tel:+14155550153'
        "\r\nORG:Acme;Sales\r\nEND:VCARD\r\n"
    )

    found = contact_vcard.read(cards)

    assert found[0] == Draft(
        "Bob Smith", numbers=(("(415) 555-0150", "Mobile"), ("+1 415 555 0151", "Work"))
    )
    assert isinstance(found[1], Broken)
    assert found[2] == Draft("Ann Müller", numbers=(("4155550152", "Home"),))
    assert found[3] == Draft("Zoe", company="Acme", numbers=(("+14155550153", "Home"),))
    with pytest.raises(NotAFile):
        contact_vcard.read("Bob, 415")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_word(text: str) -> None:
    for read in (contact_csv.read, contact_vcard.read):
        try:
            rows = read(f"BEGIN:VCARD\n{text}\nEND:VCARD\n" if read is contact_vcard.read else text)
        except NotAFile:
            continue
        _judged(*rows)
