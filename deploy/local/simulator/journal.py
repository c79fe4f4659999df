"""Everything that passed, in order, for tests to read and for the phone to show."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from services.kernel.clock import Clock

#: Older entries are forgotten; a test that sends more reads as it goes.
MAX_ENTRIES = 50_000


@dataclass
class Journal:
    """An append-only list with a bell."""

    clock: Clock = field(default_factory=Clock)
    _entries: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=MAX_ENTRIES))
    _count: int = 0
    _bell: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def write(self, kind: str, carrier: str, **what: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
        """Keep one entry: `n` counts up, `at` is now."""
        self._count += 1
        at = self.clock.now().isoformat()
        entry = {"n": self._count, "at": at, "kind": kind, "carrier": carrier, **what}
        async with self._bell:
            self._entries.append(entry)
            self._bell.notify_all()
        return entry

    def read(self, after: int = 0, **matching: str | None) -> list[dict[str, Any]]:
        """Entries after `n` whose fields have these values; None matches all."""
        wanted = {name: value for name, value in matching.items() if value is not None}
        return [
            entry
            for entry in self._entries
            if entry["n"] > after and all(entry.get(name) == wanted[name] for name in wanted)
        ]

    @property
    def last(self) -> int:
        return self._count

    async def wait_beyond(self, number: int, seconds: float) -> None:
        """Return when there is an entry after `number`, or when the time is up."""
        async with self._bell:
            waiting = self._bell.wait_for(lambda: self._count > number)
            try:
                await asyncio.wait_for(waiting, seconds)
            except TimeoutError:
                return
