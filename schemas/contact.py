"""Contacts and caller names: who an outside number is. Router's, on the topics of `directory`.

Subject and key are the entity: `contact/<id>`, and `caller/<tenant>/<number>`. A contact is one
tenant's; it is in the phonebook that all its people share, or one person's own.
"""

from schemas.base import Command, Counterpart, Event, ExtensionId, PersonalText, Value

#: Bounds of one contact; router judges by them, the gateway says so before it asks.
MOST_NUMBERS = 20
MOST_EMAILS = 20
MOST_NAME = 200
MOST_LABEL = 40
MOST_EMAIL = 254
MOST_NOTE = 2_000


class ContactNumber(Value, frozen=True, kw_only=True):
    """A phone number of a contact, and of what type it is: "Mobile"; empty where nobody said."""

    number: Counterpart
    label: PersonalText = ""


class ContactEmail(Value, frozen=True, kw_only=True):
    """An e-mail address of a contact, and of what type it is: "Work"."""

    address: PersonalText
    label: PersonalText = ""


class ContactDefined(Event, frozen=True, kw_only=True):
    """A contact, as it is from now on; `revision` counts its changes from 1."""

    contact_id: str
    #: Whose own it is; None is the shared phonebook.
    owner: ExtensionId | None
    revision: int
    name: PersonalText
    company: PersonalText = ""
    numbers: tuple[ContactNumber, ...] = ()
    emails: tuple[ContactEmail, ...] = ()
    #: The extension of the same person, where it is a colleague.
    extension_id: ExtensionId | None = None
    note: PersonalText = ""
    by: ExtensionId
    #: Who made it: they may delete it.
    created_by: ExtensionId


class ContactRemoved(Event, frozen=True, kw_only=True):
    """A contact is gone, and nobody is named by it any more."""

    contact_id: str
    by: ExtensionId


class CallerNameNoted(Event, frozen=True, kw_only=True):
    """A caller-name service says whose number it is; None: it does not know."""

    number: Counterpart
    name: PersonalText | None
    #: Which service said so.
    source: str


class DefineContact(Command, frozen=True, kw_only=True):
    """Create a contact, or change the one of this id."""

    contact_id: str
    #: The revision that was changed; 0 where the contact is new.
    revision: int
    owner: ExtensionId | None
    name: PersonalText
    company: PersonalText = ""
    numbers: tuple[ContactNumber, ...] = ()
    emails: tuple[ContactEmail, ...] = ()
    extension_id: ExtensionId | None = None
    note: PersonalText = ""
    by: ExtensionId


class RemoveContact(Command, frozen=True, kw_only=True):
    """Delete a contact."""

    contact_id: str
    by: ExtensionId


class NoteCallerName(Command, frozen=True, kw_only=True):
    """The gateway has asked a caller-name service; nobody waits for an answer."""

    number: Counterpart
    name: PersonalText | None
    source: str


ContactEvent = ContactDefined | ContactRemoved | CallerNameNoted
ContactCommand = DefineContact | RemoveContact | NoteCallerName
