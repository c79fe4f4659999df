"""Who has a screen open: every replica tells all, again and again, for signals may be lost."""

import asyncio
from collections import Counter, defaultdict
from typing import Any

import orjson

from schemas.base import ExtensionId
from schemas.catalog import topic_of, wire_name
from schemas.codec import encode, headers
from schemas.envelope import Envelope
from schemas.signal import PresenceChanged
from services.gateway.adapters.hub import Hub
from services.gateway.domain.scope import Scope
from services.gateway.ports import Line
from services.kernel import ids
from services.kernel.clock import Clock, monotonic
from services.kernel.deciding import Outgoing
from services.kernel.kafka.publisher import KafkaPublisher

#: A screen's presence is said again this often, and believed for twice as long.
AGAIN_SECONDS = 20.0
_BELIEVED_SECONDS = 2.5 * AGAIN_SECONDS
#: A page that reloads is not gone.
GRACE_SECONDS = 5.0
_MOST_UNSAID = 1_000

Person = tuple[str, str]


class Presence:
    """Counts this replica's screens, believes the others', and wraps the hub's lines."""

    def __init__(self, hub: Hub, publisher: KafkaPublisher, clock: Clock, instance: str) -> None:
        self._hub, self._publisher, self._clock = hub, publisher, clock
        self._source = f"gateway/{instance}"
        self._screens: Counter[Person] = Counter()
        #: Person → replica → until when it is believed.
        self._seen: defaultdict[Person, dict[str, float]] = defaultdict(dict)
        self._unsaid: asyncio.Queue[tuple[Person, bool]] = asyncio.Queue(_MOST_UNSAID)
        self._closing: set[asyncio.Task[None]] = set()
        #: Set whenever somebody comes or goes.
        self.changed = asyncio.Event()

    def is_online(self, tenant: str, user: str) -> bool:
        return bool(self._seen.get((tenant, user)))

    def is_online_anywhere(self, user: str) -> bool:
        """Whether this extension has a screen open; extension ids are unique over tenants."""
        return any(user == one for _, one in self._seen)

    def join(self, scope: Scope, address: str, feed_id: str) -> Line | None:
        """Begin to tell a screen; its person is online from now on."""
        line = self._hub.join(scope, address, feed_id)
        if line is not None:
            person = (scope.tenant, scope.user)
            self._screens[person] += 1
            self._note(person, self._source, online=True)
        return line

    def leave(self, line: Line) -> None:
        """A screen is gone; its person stays online for a moment."""
        self._hub.leave(line)
        scope: Scope = line.scope  # type: ignore[attr-defined]  # only the hub makes lines
        person = (scope.tenant, scope.user)
        self._screens[person] -= 1
        if self._screens[person] <= 0:
            del self._screens[person]
            task = asyncio.create_task(self._gone_after_grace(person))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _gone_after_grace(self, person: Person) -> None:
        await asyncio.sleep(GRACE_SECONDS)
        if not self._screens[person]:
            self._note(person, self._source, online=False)

    def heard(self, envelope: Envelope[Any]) -> None:
        """Believe another replica."""
        if isinstance(envelope.data, PresenceChanged) and envelope.source != self._source:
            person = (envelope.tenant or "", str(envelope.data.extension_id))
            self._note(person, envelope.source, online=envelope.data.online)

    def _note(self, person: Person, source: str, *, online: bool) -> None:
        before = bool(self._seen.get(person))
        if online:
            self._seen[person][source] = monotonic() + _BELIEVED_SECONDS
        else:
            self._seen[person].pop(source, None)
        self._settle(person, before=before)
        if source == self._source and not self._unsaid.full():
            self._unsaid.put_nowait((person, online))

    def _settle(self, person: Person, *, before: bool) -> None:
        now = bool(self._seen.get(person))
        if not now:
            self._seen.pop(person, None)
        if now != before:
            tenant, user = person
            told = {"type": "presence", "person_id": user, "online": now}
            self._hub.tell(tenant, orjson.dumps(told).decode())
            self.changed.set()

    async def run(self) -> None:
        """Say it, say it again, and forget replicas that no longer do."""
        await asyncio.gather(self._speak(), self._again())

    async def _speak(self) -> None:
        while True:
            person, online = await self._unsaid.get()
            await self._publisher.publish([self._signal(person, online=online)])

    async def _again(self) -> None:
        while True:
            await asyncio.sleep(AGAIN_SECONDS)
            for person in list(self._screens):
                self._note(person, self._source, online=True)
            self._forget(monotonic())

    def _forget(self, now: float) -> None:
        for person, sources in list(self._seen.items()):
            before = bool(sources)
            for source, until in list(sources.items()):
                if until < now and not (source == self._source and self._screens[person]):
                    del sources[source]
            self._settle(person, before=before)

    def _signal(self, person: Person, *, online: bool) -> Outgoing:
        tenant, user = person
        signal_id = ids.new()
        data = PresenceChanged(extension_id=ExtensionId(user), online=online)
        envelope = Envelope(
            id=signal_id,
            type=wire_name(data),
            source=self._source,
            subject=user,
            time=self._clock.now(),
            partitionkey=user,
            tenant=tenant,
            correlation=signal_id,
            data=data,
        )
        return Outgoing(topic_of(data), user.encode(), encode(envelope), headers(envelope))
