"""Who an outside number is: by one's own contacts, then the phonebook, then the caller's name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Rows = Mapping[str, Any]
#: Whose contact it is where everybody shares it.
SHARED = ""
_DASH = "\N{EN DASH}"


@dataclass(frozen=True)
class Named:
    """Whose number it is, and how we know."""

    name: str
    #: Of what type the number is: "Mobile".
    label: str | None = None
    contact_id: str | None = None

    @property
    def title(self) -> str:
        """Say who it is and which of their numbers, with a dash between."""
        return f"{self.name} {_DASH} {self.label}" if self.label else self.name


def called(contact: Rows) -> str:
    """Name a contact: its person, or else its organisation."""
    return str(contact["name"] or contact["company"])


class Names:
    """Whose numbers are whose, of the tenants and viewers that were asked for."""

    def __init__(self, contacts: Iterable[Rows], callers: Iterable[Rows]) -> None:
        """contacts: rows with `wanted`, the number that found them."""
        self._contacts: defaultdict[tuple[str, str, str], list[Rows]] = defaultdict(list)
        for row in contacts:
            self._contacts[row["tenant"], row["owner"] or SHARED, row["wanted"]].append(row)
        self._callers = {(row["tenant"], row["number"]): row["name"] for row in callers}

    def of(self, tenant: str, viewer: str, number: str) -> Named | None:
        """Say who it is to this viewer; of several contacts the first by name."""
        for owner in (viewer, SHARED):
            found = self._contacts.get((tenant, owner, number))
            if found:
                first = min(found, key=lambda one: (called(one).casefold(), one["contact_id"]))
                return Named(called(first), _label(first, number), first["contact_id"])
        caller = self._callers.get((tenant, number))
        return Named(caller) if caller else None

    def is_contact(self, tenant: str, number: str) -> bool:
        """Tell whether everybody's phonebook has it: then no service need be asked whose it is."""
        return (tenant, SHARED, number) in self._contacts


def _label(contact: Rows, number: str) -> str | None:
    labels = (one["label"] for one in contact["numbers"] if one["number"] == number)
    return next(labels, "") or None


NOBODY = Names((), ())
