"""Makes the feed's frames of a batch: what changed, for each viewer who is told of it."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from services.gateway.adapters import facts as reading
from services.gateway.adapters import messages as said
from services.gateway.adapters import scheduled as plans
from services.gateway.adapters.database import Rows
from services.gateway.adapters.derive import Derived
from services.gateway.adapters.naming import names_for
from services.gateway.domain import audience, views
from services.gateway.domain.naming import NOBODY, Names
from services.gateway.domain.touched import Touched
from services.gateway.domain.views import Json, Online, People

#: Who is told, and the frame without its sequence.
Told = tuple[str, str]


def frame(kind: str, **fields: Any) -> str:  # noqa: ANN401 - JSON values of any kind
    """Serialise a frame once, for everybody who gets it."""
    return orjson.dumps({"type": kind, **fields}).decode()


class Framer:
    """Makes frames for the viewers who have a feed; others start with a bootstrap anyway."""

    def __init__(self, rows: Rows, subscribed: Mapping[str, str], online: Online) -> None:
        #: Viewer → tenant.
        self._subscribed = subscribed
        self._rows = rows
        self._online = online
        self._names: Names = NOBODY

    async def frames(self, touched: Touched, derived: Derived) -> list[Told]:
        """Give every frame in the order in which a client should apply it."""
        if not self._subscribed:
            return []
        # A text is told before its queue has said that it waits: to nobody. Those it waits for get
        # it when it does.
        late = await said.unanswered(self._rows, sorted(touched.waiting))
        messages = await said.by_id(self._rows, sorted(touched.messages | late))
        hidden = await said.hidden(self._rows, [one["message_id"] for one in messages])
        pills = await reading.pills(self._rows, sorted(touched.pills))
        facts = dict(derived.facts)
        about = {one["conversation_id"] for one in (*messages, *pills)} - facts.keys()
        facts.update(await reading.facts(self._rows, sorted(about)))
        queues = await self._queues(touched, pills, facts)
        people = await self._people(
            set(touched.people),
            facts.values(),
            derived.marks.values(),
            messages,
            pills,
            (queues[one] for one in touched.queues & queues.keys()),
        )
        viewers = {viewer for _, viewer in (*derived.marks, *derived.removed)}
        self._names = await names_for(
            self._rows, derived.facts.values(), viewers & self._subscribed.keys()
        )
        return [
            *self._persons(touched, people),
            *self._conversations(touched, derived, people),
            *self._items(messages, facts, hidden, people),
            *self._gone(touched, facts),
            *self._pills(pills, facts, people, queues),
            *self._waiting(touched, derived, queues),
            *self._queue_frames(touched, queues, people),
            *self._crowds(touched, queues),
            *self._removed(touched, derived, people),
            *await self._read(touched, facts, people),
            *await self._plans(touched),
            *self._access(touched),
        ]

    async def _queues(
        self, touched: Touched, pills: Iterable[Json], facts: Mapping[str, Json]
    ) -> dict[str, Json]:
        wanted = {*touched.queues, *touched.crowds, *(one["queue_id"] for one in pills)}
        wanted |= {one["about"]["to_queue"] for one in pills if "to_queue" in one["about"]}
        wanted |= {one["queue_id"] for one in facts.values() if one["queue_id"]}
        return await reading.queues(self._rows, sorted(wanted))

    async def _people(self, touched: set[str], *sources: Iterable[Json]) -> People:
        ids = reading.named_in(*sources) | touched
        return People(await reading.people(self._rows, sorted(ids)), self._online)

    def _to(self, viewers: Iterable[str], text: str) -> Iterable[Told]:
        return ((one, text) for one in viewers if one in self._subscribed)

    def _persons(self, touched: Touched, people: People) -> Iterable[Told]:
        for person_id in sorted(touched.people.keys() & people.names.keys()):
            text = frame("person", person=people.view(person_id))
            colleagues = self._of_tenants({touched.people[person_id]})
            yield from self._to(colleagues, text)

    def _of_tenants(self, tenants: set[str]) -> Iterable[str]:
        return (viewer for viewer, tenant in self._subscribed.items() if tenant in tenants)

    def _access(self, touched: Touched) -> Iterable[Told]:
        """Let whoever may do more or less from now on begin anew; last, so nothing follows it."""
        told = {*self._of_tenants(touched.tenants), *touched.entitled}
        return self._to(sorted(told), frame("access"))

    def _conversations(self, touched: Touched, derived: Derived, people: People) -> Iterable[Told]:
        for (name, viewer), marks in derived.marks.items():
            told = name in touched.conversations or (name, viewer) in touched.own
            if told and not marks["deleted"] and viewer in self._subscribed:
                seen = views.conversation(derived.facts[name], marks, viewer, people, self._names)
                yield viewer, frame("conversation", conversation=seen)

    def _items(
        self,
        rows: Iterable[Json],
        facts: Mapping[str, Json],
        hidden: set[tuple[str, str]],
        people: People,
    ) -> Iterable[Told]:
        for row in rows:
            name, message_id = row["conversation_id"], row["message_id"]
            if name in facts:
                seen = views.message(row, people)
                text = frame("item", conversation_id=name, item=seen)
                live = audience.live(facts[name])
                yield from self._to((one for one in live if (message_id, one) not in hidden), text)

    def _gone(self, touched: Touched, facts: Mapping[str, Json]) -> Iterable[Told]:
        """Take away what was deleted, from whoever may have it on a screen."""
        for name, message_id, lost_by in sorted(touched.gone, key=str):
            text = frame("item-removed", conversation_id=name, item_id=message_id)
            yield from self._to(_readers(facts.get(name), lost_by), text)
        for (name, viewer), up_to in sorted(touched.cleared.items()):
            text = frame("items-removed", conversation_id=name, up_to=up_to)
            yield from self._to((viewer,), text)

    async def _read(
        self, touched: Touched, facts: Mapping[str, Json], people: People
    ) -> list[Told]:
        """Tell the other members of a chat how far one has read; of texts, nobody."""
        told: list[Told] = []
        for name in sorted({name for name, _ in touched.read}):
            seen = facts.get(name)
            if seen is None or seen["kind"] == "sms":
                continue
            members = tuple(seen["members"] or ())
            for one in await said.readers(self._rows, name, members):
                if (name, one["extension_id"]) in touched.read:
                    text = frame("read", conversation_id=name, reader=views.reader(one, people))
                    told += self._to((to for to in members if to != one["extension_id"]), text)
        return told

    async def _plans(self, touched: Touched) -> list[Told]:
        """Tell authors what became of what they planned; an admin looks it up."""
        found = await plans.changed(self._rows, sorted(touched.plans), self._online)
        return [
            told
            for author, seen in found
            for told in self._to((author,), frame("scheduled", scheduled=seen))
        ]

    def _pills(
        self,
        rows: Iterable[Json],
        facts: Mapping[str, Json],
        people: People,
        queues: Mapping[str, Json],
    ) -> Iterable[Told]:
        names = {queue_id: one["name"] for queue_id, one in queues.items()}
        for row in rows:
            name = row["conversation_id"]
            if name in facts:
                concerned = audience.concerned(facts[name], row["about"])
                item = views.pill(row, people, names)
                yield from self._to(concerned, frame("item", conversation_id=name, item=item))

    def _waiting(
        self, touched: Touched, derived: Derived, queues: Mapping[str, Json]
    ) -> Iterable[Told]:
        shown = {
            (one["queue_id"], name)
            for name, one in derived.facts.items()
            if name in touched.conversations
            and audience.in_queue(one)
            and one["state"] == "waiting"
        }
        # its number's route may have left the queue without a word of the queue's own
        left = {
            (one["queue_id"], name)
            for name, one in derived.facts.items()
            if name in touched.conversations and one["queue_id"] and not audience.in_queue(one)
        }
        for queue_id, name in sorted((touched.places | left) - shown):
            text = frame("waiting-removed", queue_id=queue_id, conversation_id=name)
            yield from self._to(_watchers(queues.get(queue_id)), text)
        for _, name in sorted(shown):
            facts = derived.facts[name]
            text = frame("waiting", waiting=views.waiting(facts, self._names))
            yield from self._to(audience.watchers(facts), text)

    def _queue_frames(
        self, touched: Touched, queues: Mapping[str, Json], people: People
    ) -> Iterable[Told]:
        """Spell a queue once for all to whom it looks the same: each of its people is in it."""
        for queue_id in sorted(touched.queues & queues.keys()):
            row = queues[queue_id]
            shown, standing = views.queue_to_all(row, people), views.standing_in(row)
            spelt: dict[tuple[Any, ...], str] = {}
            for viewer in _watchers(row):
                if viewer not in self._subscribed:
                    continue
                own = standing(viewer)
                key = tuple(own.values())
                if key not in spelt:
                    spelt[key] = frame("queue", queue={**shown, **own})
                yield viewer, spelt[key]

    def _crowds(self, touched: Touched, queues: Mapping[str, Json]) -> Iterable[Told]:
        """Tell how many wait without naming everybody who works there again."""
        for queue_id in sorted((touched.crowds - touched.queues) & queues.keys()):
            row = queues[queue_id]
            text = frame(
                "queue-waiting",
                queue_id=queue_id,
                waiting_count=row["waiting_count"],
                oldest_at=row["oldest_at"],
            )
            yield from self._to(_watchers(row), text)

    def _removed(self, touched: Touched, derived: Derived, people: People) -> Iterable[Told]:
        """Show how it looks now before it leaves a list: an open thread stays, read-only."""
        for name, viewer in derived.removed:
            facts = derived.facts.get(name)
            deleted = (name, viewer) in touched.cleared
            if facts is not None and not deleted and audience.may_read(facts, viewer):
                seen = views.conversation(facts, views.NO_MARKS, viewer, people, self._names)
                yield from self._to((viewer,), frame("conversation", conversation=seen))
            yield from self._to((viewer,), frame("conversation-removed", conversation_id=name))


def _readers(facts: Json | None, alone: str | None) -> tuple[str, ...]:
    if facts is None:
        return ()
    everybody = (*audience.listers(facts), *audience.watchers(facts), *(facts["members"] or ()))
    return (alone,) if alone is not None else tuple(dict.fromkeys(everybody))


def _watchers(queue: Json | None) -> tuple[str, ...]:
    if queue is None:
        return ()
    return tuple(dict.fromkeys((*queue["agents"], *queue["supervisors"])))
