"""Contacts: the shared phonebook and one's own; and whom somebody may mean who types a name."""

import base64
import binascii
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from schemas import contact as schema
from schemas.base import ExtensionId
from services.gateway.domain.addressing import BadAddress
from services.gateway.domain.contacts import whole_number
from services.gateway.domain.scope import Caller
from services.gateway.domain.views import phone
from services.gateway.http.contact_shapes import (
    ChangedContact,
    Contact,
    ContactPage,
    NewContact,
    Recipients,
)
from services.gateway.http.deciding import DECIDES, decided, show_plain, show_seen
from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep, command_id
from services.gateway.http.oversight_shapes import Decided
from services.gateway.http.problems import Trouble, not_found
from services.gateway.ports import Ask, Json
from services.gateway.ports.contacts import Book, ContactPlace
from services.kernel import ids

#: One page of a list, and one search.
MOST_LISTED = 200
MOST_FOUND = 50
#: Of each of the three groups.
MOST_RECIPIENTS = 8
#: In one book; an address book, not a marketing list.
MOST_CONTACTS = 200_000

router = APIRouter(tags=["contacts"])
ContactId = Annotated[str, Path(max_length=100)]
Typed = Annotated[str, Query(min_length=1, max_length=100)]


@router.get("/contacts", response_model=ContactPage, operation_id="contacts")
async def contacts(
    *,
    caller: CallerDep,
    parts: PartsDep,
    book: Book = "phonebook",
    q: Annotated[str | None, Query(max_length=100)] = None,
    after: Annotated[str | None, Query(max_length=2_000)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
) -> Json:
    """Contacts by name, or those that part of a name or number finds."""
    if q:
        most = min(limit, MOST_FOUND)
        return {"items": await parts.contacts.search(caller.scope, book, q, most), "next": None}
    items, following = await parts.contacts.page(caller.scope, book, _read(after), limit)
    return {"items": items, "next": None if following is None else _write(following)}


@router.get("/recipients", response_model=Recipients, operation_id="recipients")
async def recipients(caller: CallerDep, parts: PartsDep, q: Typed) -> Json:
    """Whom this text may mean: teammates, the phonebook, recent numbers and callers' names."""
    found = await parts.contacts.recipients(caller.scope, q, MOST_RECIPIENTS)
    return {**found, "typed": await _typed(parts, caller, q)}


async def _typed(parts: Parts, caller: Caller, text: str) -> Json | None:
    try:
        return phone(whole_number(text, await parts.contacts.home_number(caller.scope)))
    except BadAddress:
        return None


@router.get("/contacts/{contact_id}", response_model=Contact, operation_id="contact")
async def contact(contact_id: ContactId, caller: CallerDep, parts: PartsDep) -> Json:
    """One contact."""
    return await _seen(parts, caller, contact_id)


@router.post("/contacts", response_model=Contact, operation_id="create_contact", responses=DECIDES)
async def create_contact(
    body: NewContact, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Add somebody to the phonebook, or to one's own contacts."""
    book: Book = "own" if body.own else "phonebook"
    if await parts.contacts.count(caller.scope, book, MOST_CONTACTS) >= MOST_CONTACTS:
        raise Trouble(409, "too-many-contacts", f"A phonebook has {MOST_CONTACTS} contacts.")
    name = command_id(key, caller.scope, "contacts")
    wish = await _wish(parts, caller, ids.derive(name, "contact"), body, 0)

    async def look() -> Json | None:
        return await parts.contacts.one(caller.scope, wish.contact_id)

    return await decided(parts, _ask(caller, name, wish), look, show_seen)


@router.put(
    "/contacts/{contact_id}",
    response_model=Contact,
    operation_id="change_contact",
    responses=DECIDES,
)
async def change_contact(
    *, contact_id: ContactId, body: ChangedContact, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Change a contact; what one's own becomes when it is no longer `own` is shared."""
    await _seen(parts, caller, contact_id)
    wish = await _wish(parts, caller, contact_id, body, body.revision)
    name = command_id(key, caller.scope, f"contacts/{contact_id}")

    async def look() -> Json | None:
        now = await parts.contacts.one(caller.scope, contact_id)
        return now if now and (now["revision"] > body.revision or _is_so(now, wish)) else None

    return await decided(parts, _ask(caller, name, wish), look, show_seen)


@router.delete(
    "/contacts/{contact_id}",
    response_model=Decided,
    operation_id="delete_contact",
    responses=DECIDES,
)
async def delete_contact(
    contact_id: ContactId, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """Delete a contact; its numbers are nobody's from then on."""
    await _seen(parts, caller, contact_id)
    wish = schema.RemoveContact(contact_id=contact_id, by=caller.scope.user)
    ask = _ask(caller, command_id(key, caller.scope, f"contacts/{contact_id}/delete"), wish)

    async def look() -> Json | None:
        return {} if await parts.contacts.one(caller.scope, contact_id) is None else None

    return await decided(parts, ask, look, show_plain(ask))


async def _seen(parts: Parts, caller: Caller, contact_id: str) -> Json:
    found = await parts.contacts.one(caller.scope, contact_id)
    if found is None:
        raise not_found()
    return found


async def _wish(
    parts: Parts, caller: Caller, contact_id: str, body: NewContact, revision: int
) -> schema.DefineContact:
    ours = await parts.contacts.home_number(caller.scope)
    try:
        numbers = tuple(
            schema.ContactNumber(number=whole_number(one.number, ours), label=one.label)
            for one in body.numbers
        )
    except BadAddress as error:
        raise Trouble(422, error.code, error.text) from error
    extension_id = body.extension_id
    return schema.DefineContact(
        contact_id=contact_id,
        revision=revision,
        owner=caller.scope.user if body.own else None,
        name=body.name,
        company=body.company,
        numbers=numbers,
        emails=tuple(
            schema.ContactEmail(address=one.address, label=one.label) for one in body.emails
        ),
        extension_id=ExtensionId(extension_id) if extension_id else None,
        note=body.note,
        by=caller.scope.user,
    )


def _ask(caller: Caller, name: str, wish: schema.DefineContact | schema.RemoveContact) -> Ask:
    subject = f"contact/{wish.contact_id}"
    return Ask(
        command_id=name, scope=caller.scope, subject=subject, partition_key=subject, data=wish
    )


def _is_so(now: Json, wish: schema.DefineContact) -> bool:
    """Tell whether there was nothing to change."""
    texts = all(now[name] == getattr(wish, name).strip() for name in ("name", "company", "note"))
    numbers = {(one["number"], one["label"]) for one in now["numbers"]}
    emails = {(one["address"], one["label"]) for one in now["emails"]}
    return (
        texts
        and numbers == {(one.number, one.label.strip()) for one in wish.numbers}
        and emails == {(one.address.strip(), one.label.strip()) for one in wish.emails}
        and now["extension_id"] == wish.extension_id
    )


def _write(place: ContactPlace) -> str:
    return base64.urlsafe_b64encode("\n".join(place).encode()).decode().rstrip("=")


def _read(cursor: str | None) -> ContactPlace | None:
    """Read a place; none, or one that is not ours, is the beginning."""
    try:
        padded = (cursor or "") + "=" * (-len(cursor or "") % 4)
        sorted_by, _, name = base64.urlsafe_b64decode(padded).decode().rpartition("\n")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (sorted_by, name) if name else None
