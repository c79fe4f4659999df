"""By what a contact is found, and how it is shown.

A search key is a word of a name, folded, or the end of a phone number: whoever types the beginning
of a key finds the contact, so that one index range answers both "smi" and "0150".
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.gateway.domain.addressing import canonical
from services.gateway.domain.views import Json, phone

Rows = Mapping[str, Any]
#: Shorter ends of a number are no keys: whoever means the last two digits types more of it.
LEAST_DIGITS = 3
#: Longer words are found by their beginning.
MOST_KEY = 40

_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")
_SHORT_CODE = re.compile(r"\d{5,6}")
#: Where a tenant has no number of its own yet.
_WORLD = "+14155550100"
#: What people write between the digits of a number.
_NUMBER = re.compile(r"\+?[\d() ./-]+")


def fold(text: str) -> str:
    """Spell a text as it is compared: no case, no accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in plain if not unicodedata.combining(one))


def words(text: str) -> list[str]:
    """Give the words of a text, folded, each once."""
    return list(dict.fromkeys(word[:MOST_KEY] for word in _WORD.findall(fold(text))))


def digits(text: str) -> str:
    return "".join(_DIGITS.findall(text))


def typed_digits(text: str) -> str | None:
    """Give the digits of what somebody types as a number; None where it is no part of one."""
    found = digits(text) if _NUMBER.fullmatch(text.strip()) else ""
    return found or None


def keys(contact: Rows) -> list[str]:
    """Name everything by whose beginning a contact is found."""
    found = {*words(f"{contact['name']} {contact['company']}")}
    found |= {fold(one["address"])[:MOST_KEY] for one in contact["emails"]}
    for one in contact["numbers"]:
        found |= set(endings(digits(one["number"])))
    return sorted(found)


def called_by(name: str | None, numbers: Iterable[str]) -> list[str]:
    """Name everything by whose beginning a conversation is found: its name, outside numbers."""
    found = {*words(name or "")}
    for number in numbers:
        found |= set(endings(digits(number)))
    return sorted(found)


def endings(number: str) -> Iterator[str]:
    """Give every end of a number that is long enough to be typed."""
    return (number[start:] for start in range(len(number) - LEAST_DIGITS + 1))


def contact(row: Rows, viewer: str) -> Json:
    """Show a contact whole."""
    return {
        "id": row["contact_id"],
        "own": row["owner"] == viewer,
        "revision": row["revision"],
        "name": row["name"],
        "company": row["company"],
        "numbers": [{**phone(one["number"]), "label": one["label"]} for one in row["numbers"]],
        "emails": row["emails"],
        "extension_id": row["extension_id"],
        "note": row["note"],
        "created_by": row["created_by"],
    }


def whole_number(text: str, ours: str | None) -> str:
    """Read a whole number as somebody in our number's country writes it; raises BadAddress."""
    plain = text.strip()
    return plain if _SHORT_CODE.fullmatch(plain) else canonical(plain, ours or _WORLD)
