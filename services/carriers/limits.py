"""What carriers.toml says of one account's limits and paces, where it knows better than we do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, get_args

import phonenumbers

#: Carriers promise each kind another pace; a sender's name goes as a local number.
NumberKind = Literal["local", "toll-free", "short-code"]
Paces = Mapping[str, float]

MAX_SEGMENTS_PER_SECOND = 10_000.0
_KINDS = frozenset(get_args(NumberKind))
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}")
_SHORT_CODE = re.compile(r"[0-9]{3,8}")
#: By key: as far as any carrier goes.
_MOST = {
    "max_characters": 10_000,
    "max_files": 10,
    "max_file_bytes": 100_000_000,
    "max_message_bytes": 100_000_000,
}
KEYS = frozenset({*_MOST, "paces"})
_NUMBERS_REMEMBERED = 10_000


class Mistake(ValueError):
    """An entry of carriers.toml cannot be used; the text names the key and what it may be."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Of one account; None is what the carrier's own module says."""

    max_characters: int | None = None
    max_files: int | None = None
    max_file_bytes: int | None = None
    max_message_bytes: int | None = None
    #: Segments per second by number, or by a number's kind.
    paces: Paces = field(default_factory=dict)


def read(entry: Mapping[str, Any]) -> Limits:
    """Read an account's limits; Mistake."""
    given = {key: _count(entry, key, most) for key, most in _MOST.items()}
    return Limits(paces=_paces(entry.get("paces", {})), **given)


def pace(entry: Mapping[str, Any], key: str) -> float | None:
    """Read segments per second, where they are said; Mistake."""
    return _speed(entry[key], key) if key in entry else None


@lru_cache(_NUMBERS_REMEMBERED)
def kind_of(number: str) -> NumberKind:
    """Tell of which kind a number of ours is."""
    if _SHORT_CODE.fullmatch(number):
        return "short-code"
    try:
        found = phonenumbers.number_type(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return "local"
    return "toll-free" if found == phonenumbers.PhoneNumberType.TOLL_FREE else "local"


def _count(entry: Mapping[str, Any], key: str, most: int) -> int | None:
    given = entry.get(key)
    if given is None:
        return None
    if type(given) is not int or not 0 <= given <= most:
        raise Mistake(f"{key} is no number from 0 to {most}")
    return given


def _paces(given: object) -> Paces:
    if not isinstance(given, dict):
        raise Mistake("paces is no table like { local = 1, toll-free = 3 }")
    for key in given:
        if key not in _KINDS and not _NUMBER.fullmatch(key):
            raise Mistake(f"paces: {key} is neither a number nor {', '.join(sorted(_KINDS))}")
    return {key: _speed(value, f"paces: {key}") for key, value in given.items()}


def _speed(given: object, key: str) -> float:
    if type(given) not in {int, float}:
        raise Mistake(f"{key} is no number")
    speed = float(given)  # type: ignore[arg-type]  # said one line above
    if not 0 < speed <= MAX_SEGMENTS_PER_SECOND:
        raise Mistake(f"{key} is no number above 0, up to {MAX_SEGMENTS_PER_SECOND:.0f}")
    return speed
