"""Words as they are searched for: how a text is split, what is asked, and where a text answers.

A word is kept folded (no case, no accents) and bounded. Chinese and Japanese are written without
spaces: there each character is a word.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from services.gateway.domain.contacts import fold

#: Longer words are found by their beginning.
MOST_LETTERS = 40
#: Of one message, each once; 1,600 characters hold hardly more.
MOST_WORDS = 256
#: That are looked for at once.
MOST_WANTED = 8
#: Of a snippet, around the first word that was found.
SNIPPET_LETTERS, _LEAD = 200, 60
#: Greater than any letter: what begins with p is between p and p with this.
LAST = "\U0010ffff"
#: Less than any letter, so that nothing but a word itself is between it and it with this.
_NEXT = "\x01"

_IDEOGRAMS = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
#: Accents and vowel signs belong to the letter before them.
_MARKS = "".join(
    chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code)).startswith("M")
)
_TOKEN = re.compile(rf"[{_IDEOGRAMS}]|[^\W_{_IDEOGRAMS}](?:[^\W_{_IDEOGRAMS}]|[{_MARKS}])*")
_PART = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*")
_PLAIN = re.compile(r"[a-z0-9]+")
_SPACE = re.compile(r"\s")


@dataclass(frozen=True)
class Wanted:
    """A word that is looked for; one that may go on is the beginning of a word."""

    word: str
    goes_on: bool = False

    @property
    def end(self) -> str:
        """Give what is greater than everything that answers it, and less than all that follows."""
        return self.word + (LAST if self.goes_on else _NEXT)

    def answers(self, word: str) -> bool:
        return word.startswith(self.word) if self.goes_on else word == self.word


@dataclass(frozen=True)
class Piece:
    """A stretch of a text, and whether it is what was looked for."""

    text: str
    found: bool


def words(text: str) -> list[str]:
    """Give the words of a text, each once, in their order."""
    if text.isascii():  # the same in a tenth of the time
        split = (word[:MOST_LETTERS] for word in _PLAIN.findall(text.lower()))
    else:
        split = (word for token in _TOKEN.finditer(_even(text)) for word in _of(token[0]))
    return list(dict.fromkeys(split))[:MOST_WORDS]


def wanted(text: str) -> tuple[Wanted, ...]:
    """Read what somebody types: the last word may not be finished, unless a space follows it."""
    found = words(text)[:MOST_WANTED]
    if not found:
        return ()
    last = [token[0] for token in _TOKEN.finditer(_even(text))][-1:]
    unfinished = not _SPACE.match(text[-1]) and bool(last)
    goes_on = _of(last[0])[-1:] if unfinished else []
    return tuple(Wanted(word, word in goes_on) for word in found)


def rarest(asked: tuple[Wanted, ...]) -> tuple[Wanted, tuple[Wanted, ...]]:
    """Choose what to look up first: a whole word before a beginning, a long one before a short."""
    first, *others = sorted(asked, key=lambda one: (one.goes_on, -len(one.word)))
    return first, tuple(others)


def snippet(text: str, asked: tuple[Wanted, ...]) -> list[Piece]:
    """Cut out of a text what surrounds the first word that was found, and mark all of them."""
    plain = _even(text)
    spans = [
        (token.start(), token.end())
        for token in _TOKEN.finditer(plain)
        if any(one.answers(word) for one in asked for word in _of(token[0]))
    ]
    start = _beginning(plain, spans[0][0] if spans else 0)
    end = min(len(plain), start + SNIPPET_LETTERS)
    return list(_pieces(plain, spans, start, end))


def _even(text: str) -> str:
    """Spell letters that look alike alike, whatever a keyboard makes them of."""
    return unicodedata.normalize("NFC", text)


def _of(token: str) -> list[str]:
    """Give the words of a token: folding may find several in one sign."""
    if token.isascii():
        return [token.lower()[:MOST_LETTERS]]
    return [part[:MOST_LETTERS] for part in _PART.findall(fold(token))]


def _beginning(text: str, first: int) -> int:
    """Begin a little before what was found, at the beginning of a word."""
    if first <= _LEAD:
        return 0
    gap = _SPACE.search(text, first - _LEAD, first)
    return gap.end() if gap else first - _LEAD


def _pieces(text: str, spans: list[tuple[int, int]], start: int, end: int) -> Iterator[Piece]:
    at = start
    if start:
        yield Piece("\N{HORIZONTAL ELLIPSIS}", found=False)
    for first, last in spans:
        if first >= end or last <= start:
            continue
        if first > at:
            yield Piece(text[at:first], found=False)
        yield Piece(text[first : min(last, end)], found=True)
        at = min(last, end)
    if at < end:
        yield Piece(text[at:end], found=False)
    if end < len(text):
        yield Piece("\N{HORIZONTAL ELLIPSIS}", found=False)
