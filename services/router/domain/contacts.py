"""Rules of the phonebook: who may keep, change and delete a contact; each event says it whole.

Everybody adds to the shared phonebook and changes what is in it; its creator and those who look
after people delete from it. A person's own contacts are theirs alone: to others they do not exist.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from schemas.contact import (
    MOST_EMAIL,
    MOST_EMAILS,
    MOST_LABEL,
    MOST_NAME,
    MOST_NOTE,
    MOST_NUMBERS,
    CallerNameNoted,
    ContactDefined,
    ContactEmail,
    ContactNumber,
    ContactRemoved,
    DefineContact,
    NoteCallerName,
    RemoveContact,
)
from services.router.domain.directory import is_counterpart
from services.router.domain.refusals import (
    BadContact,
    BadNumber,
    ContactChanged,
    NotYourContact,
    UnknownContact,
    UnknownExtension,
)
from services.router.domain.state import World, unknown

#: Who looks after the phonebook: they delete what others added.
KEEPERS = frozenset({"supervisor", "office-manager", "admin", "operator"})
#: The same name is noted again only to say that it was asked for again.
NAME_HOLDS = timedelta(days=1)


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Part `contact/<id>`; nothing is left in it of one that was deleted."""

    tenant: str
    defined: ContactDefined | None


class CallerName(msgspec.Struct, frozen=True, kw_only=True):
    """Part `caller/<tenant>/<number>`."""

    name: str | None
    at: datetime


def contact_key(contact_id: str) -> str:
    return f"contact/{contact_id}"


def caller_key(tenant: str, number: str) -> str:
    return f"caller/{tenant}/{number}"


def define(command: DefineContact, world: World) -> list[ContactDefined]:
    """Keep it as it is now; nothing follows where it is so already; may raise Refused."""
    _check_author(command.by, world)
    before = _known(command.contact_id, world)
    if before is None and (command.revision or _was(command.contact_id, world)):
        raise UnknownContact
    defined = _defined(command, before)
    _check_owner(command, before)
    if before is not None:
        if _same(defined, before):
            return []
        if before.revision != command.revision:
            raise ContactChanged(revision=before.revision)
    _check(defined, world)
    return [defined]


def remove(command: RemoveContact, world: World) -> list[ContactRemoved]:
    """Delete it; twice is once; may raise Refused."""
    _check_author(command.by, world)
    before = _known(command.contact_id, world)
    if before is None:
        if _was(command.contact_id, world):
            return []
        raise UnknownContact
    if before.owner not in {None, command.by}:
        raise UnknownContact
    if before.owner is None and not _may_delete(command, before, world):
        raise NotYourContact
    return [ContactRemoved(contact_id=command.contact_id, by=command.by)]


def note_name(command: NoteCallerName, world: World, at: datetime) -> list[CallerNameNoted]:
    """Note what a caller-name service says, unless it said so within the day."""
    if world.tenant_defined() is None or not is_counterpart(command.number):
        return []
    known = world.parts.get(caller_key(world.tenant, command.number))
    name = (command.name or "").strip()[:MOST_NAME] or None
    if isinstance(known, CallerName) and known.name == name and at - known.at < NAME_HOLDS:
        return []
    return [CallerNameNoted(number=command.number, name=name, source=command.source)]


def remembered(event: ContactDefined | ContactRemoved, tenant: str) -> Contact:
    """Keep a contact whole; of one that is gone, that it was there."""
    return Contact(tenant=tenant, defined=event if isinstance(event, ContactDefined) else None)


def _known(contact_id: str, world: World) -> ContactDefined | None:
    part = world.parts.get(contact_key(contact_id))
    return part.defined if isinstance(part, Contact) and part.tenant == world.tenant else None


def _was(contact_id: str, world: World) -> bool:
    """Tell whether the id is taken: by one that was deleted, or by another tenant's."""
    return isinstance(world.parts.get(contact_key(contact_id)), Contact)


def _check_author(by: str, world: World) -> None:
    if world.extension(by) is None:
        raise UnknownExtension(extension=by)


def _check_owner(command: DefineContact, before: ContactDefined | None) -> None:
    """One's own may be shared with all; what is shared becomes nobody's own."""
    if before is not None and before.owner not in {None, command.by}:
        raise UnknownContact
    shared_before = before is not None and before.owner is None
    if command.owner is not None and (shared_before or command.owner != command.by):
        raise NotYourContact


def _may_delete(command: RemoveContact, contact: ContactDefined, world: World) -> bool:
    who = world.extension(command.by)
    return contact.created_by == command.by or (who is not None and bool(KEEPERS & set(who.roles)))


def _defined(command: DefineContact, before: ContactDefined | None) -> ContactDefined:
    return ContactDefined(
        contact_id=command.contact_id,
        owner=command.owner,
        revision=1 if before is None else before.revision + 1,
        name=command.name.strip(),
        company=command.company.strip(),
        numbers=_numbers(command.numbers),
        emails=_emails(command.emails),
        extension_id=command.extension_id,
        note=command.note.strip(),
        by=command.by,
        created_by=command.by if before is None else before.created_by,
    )


def _numbers(many: Sequence[ContactNumber]) -> tuple[ContactNumber, ...]:
    """Keep each number once, as it was named first."""
    once = {one.number: one for one in reversed(many)}
    kept = (one for one in many if once[one.number] is one)
    return tuple(ContactNumber(number=one.number, label=one.label.strip()) for one in kept)


def _emails(many: Sequence[ContactEmail]) -> tuple[ContactEmail, ...]:
    once = {one.address.strip().casefold(): one for one in reversed(many)}
    kept = (one for one in many if once[one.address.strip().casefold()] is one)
    return tuple(ContactEmail(address=one.address.strip(), label=one.label.strip()) for one in kept)


def _same(now: ContactDefined, before: ContactDefined) -> bool:
    """Tell whether nothing has changed but who says so."""
    said = {"revision": before.revision, "by": before.by}
    return msgspec.structs.replace(now, **said) == before


def _check(contact: ContactDefined, world: World) -> None:
    if not contact.name and not contact.company:
        raise BadContact(field="name", most=MOST_NAME)
    for field, most, many in (
        ("name", MOST_NAME, (contact.name,)),
        ("company", MOST_NAME, (contact.company,)),
        ("note", MOST_NOTE, (contact.note,)),
        ("email", MOST_EMAIL, [one.address for one in contact.emails]),
        ("type", MOST_LABEL, [one.label for one in contact.numbers]),
        ("type", MOST_LABEL, [one.label for one in contact.emails]),
    ):
        if any(len(text) > most for text in many):
            raise BadContact(field=field, most=most)
    _check_ways(contact)
    if contact.extension_id is not None and unknown((contact.extension_id,), world) is not None:
        raise UnknownExtension(extension=contact.extension_id)


def _check_ways(contact: ContactDefined) -> None:
    """A contact is somebody who can be reached, and not in too many ways."""
    if len(contact.numbers) > MOST_NUMBERS:
        raise BadContact(field="numbers", most=MOST_NUMBERS)
    if len(contact.emails) > MOST_EMAILS:
        raise BadContact(field="emails", most=MOST_EMAILS)
    for one in contact.numbers:
        if not is_counterpart(one.number):
            raise BadNumber(number=one.number)
    if any("@" not in one.address for one in contact.emails):
        raise BadContact(field="email", most=MOST_EMAIL)
