"""What the API needs of contacts: the phonebook that is shared, and one's own."""

from collections.abc import Collection, Sequence
from typing import Literal, Protocol

from services.gateway.domain.scope import Scope
from services.gateway.ports import Json

#: Before a contact of a list: what it is sorted by, and its id.
ContactPlace = tuple[str, str]
Book = Literal["phonebook", "own"]


class Contacts(Protocol):
    """The phonebook that a tenant shares, and the viewer's own contacts; nobody else's."""

    async def page(
        self, scope: Scope, book: Book, after: ContactPlace | None, most: int
    ) -> tuple[list[Json], ContactPlace | None]:
        """Give contacts by name, and where to go on."""
        ...

    async def search(self, scope: Scope, book: Book | None, text: str, most: int) -> list[Json]:
        """Give those who are found by part of a name or number; of both books without one."""
        ...

    async def one(self, scope: Scope, contact_id: str) -> Json | None: ...

    async def by_numbers(
        self, scope: Scope, book: Book, numbers: Sequence[str], besides: Collection[str] = ()
    ) -> set[str]:
        """Give those of these numbers that a contact of this book has, besides these contacts."""
        ...

    async def widths(self, scope: Scope, book: Book) -> tuple[int, int]:
        """Give the most numbers and the most e-mails that a contact of this book has."""
        ...

    async def count(self, scope: Scope, book: Book, most: int) -> int:
        """Count contacts, up to `most`."""
        ...

    async def home_number(self, scope: Scope) -> str | None:
        """Give a number of the tenant, which says in what country people write numbers."""
        ...

    async def recipients(self, scope: Scope, text: str, most: int) -> Json:
        """Give teammates, contacts' numbers and recent numbers that a text finds, so many each."""
        ...
