"""The phonebook to the kernel: contacts as people keep them, and names that a service knows."""

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.contact import (
    CallerNameNoted,
    ContactCommand,
    ContactDefined,
    ContactEvent,
    ContactRemoved,
    DefineContact,
    NoteCallerName,
    RemoveContact,
)
from schemas.envelope import Envelope
from services.kernel.handling import Addressed, Outcome, Part, Parts
from services.router.domain.contacts import (
    CallerName,
    caller_key,
    contact_key,
    define,
    note_name,
    remembered,
    remove,
)
from services.router.domain.state import World, extension_key, tenant_key


def subject_of(data: ContactCommand | ContactEvent, tenant: str) -> str:
    """Name the entity, which is stream, key and part in one."""
    if isinstance(data, NoteCallerName | CallerNameNoted):
        return caller_key(tenant, data.number)
    return contact_key(data.contact_id)


def to_contact(command: ContactCommand, tenant: str) -> Iterator[str]:
    """Name the parts that judge it."""
    yield subject_of(command, tenant)
    yield tenant_key(tenant)
    if not isinstance(command, NoteCallerName):
        yield extension_key(command.by)
    if isinstance(command, DefineContact) and command.extension_id is not None:
        yield extension_key(command.extension_id)


def on_contact(envelope: Envelope[ContactCommand], parts: Parts) -> Outcome:
    """Judge a wish about the phonebook; may raise Refused."""
    world = World(parts, envelope.tenant or "")
    subject = subject_of(envelope.data, world.tenant)
    events = _decide(envelope, world)
    answer = {"subject": subject, "changed": bool(events)}
    return Outcome(
        events=tuple(
            Addressed(subject=subject, partitionkey=subject, tenant=world.tenant, data=event)
            for event in events
        ),
        answer=None if isinstance(envelope.data, NoteCallerName) else answer,
    )


def _decide(envelope: Envelope[ContactCommand], world: World) -> list[Any]:
    match envelope.data:
        case DefineContact() as command:
            return [*define(command, world)]
        case RemoveContact() as command:
            return [*remove(command, world)]
        case NoteCallerName() as command:
            return [*note_name(command, world, envelope.time)]


def contact_remembered(event: Envelope[ContactEvent]) -> Mapping[str, Part]:
    """Give the part that an event of the phonebook leaves behind."""
    tenant = event.tenant or ""
    key = subject_of(event.data, tenant)
    match event.data:
        case ContactDefined() | ContactRemoved() as data:
            return {key: remembered(data, tenant)}
        case CallerNameNoted(name=name):
            return {key: CallerName(name=name, at=event.time)}
