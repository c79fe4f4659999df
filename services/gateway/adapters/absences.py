"""Tells the queues which of their agents have no screen open, and which are back; one replica does.

It compares what is with what the queues believe, so that nothing is missed: not a crash of a
replica with its sockets, not a signal that was lost.
"""

import asyncio
from collections.abc import Callable

from schemas.base import ExtensionId, QueueId
from schemas.queue import MarkAway, MarkPresent
from services.gateway.adapters.database import Database
from services.gateway.adapters.presence import AGAIN_SECONDS, Presence
from services.gateway.domain.scope import EVERYTHING, Scope
from services.gateway.ports import Ask, Asking, LogAway
from services.kernel import ids
from services.kernel.clock import monotonic
from services.kernel.postgres import is_transient

#: After a start everybody has this long to connect again before they are called away.
SETTLING_SECONDS = 2 * AGAIN_SECONDS
_LOOK_SECONDS = 5.0
#: The same wish about the same agent is not repeated sooner; the read model needs a moment.
_REPEAT_SECONDS = 30.0
_MOST_AGENTS = 20_000

_AGENTS = """
SELECT a.tenant, a.queue_id, a.extension_id, coalesce(b.away, false) AS away
FROM queue_agent a LEFT JOIN queue_absence b USING (queue_id, extension_id)
WHERE a.logged_in LIMIT %s
"""


class Absences:
    """Compares presence with the rosters."""

    def __init__(
        self,
        database: Database,
        presence: Presence,
        asking: Asking,
        is_leading: Callable[[], bool],
    ) -> None:
        self._database, self._presence, self._asking = database, presence, asking
        self._is_leading = is_leading
        self._begun = monotonic()
        self._told: dict[tuple[str, str, bool], float] = {}

    async def run(self) -> None:
        while True:
            await self._wait()
            if not self._is_leading():
                continue
            try:
                await self.compare(monotonic())
            except LogAway:
                continue  # the next look says it again
            except Exception as error:
                if not is_transient(error):
                    raise

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                await self._presence.changed.wait()
        except TimeoutError:
            return
        self._presence.changed.clear()

    async def compare(self, now: float) -> None:
        """Tell each queue what it does not know yet."""
        async with self._database.looking(EVERYTHING) as (rows, _):
            cursor = await rows.execute(_AGENTS, (_MOST_AGENTS,))
            agents = await cursor.fetchall()
        self._told = {key: at for key, at in self._told.items() if now - at < _REPEAT_SECONDS}
        for agent in agents:
            tenant, user = agent["tenant"], agent["extension_id"]
            online = self._presence.is_online(tenant, user)
            settled = online or now - self._begun > SETTLING_SECONDS
            key, other = (agent["queue_id"], user, online), (agent["queue_id"], user, not online)
            # What was told a moment ago is the queue's belief, although no read model shows it yet.
            wrong = online == agent["away"] or other in self._told
            if wrong and settled and key not in self._told:
                self._told.pop(other, None)
                self._told[key] = now
                scope = Scope(tenant, ExtensionId(user))
                await self._asking.tell(_wish(scope, agent["queue_id"], online=online))


def _wish(scope: Scope, queue: str, *, online: bool) -> Ask:
    kind = MarkPresent if online else MarkAway
    return Ask(
        command_id=ids.new(),
        scope=scope,
        subject=queue,
        partition_key=queue,
        data=kind(queue_id=QueueId(queue), agent_id=scope.user),
    )
