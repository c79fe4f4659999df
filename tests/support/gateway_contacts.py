"""What the router says of contacts and callers, for the stories of the gateway's tests."""

from typing import Any

import msgspec

from schemas.base import ExtensionId
from schemas.contact import (
    CallerNameNoted,
    ContactDefined,
    ContactEmail,
    ContactNumber,
    ContactRemoved,
)
from tests.support.gateway_words import CUSTOMER, Story

OTHER = "+442071838750"


def contact_id(story: Story, name: str) -> str:
    return f"{story.tenant}-{name.split(maxsplit=1)[0].casefold()}"


def defines_contact(
    story: Story,
    name: str = "Bob Smith",
    *numbers: tuple[str, str],
    owner: str | None = None,
    **more: Any,  # noqa: ANN401 - any field of a contact
) -> ContactDefined:
    """Keep a contact, in the phonebook or as one person's own."""
    by = story.person(owner or "alice")
    found = contact_id(story, name)
    defined = ContactDefined(
        contact_id=found,
        owner=ExtensionId(by) if owner else None,
        revision=1,
        name=name,
        numbers=tuple(ContactNumber(number=number, label=label) for label, number in numbers),
        emails=(ContactEmail(address=f"{found}@example.test", label="Work"),),
        by=by,
        created_by=by,
    )
    defined = msgspec.structs.replace(defined, **more)
    story.tell(f"contact/{found}", f"contact/{found}", defined)
    return defined


def removes_contact(story: Story, name: str) -> None:
    found = contact_id(story, name)
    gone = ContactRemoved(contact_id=found, by=story.person("alice"))
    story.tell(f"contact/{found}", f"contact/{found}", gone)


def notes_name(story: Story, number: str, name: str | None) -> None:
    subject = f"caller/{story.tenant}/{number}"
    story.tell(subject, subject, CallerNameNoted(number=number, name=name, source="test"))


def acquainted(story: Story) -> Story:
    """Let people keep contacts: shared, their own, changed, deleted; and a caller be known."""
    defines_contact(story, "Bob Smith", ("Mobile", CUSTOMER), ("Work", OTHER))
    defines_contact(story, "Bob Smith", ("Mobile", CUSTOMER), revision=2)
    defines_contact(story, "Karen Adams", ("Home", OTHER), owner="alice")
    defines_contact(story, "Gone Jones", ("Home", "+14155550188"))
    removes_contact(story, "Gone Jones")
    notes_name(story, CUSTOMER, "SMITH ROBERT")
    return story
