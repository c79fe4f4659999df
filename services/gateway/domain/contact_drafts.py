"""Contacts on their way in from a file: read as people wrote them, judged one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from schemas.base import ExtensionId
from schemas.contact import (
    MOST_EMAIL,
    MOST_EMAILS,
    MOST_LABEL,
    MOST_NAME,
    MOST_NOTE,
    MOST_NUMBERS,
    ContactEmail,
    ContactNumber,
    DefineContact,
)
from services.gateway.domain.addressing import BadAddress
from services.gateway.domain.contacts import whole_number

#: Of one file: an address book of a company fits in it.
MOST_FILE_BYTES = 5_000_000
MOST_ROWS = 10_000


class NotAFile(ValueError):
    """The file as a whole cannot be read; `text` says why."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True)
class Draft:
    """One contact as a file has it: numbers and e-mails each with their type."""

    name: str = ""
    company: str = ""
    note: str = ""
    numbers: tuple[tuple[str, str], ...] = ()
    emails: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Broken:
    """A piece of a file that is no contact."""

    text: str


@dataclass(frozen=True)
class Refusal:
    """A row that is not taken: which, whose, a stable code and a sentence."""

    row: int
    name: str
    code: str
    text: str


@dataclass
class Judged:
    """What a file comes to."""

    taken: list[DefineContact] = field(default_factory=list)
    #: Row by contact.
    rows: dict[str, int] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)


class Unfit(ValueError):
    """Why a draft is no contact."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code, self.text = code, text


@dataclass(frozen=True)
class Whose:
    """Into whose book it goes: `owner` None is the phonebook; and where its numbers are read."""

    by: ExtensionId
    owner: ExtensionId | None
    ours: str | None


def judge(rows: Sequence[Draft | Broken], whose: Whose, ids: Iterator[str]) -> Judged:
    """Take what is a contact, and say of every other row why it is none. Rows count from 1."""
    judged = Judged()
    for row, draft in enumerate(rows, 1):
        contact_id = next(ids)
        if isinstance(draft, Broken):
            judged.refused.append(Refusal(row, "", "unreadable", draft.text))
            continue
        try:
            judged.taken.append(_contact(draft, whose, contact_id))
            judged.rows[contact_id] = row
        except Unfit as why:
            name = (draft.name or draft.company)[:MOST_NAME]
            judged.refused.append(Refusal(row, name, why.code, why.text))
    return judged


def _contact(draft: Draft, whose: Whose, contact_id: str) -> DefineContact:
    _check(draft)
    return DefineContact(
        contact_id=contact_id,
        revision=0,
        owner=whose.owner,
        name=draft.name.strip(),
        company=draft.company.strip(),
        numbers=tuple(
            ContactNumber(number=_number(number, whose.ours), label=label.strip())
            for number, label in draft.numbers
        ),
        emails=tuple(
            ContactEmail(address=address.strip(), label=label.strip())
            for address, label in draft.emails
        ),
        note=draft.note.strip(),
        by=whose.by,
    )


def _check(draft: Draft) -> None:
    if not (draft.name.strip() or draft.company.strip()):
        raise Unfit("no-name", "It has neither a name nor a company.")
    if not (draft.numbers or draft.emails):
        raise Unfit("no-number", "It has neither a phone number nor an e-mail address.")
    if len(draft.numbers) > MOST_NUMBERS or len(draft.emails) > MOST_EMAILS:
        raise Unfit("too-many", f"It has more than {MOST_NUMBERS} numbers or e-mail addresses.")
    labels = [label for _, label in (*draft.numbers, *draft.emails)]
    for what, most, texts in (
        ("name", MOST_NAME, [draft.name, draft.company]),
        ("note", MOST_NOTE, [draft.note]),
        ("type", MOST_LABEL, labels),
        ("e-mail address", MOST_EMAIL, [address for address, _ in draft.emails]),
    ):
        if any(len(text.strip()) > most for text in texts):
            raise Unfit("too-long", f"Its {what} is longer than {most} characters.")
    for address, _ in draft.emails:
        if "@" not in address:
            raise Unfit("not-an-address", f"{address} is not an e-mail address.")


def _number(text: str, ours: str | None) -> str:
    try:
        return whole_number(text, ours)
    except BadAddress as error:
        raise Unfit(error.code, error.text) from error
