"""The bodies of contacts, on the ground of `shapes`."""

from typing import Annotated

from pydantic import Field

from schemas import contact
from services.gateway.http.shapes import Counterpart, Person, Phone, _Input, _Output

Label = Annotated[str, Field(max_length=contact.MOST_LABEL)]
#: As people write one; it is kept in international form.
TypedNumber = Annotated[str, Field(min_length=3, max_length=40)]


class ContactPhone(Phone):
    label: str


class ContactMail(_Output):
    address: str
    label: str


class Contact(_Output):
    """Somebody of the phonebook, or one of the viewer's own contacts."""

    id: str
    own: bool
    #: Goes back with a change, so that nobody's change is overwritten.
    revision: int
    name: str
    company: str
    numbers: list[ContactPhone]
    emails: list[ContactMail]
    extension_id: str | None
    note: str
    created_by: str


class ContactPage(_Output):
    """By name; `next` leads on. A search has one page."""

    items: list[Contact]
    next: str | None


class NewPhone(_Input):
    number: TypedNumber
    label: Label = ""


class NewMail(_Input):
    address: Annotated[str, Field(min_length=3, max_length=contact.MOST_EMAIL)]
    label: Label = ""


class NewContact(_Input):
    #: One's own, or in the phonebook that everybody shares.
    own: bool = False
    name: Annotated[str, Field(max_length=contact.MOST_NAME)] = ""
    company: Annotated[str, Field(max_length=contact.MOST_NAME)] = ""
    numbers: Annotated[list[NewPhone], Field(default_factory=list, max_length=contact.MOST_NUMBERS)]
    emails: Annotated[list[NewMail], Field(default_factory=list, max_length=contact.MOST_EMAILS)]
    extension_id: Annotated[str | None, Field(max_length=100)] = None
    note: Annotated[str, Field(max_length=contact.MOST_NOTE)] = ""


class ChangedContact(NewContact):
    #: Of the contact as it was when it was changed.
    revision: Annotated[int, Field(ge=1)]


class Recipients(_Output):
    """Whom a text may mean, in three groups; and the number that it is, if it is a whole one."""

    teammates: list[Person]
    phonebook: list[Counterpart]
    recent: list[Counterpart]
    typed: Phone | None
