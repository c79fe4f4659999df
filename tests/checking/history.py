"""What happened, line by line, by true time: the workload, the faults, the carriers and the log."""

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec


class Entry(NamedTuple):
    """One line."""

    at: float
    what: str
    about: dict[str, Any]


class History:
    """Grows for one run; the same seed gives the same bytes."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def note(self, at: float, what: str, **about: Any) -> None:  # noqa: ANN401 - JSON values
        self.entries.append(Entry(round(at, 6), what, about))

    def of(self, *what: str) -> Iterator[Entry]:
        """Give the lines of these kinds, in order."""
        return (entry for entry in self.entries if entry.what in what)

    def spelled(self) -> bytes:
        """Spell it as lines of JSON."""
        return b"\n".join(msgspec.json.encode(entry) for entry in self.entries)

    def digest(self) -> str:
        return hashlib.sha256(self.spelled()).hexdigest()
