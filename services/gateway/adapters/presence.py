"""Who has a screen open: every replica tells all, again and again, for signals may be lost."""

import asyncio
from collections import Counter, defaultdict
from typing import Any

import orjson

from schemas.base import ExtensionId
from schemas.envelope import Envelope
from schemas.signal import PresenceChanged
from services.gateway.adapters.hub import Hub
from services.gateway.adapters.signalling import Signaller
from services.gateway.domain.scope import Scope
from services.gateway.ports import Line
from services.kernel.clock import monotonic

#: A screen's presence is said again this often, and believed for twice as long.
AGAIN_SECONDS = 20.0
_BELIEVED_SECONDS = 2.5 * AGAIN_SECONDS
#: Screens are told of all who come and go within this by one frame: after a restart everybody
#: comes at once, and a frame of each for each would be a million for a thousand.
TELL_SECONDS = 0.25
#: A page that reloads is not gone.
GRACE_SECONDS = 5.0

Person = tuple[str, str]


class Presence:
    """Counts this replica's screens, believes the others', and wraps the hub's lines."""

    def __init__(self, hub: Hub, signaller: Signaller) -> None:
        self._hub, self._signaller = hub, signaller
        self._source = signaller.source
        self._screens: Counter[Person] = Counter()
        #: Person → replica → until when it is believed.
        self._seen: defaultdict[Person, dict[str, float]] = defaultdict(dict)
        #: The same by extension alone: it is asked for every person whom a frame shows.
        self._anywhere: Counter[str] = Counter()
        self._closing: set[asyncio.Task[None]] = set()
        #: Who came or went since screens were told last.
        self._news: dict[Person, bool] = {}
        self._something = asyncio.Event()
        #: Set whenever somebody comes or goes.
        self.changed = asyncio.Event()

    def is_online(self, tenant: str, user: str) -> bool:
        return bool(self._seen.get((tenant, user)))

    def is_online_anywhere(self, user: str) -> bool:
        """Whether this extension has a screen open; extension ids are unique over tenants."""
        return self._anywhere[user] > 0

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
        if source == self._source:
            tenant, user = person
            change = PresenceChanged(extension_id=ExtensionId(user), online=online)
            self._signaller.say(tenant, user, change)

    def _settle(self, person: Person, *, before: bool) -> None:
        now = bool(self._seen.get(person))
        if not now:
            self._seen.pop(person, None)
        if now != before:
            _, user = person
            self._anywhere[user] += 1 if now else -1
            if not self._anywhere[user]:
                del self._anywhere[user]
            self._news[person] = now
            self._something.set()
            self.changed.set()

    async def run(self) -> None:
        """Tell screens who came and went; say it to replicas again, forget those that do not."""
        await asyncio.gather(self._telling(), self._again())

    async def _telling(self) -> None:
        while True:
            await self._something.wait()
            await asyncio.sleep(TELL_SECONDS)
            self._something.clear()
            self.tell()

    def tell(self) -> None:
        """Tell all screens of a tenant at once of all who came and went since."""
        news, self._news = self._news, {}
        people: defaultdict[str, list[dict[str, str | bool]]] = defaultdict(list)
        for (tenant, user), online in news.items():
            people[tenant].append({"person_id": user, "online": online})
        for tenant, changed in people.items():
            told = {"type": "presence", "people": changed}
            self._hub.tell(tenant, orjson.dumps(told).decode())

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
