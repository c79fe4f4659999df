"""How a text travels: its alphabet, its segments, and the characters that made it expensive.

GSM 03.38 (3GPP TS 23.038) and UTF-16; concatenation by an 8-bit reference. Computed here for
dispatch's pace, and for the composer's count by a TypeScript of the same tables, which
`python -m tools.encoding` writes. National tables are not assumed (carriers.md §3).
"""

import functools
import unicodedata
from collections.abc import Callable, Iterator
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

#: What looks like a letter of GSM-7 and is none, and that letter; what shows nothing, and nothing.
_LOOK_ALIKES = {
    '"': "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u301d\u301e",
    "'": "\u2018\u2019\u201a\u201b\u2032\u2035\u02b9\u02bb\u02bc\u02bd\u0060\u00b4",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63",
    "...": "\u2026",
    "<": "\u2039",
    ">": "\u203a",
    "*": "\u2022\u2217",
    "/": "\u2044\u2215",
    " ": "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000\t",
    "\n": "\u0085\u2028\u2029\v",
    "": "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068"
    "\u2069\ufeff",
}
LOOK_ALIKES = {letter: plain for plain, letters in _LOOK_ALIKES.items() for letter in letters}

#: What belongs to the character before it, beside marks (category M): joiner, skin tones, tags of
#: flags, vowels and finals of Korean. First and last code point of each range.
CLINGING = ((0x1160, 0x11FF), (0x200D, 0x200D), (0x1F3FB, 0x1F3FF), (0xE0020, 0xE007F))
#: Two of these make a flag.
FLAG_LETTERS = (0x1F1E6, 0x1F1FF)
_JOINER = "\u200d"
#: Nothing before it clings, but for a line feed.
_FIRST_MARK = "\u0300"
#: Letters whose place is remembered: an alphabet or two.
_REMEMBERED = 4_096
_GSM7 = frozenset(GSM7_UNITS)


@dataclass(frozen=True, kw_only=True)
class Offender:
    """A character, as people see one, that GSM-7 has no letter for."""

    character: str
    #: Where it stands first, in code points from 0.
    position: int


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What a text costs."""

    encoding: Encoding
    #: As people count them: an emoji with its skin tone is one.
    characters: int
    #: Septets, or 16-bit code units.
    units: int
    segments: int
    #: What is left in the last segment.
    left: int
    #: What forces the wide alphabet, each once, in order; empty for gsm7.
    offending: tuple[Offender, ...]


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """One character that was made plain."""

    was: str
    now: str
    #: In the text as it was, in code points from 0.
    position: int


def measure(text: str) -> Measure:
    """Say which alphabet a text needs, and how many segments it takes; empty text takes none."""
    placed = () if is_plain(text) else tuple(_placed(text))
    first: dict[str, int] = {}
    for position, character in placed:
        if not is_plain(character):
            first.setdefault(character, position)
    encoding: Encoding = "ucs2" if first else "gsm7"
    parts = split(text)
    unit = _unit(encoding)
    alone, each = LIMITS[encoding]
    used = sum(map(unit, parts[-1])) if parts else 0
    return Measure(
        encoding=encoding,
        characters=len(placed) or len(text) - text.count("\r\n"),
        units=sum(map(unit, text)),
        segments=len(parts),
        left=(alone if len(parts) <= 1 else each) - used,
        offending=tuple(Offender(character=what, position=at) for what, at in first.items()),
    )


def split(text: str) -> tuple[str, ...]:
    """Cut a text into segments: never within an escape or surrogate pair.

    Nor within a character as people see one, unless it is longer than a segment.
    """
    encoding: Encoding = "gsm7" if is_plain(text) else "ucs2"
    unit, (alone, each) = _unit(encoding), LIMITS[encoding]
    if sum(map(unit, text)) <= alone:
        return (text,) if text else ()
    parts, start, end, used = [], 0, 0, 0
    for piece in _pieces(text, unit, each):
        units = sum(map(unit, piece))
        if used + units > each:
            parts.append(text[start:end])
            start, used = end, 0
        used += units
        end += len(piece)
    return (*parts, text[start:])


def simplify(text: str) -> tuple[str, tuple[Replacement, ...]]:
    """Give the text in plain letters where they look the same, and say what was replaced.

    Letters of other alphabets and emoji stay as they are: nothing changes its meaning.
    """
    said, replaced = [], []
    for position, was in _placed(text):
        now = was if is_plain(was) else _plain(was)
        said.append(now)
        if now != was:
            replaced.append(Replacement(was=was, now=now, position=position))
    return "".join(said), tuple(replaced)


def characters(text: str) -> Iterator[str]:
    """Give the characters as people see them, each with the marks and parts that belong to it."""
    start = 0
    for index in range(1, len(text)):
        if not _clings(text, start, index):
            yield text[start:index]
            start = index
    if text:
        yield text[start:]


def is_plain(text: str) -> bool:
    """Tell whether GSM-7 has a letter for everything in a text."""
    return _GSM7.issuperset(text)


def _plain(character: str) -> str:
    composed = unicodedata.normalize("NFC", character)
    return "".join(LOOK_ALIKES.get(letter, letter) for letter in composed)


def _placed(text: str) -> Iterator[tuple[int, str]]:
    position = 0
    for character in characters(text):
        yield position, character
        position += len(character)


def _clings(text: str, start: int, index: int) -> bool:
    """Tell whether the letter at `index` belongs to the character that began at `start`."""
    letter, before = text[index], text[index - 1]
    if letter < _FIRST_MARK:
        return before == "\r" and letter == "\n"
    if before in "\r\n":
        return False
    if _is_flag_letter(letter) and _is_flag_letter(before):
        return index - start == 1
    return before == _JOINER or _belongs(letter)


@functools.lru_cache(_REMEMBERED)
def _belongs(letter: str) -> bool:
    """Tell whether a letter always belongs to what stands before it."""
    named = any(first <= ord(letter) <= last for first, last in CLINGING)
    return named or unicodedata.category(letter).startswith("M")


def _is_flag_letter(letter: str) -> bool:
    return FLAG_LETTERS[0] <= ord(letter) <= FLAG_LETTERS[1]


def _pieces(text: str, unit: Callable[[str], int], each: int) -> Iterator[str]:
    """Give what must not be parted; a character beyond all measure goes letter by letter."""
    for character in characters(text):
        if sum(map(unit, character)) <= each:
            yield character
        else:
            yield from character


def _unit(encoding: Encoding) -> Callable[[str], int]:
    return GSM7_UNITS.__getitem__ if encoding == "gsm7" else _utf16_units


def _utf16_units(letter: str) -> int:
    return 2 if ord(letter) > _BEYOND_BMP else 1
