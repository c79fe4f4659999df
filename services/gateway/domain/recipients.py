"""Whom somebody may mean who types part of a name or number: colleagues, contacts, recent ones."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.gateway.domain.contacts import digits, typed_digits, words
from services.gateway.domain.naming import Names, called
from services.gateway.domain.scope import Scope
from services.gateway.domain.views import Json, phone

Rows = Mapping[str, Any]


def colleagues(people: Iterable[Rows], text: str, viewer: str) -> list[str]:
    """Name the colleagues whose name or extension begins so; not the viewer."""
    wanted = words(text)
    if not wanted:
        return []
    return [
        one["extension_id"]
        for one in people
        if one["extension_id"] != viewer
        and (_begin(words(one["name"]), wanted) or one["dial"].startswith(text.strip()))
    ]


def numbers(found: Iterable[Rows], text: str) -> list[Json]:
    """Give each number of these contacts; only those that were typed, if a number was."""
    typed = typed_digits(text)
    return [
        {
            **phone(one["number"]),
            "name": called(contact),
            "label": one["label"] or None,
            "contact_id": contact["contact_id"],
        }
        for contact in found
        for one in contact["numbers"]
        if typed is None or typed in digits(one["number"])
    ]


def recent(scope: Scope, seen: Iterable[str], names: Names, text: str) -> list[Json]:
    """Give the numbers without a contact that were typed, or whose caller has such a name."""
    typed, wanted = typed_digits(text), words(text)
    found = []
    for number in seen:
        named = names.of(scope.tenant, scope.user, number)
        if named is not None and named.contact_id is not None:
            continue
        name = named.name if named else None
        by_number = typed is not None and typed in digits(number)
        by_name = typed is None and bool(wanted) and name is not None
        if by_number or (by_name and _begin(words(name or ""), wanted)):
            found.append({**phone(number), "name": name, "label": None, "contact_id": None})
    return found


def _begin(has: list[str], wanted: list[str]) -> bool:
    return all(any(word.startswith(one) for word in has) for one in wanted)
