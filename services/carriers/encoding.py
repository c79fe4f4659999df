"""How a text travels: its alphabet, its segments, and the characters that made it expensive.

GSM 03.38 (3GPP TS 23.038) and UTF-16; concatenation by an 8-bit reference. Computed here once, for
dispatch's pace and for the composer's count. National tables are not assumed (carriers.md §3).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Encoding = Literal["gsm7", "ucs2"]

_DEFAULT = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Each goes as an escape and a character: two septets that no segment boundary may part.
_EXTENSION = "^{}\\[~]|€\f"
GSM7_UNITS = {**dict.fromkeys(_DEFAULT, 1), **dict.fromkeys(_EXTENSION, 2)}

#: (alone, each of several): the header of a concatenated part takes 6 octets.
LIMITS: dict[Encoding, tuple[int, int]] = {"gsm7": (160, 153), "ucs2": (70, 67)}
_BEYOND_BMP = 0xFFFF


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What a text costs."""

    encoding: Encoding
    #: Septets, or 16-bit code units.
    units: int
    segments: int
    #: What is left in the last segment.
    left: int
    #: Characters that GSM-7 lacks, each once, in order; empty for gsm7.
    offending: tuple[str, ...]


def measure(text: str) -> Measure:
    """Say which alphabet a text needs, and how many segments it takes; empty text takes none."""
    offending = tuple(dict.fromkeys(letter for letter in text if letter not in GSM7_UNITS))
    encoding: Encoding = "ucs2" if offending else "gsm7"
    parts = split(text)
    unit = _unit(encoding)
    alone, each = LIMITS[encoding]
    used = sum(map(unit, parts[-1])) if parts else 0
    return Measure(
        encoding=encoding,
        units=sum(map(unit, text)),
        segments=len(parts),
        left=(alone if len(parts) <= 1 else each) - used,
        offending=offending,
    )


def split(text: str) -> tuple[str, ...]:
    """Cut a text into segments as a carrier does: never within an escape or surrogate pair."""
    encoding: Encoding = "gsm7" if all(letter in GSM7_UNITS for letter in text) else "ucs2"
    unit, (alone, each) = _unit(encoding), LIMITS[encoding]
    if sum(map(unit, text)) <= alone:
        return (text,) if text else ()
    parts, start, used = [], 0, 0
    for index, letter in enumerate(text):
        if used + unit(letter) > each:
            parts.append(text[start:index])
            start, used = index, 0
        used += unit(letter)
    return (*parts, text[start:])


def _unit(encoding: Encoding) -> Callable[[str], int]:
    return GSM7_UNITS.__getitem__ if encoding == "gsm7" else _utf16_units


def _utf16_units(letter: str) -> int:
    return 2 if ord(letter) > _BEYOND_BMP else 1
