"""Asks whose numbers those are that text and that nobody has named; no text ever waits for it.

It is told of conversations that changed, by the replica that projects what serves. What the service
says goes on the log, and its row is the cache: a number is asked about once in `NAME_KEPT`. What is
lost by a crash or for want of room is mentioned again by the number's next text.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import timedelta

from schemas.base import ExtensionId
from schemas.contact import NoteCallerName
from services.gateway.adapters.database import Database
from services.gateway.adapters.naming import names_of
from services.gateway.domain.scope import EVERYTHING, Scope
from services.gateway.ports import Ask, LogAway
from services.gateway.ports.caller_names import CallerNames, NamesAway
from services.kernel import ids
from services.kernel.clock import Clock, monotonic
from services.kernel.postgres import is_transient

#: How long the answer of a service holds, also that it knows nobody.
NAME_KEPT = timedelta(days=90)
#: Conversations that wait to be looked at; those that come when it is full are passed over.
MOST_WAITING = 10_000
#: Numbers that were just asked about, and for how long: their rows need a moment.
MOST_REMEMBERED, REPEAT_SECONDS = 10_000, 600.0
#: A service that cannot be asked is left alone for so long.
PAUSE_SECONDS = 30.0
_AT_ONCE = 100

Unnamed = tuple[str, str]
#: Puts a command on the log for which nobody waits; LogAway.
Tell = Callable[[Ask], Awaitable[None]]

_UNNAMED = """
SELECT DISTINCT p.tenant, p.number FROM party p
WHERE p.conversation_id = ANY(%s) AND p.number LIKE '+%%' AND NOT EXISTS (
  SELECT FROM caller_name n WHERE n.tenant = p.tenant AND n.number = p.number AND n.at > %s)
ORDER BY p.tenant, p.number
"""


class NamingCallers:
    """Keeps what is to be asked, and asks one after another."""

    def __init__(self, names: CallerNames, database: Database, tell: Tell, clock: Clock) -> None:
        self._names, self._database = names, database
        self._tell, self._clock = tell, clock
        self._waiting: dict[str, None] = {}
        #: Since when; the oldest first.
        self._asked: dict[Unnamed, float] = {}
        self._some = asyncio.Event()

    def changed(self, conversations: Collection[str]) -> None:
        """Hear which conversations changed; never waits, and forgets what is too much."""
        for conversation in conversations:
            if len(self._waiting) < MOST_WAITING:
                self._waiting[conversation] = None
        if self._waiting:
            self._some.set()

    async def run(self) -> None:
        while True:
            await self._some.wait()
            try:
                await self.once()
            except (NamesAway, LogAway):
                await asyncio.sleep(PAUSE_SECONDS)
            except Exception as error:
                if not is_transient(error):
                    raise
                await asyncio.sleep(PAUSE_SECONDS)

    async def once(self) -> None:
        """Look at some of what waits; what could not be asked waits on. NamesAway, LogAway."""
        now = monotonic()
        self._asked = {one: at for one, at in self._asked.items() if now - at < REPEAT_SECONDS}
        taken = [each for each, _ in zip(list(self._waiting), range(_AT_ONCE), strict=False)]
        for tenant, number in await self._unnamed(taken):
            await self._ask(tenant, number)
        for each in taken:
            self._waiting.pop(each, None)
        if not self._waiting:
            self._some.clear()

    async def _unnamed(self, conversations: Sequence[str]) -> list[Unnamed]:
        """Give the numbers that no contact of everybody's and no fresh answer names."""
        since = self._clock.now() - NAME_KEPT
        async with self._database.looking(EVERYTHING) as (rows, _):
            cursor = await rows.execute(_UNNAMED, (list(conversations), since))
            found = [(row["tenant"], row["number"]) for row in await cursor.fetchall()]
            known = await names_of(rows, found, ())
        return [one for one in found if one not in self._asked and not known.is_contact(*one)]

    async def _ask(self, tenant: str, number: str) -> None:
        name = await self._names.name(number)
        subject = f"caller/{tenant}/{number}"
        note = NoteCallerName(number=number, name=name, source=self._names.source)
        ask = Ask(
            command_id=ids.new(),
            scope=Scope(tenant, ExtensionId("")),
            subject=subject,
            partition_key=subject,
            data=note,
        )
        await self._tell(ask)
        if len(self._asked) < MOST_REMEMBERED:
            self._asked[tenant, number] = monotonic()
