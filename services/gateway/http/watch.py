"""Pings every screen, and ends those on which nobody answers or whose owner may no longer stay.

One task looks after all of them, and one question to the accounts serves all that are due in the
same second: ten thousand screens would else ask seven hundred questions in each.
"""

import asyncio
import heapq
from collections.abc import Collection
from itertools import count
from typing import Protocol

import psycopg

from services.gateway.domain.scope import Caller
from services.gateway.ports import RESYNC, SIGNED_OUT, Accounts, Line
from services.kernel.clock import Clock, monotonic

PING_SECONDS = 15.0
#: Pings that may stay without a pong before the screen counts as gone.
MOST_SILENCE = 2.5 * PING_SECONDS
_LOOK_SECONDS = 1.0


class Watched(Protocol):
    """One open screen: whose, its line, and when it was last heard of (monotonic seconds)."""

    @property
    def caller(self) -> Caller: ...

    @property
    def line(self) -> Line: ...

    @property
    def heard(self) -> float: ...

    def end(self, code: int) -> None:
        """Let go of it now, whatever it is in the midst of sending."""
        ...


class Watch:
    """Knows when each screen is due; one whose line has ended is let go of by then."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts, self._clock = accounts, clock
        #: By when they are due; the number keeps two of one moment apart.
        self._due: list[tuple[float, int, Watched]] = []
        self._numbers = count()

    def add(self, screen: Watched) -> None:
        """Ping it, and again every `PING_SECONDS`, until its line ends."""
        now = self._clock.now().timestamp()
        screen.line.say(f'{{"type":"ping","t":{int(now * 1000)}}}')
        wait = min(PING_SECONDS, max(0.0, screen.caller.expires - now))
        heapq.heappush(self._due, (monotonic() + wait, next(self._numbers), screen))

    async def run(self) -> None:
        """Look every second, for ever."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            await self.look(monotonic())

    async def look(self, now: float) -> None:
        """See to all that are due by now."""
        due = self._taken(now)
        if not due:
            return
        ended = await self._ended({screen.caller.proof_id for screen in due})
        for screen in due:
            if now - screen.heard > MOST_SILENCE:
                screen.end(RESYNC)
            elif screen.caller.proof_id in ended:
                screen.end(SIGNED_OUT)
            else:
                self.add(screen)

    def _taken(self, now: float) -> list[Watched]:
        due = []
        while self._due and self._due[0][0] <= now:
            screen = heapq.heappop(self._due)[2]
            if screen.line.ended is None:
                due.append(screen)
            else:
                screen.end(screen.line.ended)  # it may hang in a send that nobody reads
        return due

    async def _ended(self, proofs: Collection[str]) -> Collection[str]:
        """Name whose proof has ended; while nobody can tell, they keep their screens."""
        try:
            return await self._accounts.ended(proofs)
        except psycopg.OperationalError:
            return ()
