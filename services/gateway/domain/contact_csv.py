"""Contacts as CSV: ours, Google's and Outlook's columns in; out so that no cell is a formula.

A cell that a spreadsheet would compute gets an apostrophe in front (security.md T25), which reading
takes off again: what was exported comes back the same.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.gateway.domain.cells import bare, safe
from services.gateway.domain.contact_drafts import MOST_ROWS, Broken, Draft, NotAFile

_NAMES = {"name", "full name", "display name", "contact"}
_FIRST = {"first name", "given name"}
_LAST = {"last name", "family name", "surname"}
_COMPANIES = {
    "company",
    "organization",
    "organisation",
    "organization name",
    "organization 1 - name",
}
_NOTES = {"note", "notes"}
#: Columns whose name says the type of the number.
_TYPED = {
    "phone": "",
    "phone number": "",
    "telephone": "",
    "number": "",
    "mobile": "Mobile",
    "mobile phone": "Mobile",
    "cell": "Mobile",
    "cell phone": "Mobile",
    "home phone": "Home",
    "home phone 2": "Home",
    "work phone": "Work",
    "business phone": "Work",
    "business phone 2": "Work",
    "company main phone": "Main",
    "primary phone": "Main",
    "other phone": "Other",
}
_MAILS = {"email", "e-mail", "email address", "e-mail address"}
#: "Phone 1", "Phone 1 - Value"; "Phone 1 type", "Phone 1 - Label"; likewise "E-mail 1".
_PLACED = re.compile(r"(phone|e-?mail)(?: address)? (\d{1,2})(?: - value)?")
_TYPES = re.compile(r"(phone|e-?mail)(?: address)? (\d{1,2})(?: -)? (?:type|label)")
_BYTE_ORDER_MARK = "\ufeff"


def read(text: str) -> list[Draft | Broken]:
    """Read rows; NotAFile where it is no table of contacts."""
    lines = csv.reader(io.StringIO(text.removeprefix(_BYTE_ORDER_MARK)), _dialect(text))
    rows: list[Draft | Broken] = []
    try:
        header = [name.strip().casefold() for name in next(lines, [])]
        if not _is_known(header):
            raise NotAFile("Its first line names no column of a name or a phone number.")
        for cells in lines:
            if any(cell.strip() for cell in cells):
                rows.append(_row(header, cells))
            if len(rows) > MOST_ROWS:
                raise NotAFile(f"It has more than {MOST_ROWS} rows.")
    except csv.Error as error:
        raise NotAFile(f"It is not CSV: {error}.") from error
    return rows


def _dialect(text: str) -> type[csv.Dialect]:
    first = text.partition("\n")[0]

    class Separated(csv.excel):
        delimiter = max(",;\t", key=first.count)

    return Separated


def _is_known(header: Sequence[str]) -> bool:
    known = _NAMES | _FIRST | _LAST | _COMPANIES | set(_TYPED) | _MAILS
    return any(name in known or _PLACED.fullmatch(name) for name in header)


def _row(header: Sequence[str], cells: Sequence[str]) -> Draft | Broken:
    if len(cells) > len(header):
        return Broken("It has more cells than the first line has columns.")
    found = [(name, bare(cell)) for name, cell in zip(header, cells, strict=False) if cell.strip()]
    types = {_place(match): cell for name, cell in found if (match := _TYPES.fullmatch(name))}
    name = _first(found, _NAMES)
    parts = (_first(found, _FIRST), _first(found, _LAST))
    return Draft(
        name=name or " ".join(part for part in parts if part),
        company=_first(found, _COMPANIES),
        note=_first(found, _NOTES),
        numbers=tuple(_placed(found, types, "phone", _TYPED)),
        emails=tuple(_placed(found, types, "mail", dict.fromkeys(_MAILS, ""))),
    )


def _first(found: Sequence[tuple[str, str]], names: set[str]) -> str:
    return next((cell.strip() for name, cell in found if name in names), "")


def _place(match: re.Match[str]) -> tuple[str, str]:
    return ("phone" if match[1] == "phone" else "mail"), match[2]


def _placed(
    found: Sequence[tuple[str, str]],
    types: Mapping[tuple[str, str], str],
    kind: str,
    plain: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    for name, cell in found:
        match = _PLACED.fullmatch(name)
        if match and _place(match)[0] == kind:
            yield cell.strip(), types.get(_place(match), "")
        elif name in plain:
            yield cell.strip(), plain[name]


def headline(phones: int, mails: int) -> str:
    """Write the first line: our columns, with so many numbers and e-mails."""
    line = io.StringIO(newline="")
    csv.writer(line).writerow(_columns(phones, mails))
    return line.getvalue()


def _columns(phones: int, mails: int) -> list[str]:
    return [
        "Name",
        "Company",
        *(f"Phone {n}{what}" for n in range(1, phones + 1) for what in ("", " type")),
        *(f"E-mail {n}{what}" for n in range(1, mails + 1) for what in ("", " type")),
        "Note",
    ]


def write(contacts: Iterable[Mapping[str, Any]], phones: int, mails: int) -> str:
    """Write contacts as rows of that header, RFC 4180."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    for one in contacts:
        numbers = [(number["number"], number["label"]) for number in one["numbers"]]
        emails = [(mail["address"], mail["label"]) for mail in one["emails"]]
        cells = [one["name"], one["company"], *_cells(numbers, phones), *_cells(emails, mails)]
        writer.writerow([safe(cell) for cell in (*cells, one["note"])])
    return lines.getvalue()


def _cells(pairs: Sequence[tuple[str, str]], wide: int) -> list[str]:
    padded = [*pairs, *[("", "")] * wide][:wide]
    return [cell for pair in padded for cell in pair]
