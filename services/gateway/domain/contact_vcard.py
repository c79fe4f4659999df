"""Contacts as vCard: 2.1 to 4.0 in, a card at a time, so that a broken one breaks itself alone."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import vobject
from vobject.base import ParseError, VObjectError

from services.gateway.domain.contact_drafts import MOST_ROWS, Broken, Draft, NotAFile

#: What a type of a number is called here; what is not named is "pref", "voice" and the like.
_LABELS = {
    "cell": "Mobile",
    "mobile": "Mobile",
    "iphone": "Mobile",
    "home": "Home",
    "work": "Work",
    "main": "Main",
    "fax": "Fax",
    "pager": "Pager",
    "other": "Other",
}
_TYPES = {"Mobile": "CELL", "Home": "HOME", "Work": "WORK", "Fax": "FAX", "Pager": "PAGER"}
_CARD = re.compile(r"^BEGIN:VCARD\s*$.*?^END:VCARD\s*$", re.IGNORECASE | re.DOTALL | re.MULTILINE)
#: Apple's own names stand between these.
_APPLE = re.compile(r"_\$!<(.*)>!\$_")


def read(text: str) -> list[Draft | Broken]:
    """Read cards; NotAFile where there is none."""
    cards = [match[0] for match in _CARD.finditer(text.replace("\r\n", "\n"))]
    if not cards:
        raise NotAFile("There is no vCard in it.")
    if len(cards) > MOST_ROWS:
        raise NotAFile(f"It has more than {MOST_ROWS} cards.")
    return [_card(one) for one in cards]


def _card(text: str) -> Draft | Broken:
    try:
        card = vobject.readOne(text)
        return Draft(
            name=_name(card),
            company=_company(card),
            note=_text(card, "note"),
            numbers=tuple(_ways(card, "tel")),
            emails=tuple(_ways(card, "email")),
        )
    except (ParseError, VObjectError, ValueError, LookupError, AttributeError, TypeError):
        return Broken("This card cannot be read.")


def _text(card: Any, name: str) -> str:  # noqa: ANN401 - vobject's components are untyped
    found = card.contents.get(name)
    return str(found[0].value).strip() if found else ""


def _name(card: Any) -> str:  # noqa: ANN401 - as above
    full = _text(card, "fn")
    if full or "n" not in card.contents:
        return full
    name = card.n.value
    return " ".join(part for part in (str(name.given), str(name.family)) if part.strip())


def _company(card: Any) -> str:  # noqa: ANN401 - as above
    found = card.contents.get("org")
    value = found[0].value if found else ""
    return str(value[0] if isinstance(value, list) and value else value or "").strip()


def _ways(card: Any, kind: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - as above
    for one in card.contents.get(kind, ()):
        value = str(one.value).strip().removeprefix("tel:").removeprefix("mailto:")
        if value:
            yield value, _label(card, one)


def _label(card: Any, one: Any) -> str:  # noqa: ANN401 - as above
    """Name the type: by the owner's own word for it, else by the first type that says something."""
    for own in card.contents.get("x-ablabel", ()):
        if one.group and own.group == one.group:
            word = str(own.value).strip()
            apple = _APPLE.fullmatch(word)
            return _LABELS.get((apple[1] if apple else word).casefold(), word)
    types = [*one.params.get("TYPE", ()), *one.singletonparams]
    words = (part.strip().casefold() for kind in types for part in str(kind).split(","))
    return next((_LABELS[word] for word in words if word in _LABELS), "")


def write(contacts: Iterable[Mapping[str, Any]]) -> str:
    """Write contacts as vCard 3.0, which every telephone reads."""
    return "".join(_written(one) for one in contacts)


def _written(contact: Mapping[str, Any]) -> str:
    card = vobject.vCard()
    called = contact["name"] or contact["company"]
    first, _, last = called.rpartition(" ")
    card.add("n").value = vobject.vcard.Name(family=last, given=first)
    card.add("fn").value = called
    if contact["company"]:
        card.add("org").value = [contact["company"]]
    if contact["note"]:
        card.add("note").value = contact["note"]
    ways = [("tel", one["number"], one["label"]) for one in contact["numbers"]]
    ways += [("email", one["address"], one["label"]) for one in contact["emails"]]
    for place, (kind, value, label) in enumerate(ways, 1):
        _add_way(card, f"item{place}", kind, value, label)
    return str(card.serialize())


def _add_way(card: Any, group: str, kind: str, value: str, label: str) -> None:  # noqa: ANN401 - as above
    line = card.add(kind)
    line.value = value
    if label in _TYPES:
        line.type_param = _TYPES[label]
    elif label:
        line.group = group
        named = card.add("x-ablabel")
        named.group, named.value = group, label
