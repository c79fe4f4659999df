"""Contacts in and out of files: CSV and vCard, with a word about every row that is not taken."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from services.gateway.domain import contact_csv, contact_vcard
from services.gateway.domain.contact_drafts import (
    Broken,
    Draft,
    Judged,
    NotAFile,
    Refusal,
    Whose,
    judge,
)
from services.gateway.domain.oversight import PHONEBOOK_KEEPERS
from services.gateway.domain.scope import Caller
from services.gateway.http.contacts import MOST_CONTACTS, MOST_LISTED
from services.gateway.http.downloads import named
from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep, command_id
from services.gateway.http.problems import Trouble
from services.gateway.http.roles import check_role
from services.gateway.http.shapes import _Output
from services.gateway.ports import Ask, Json
from services.gateway.ports.contacts import Book, ContactPlace
from services.kernel import ids

#: Refused rows that a report names one by one; the rest are counted.
MOST_NAMED = 500

router = APIRouter(tags=["contacts"])
Format = Literal["csv", "vcard"]
_TYPES = {"csv": "text/csv; charset=utf-8", "vcard": "text/vcard; charset=utf-8"}
_ENDINGS = {"csv": "csv", "vcard": "vcf"}


class RefusedRow(_Output):
    """Which row, whose, and why not; rows count from 1, after a header."""

    row: int
    name: str
    code: str
    text: str


class ImportReport(_Output):
    """How many are taken, and which are not."""

    taken: int
    refused_count: int
    refused: list[RefusedRow]


@router.post(
    "/contacts/import",
    response_model=ImportReport,
    operation_id="import_contacts",
    openapi_extra={
        "requestBody": {"content": {"text/csv": {}, "text/vcard": {}}, "required": True}
    },
)
async def import_contacts(
    *,
    request: Request,
    caller: CallerDep,
    parts: PartsDep,
    key: KeyDep,
    book: Book = "phonebook",
    format: Format = "csv",  # noqa: A002 - the query's name
) -> Json:
    """Take the contacts of a file, which is the body; what is there already is not taken twice."""
    if book == "phonebook":
        await check_role(parts, caller, PHONEBOOK_KEEPERS)
    ours = await parts.contacts.home_number(caller.scope)
    whose = Whose(caller.scope.user, caller.scope.user if book == "own" else None, ours)
    content = await request.body()
    name = command_id(key, caller.scope, f"contacts/import/{book}")
    try:
        judged = await asyncio.to_thread(_judged, content, format, whose, name)
    except NotAFile as error:
        raise Trouble(422, "not-a-file-of-contacts", error.text) from error
    await _drop_known(parts, caller, book, judged)
    await _keep(parts, caller, book, name, judged)
    return _report(judged)


def _judged(content: bytes, kind: Format, whose: Whose, name: str) -> Judged:
    read = contact_csv.read if kind == "csv" else contact_vcard.read
    rows: list[Draft | Broken] = read(_text(content))
    return judge(rows, whose, _names(name))


def _text(content: bytes) -> str:
    """Read text as spreadsheets save it; every sequence of bytes is some text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _names(name: str) -> Iterator[str]:
    """Name the contacts of an import, so that the same import again is the same contacts."""
    row = 0
    while True:
        row += 1
        yield ids.derive(name, "contact", str(row))


async def _drop_known(parts: Parts, caller: Caller, book: Book, judged: Judged) -> None:
    """Refuse whoever has a number that is in the book, or in the file before."""
    numbers = {one.number for wish in judged.taken for one in wish.numbers}
    own = {wish.contact_id for wish in judged.taken}
    known = await parts.contacts.by_numbers(caller.scope, book, sorted(numbers), own)
    fresh = []
    for wish in judged.taken:
        mine = {one.number for one in wish.numbers}
        twice = next(iter(sorted(mine & known)), None)
        if twice is None:
            known |= mine
            fresh.append(wish)
        else:
            called = wish.name or wish.company
            text = f"{twice} is in the phonebook already."
            judged.refused.append(
                Refusal(judged.rows[wish.contact_id], called, "already-there", text)
            )
    judged.taken[:] = fresh


async def _keep(parts: Parts, caller: Caller, book: Book, name: str, judged: Judged) -> None:
    before = await parts.contacts.count(caller.scope, book, MOST_CONTACTS)
    if before + len(judged.taken) > MOST_CONTACTS:
        raise Trouble(409, "too-many-contacts", f"A phonebook has {MOST_CONTACTS} contacts.")
    await parts.asking.tell_all(
        [
            Ask(
                command_id=ids.derive(name, wish.contact_id),
                scope=caller.scope,
                subject=f"contact/{wish.contact_id}",
                partition_key=f"contact/{wish.contact_id}",
                data=wish,
            )
            for wish in judged.taken
        ]
    )
    if judged.taken:
        last = judged.taken[-1].contact_id
        await parts.asking.settled(lambda: parts.contacts.one(caller.scope, last))


def _report(judged: Judged) -> Json:
    refused = sorted(judged.refused, key=lambda one: one.row)
    return {
        "taken": len(judged.taken),
        "refused_count": len(refused),
        "refused": [
            {"row": one.row, "name": one.name, "code": one.code, "text": one.text}
            for one in refused[:MOST_NAMED]
        ],
    }


@router.get(
    "/contacts/export",
    response_class=StreamingResponse,
    operation_id="export_contacts",
    responses={200: {"content": {"text/csv": {}, "text/vcard": {}}}},
)
async def export_contacts(
    caller: CallerDep,
    parts: PartsDep,
    book: Book = "phonebook",
    format: Format = "csv",  # noqa: A002 - the query's name
) -> StreamingResponse:
    """Every contact of a book as a file; no cell of it is a formula."""
    phones, mails = await parts.contacts.widths(caller.scope, book)
    pieces = _pieces(parts, caller, book, format, (phones, mails))
    name = f"{book}.{_ENDINGS[format]}"
    return StreamingResponse(pieces, media_type=_TYPES[format], headers=named(name))


async def _pieces(
    parts: Parts, caller: Caller, book: Book, kind: Format, widths: tuple[int, int]
) -> AsyncIterator[str]:
    if kind == "csv":
        yield contact_csv.headline(*widths)
    place: ContactPlace | None = None
    for _ in range(MOST_CONTACTS // MOST_LISTED):
        found, place = await parts.contacts.page(caller.scope, book, place, MOST_LISTED)
        if kind == "csv":
            yield contact_csv.write(found, *widths)
        else:
            yield await asyncio.to_thread(contact_vcard.write, found)
        if place is None:
            return
