"""The workload: customers who text, agents who race, members who chat; and strangers who try.

People act on what the read model shows them, so they are often late. A wish that was not answered
is repeated with the same id, as a client with an Idempotency-Key does.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from schemas import catalog, conversation, notification, partition_key, queue
from schemas.base import ConversationId, ExtensionId, MessageId
from schemas.desk import DeclineOffer, WriteNote
from schemas.envelope import Envelope
from services.gateway.domain.rows import Row
from services.kernel import ids
from services.kernel.deciding import outgoing
from tests.simulation import town
from tests.simulation.carriers import Text
from tests.simulation.outside import browser
from tests.simulation.town import Desk, Line
from tests.simulation.world import World

_WORDS = ("hello", "is it open?", "thanks", "where are you", "ok 👍", "STOP it please")
_CONSENT = ("STOP", "stop.", "START", "HELP", "Unstop")
_CONSENT_CHANCE, _FILES_CHANCE, _STALE_CHANCE = 0.12, 0.1, 0.15
_REPEAT_SECONDS = (0.05, 5.0)
_RACE_SECONDS = 0.02


class People:
    """Everybody outside the services."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._count = 0
        self._acts: Sequence[tuple[int, Callable[[], None]]] = (
            (10, self.customer_texts),
            (6, self.agents_race),
            (6, self.agent_replies),
            (2, self.agent_releases),
            (2, self.agent_transfers),
            (2, self.agent_closes),
            (2, self.agent_declines),
            (1, self.colleague_notes),
            (5, self.agent_comes_or_goes),
            (3, self.member_writes),
            (2, self.customer_stops_midway),
            (2, self.member_marks),
            (2, self.colleagues_chat),
            (2, self.author_retries),
            (1, self.browser_comes_or_goes),
            (2, self.stranger_tries),
        )
        self._urn = [act for weight, act in self._acts for _ in range(weight)]

    def act(self) -> None:
        """Let somebody do something."""
        self._world.fate.choose(self._urn)()

    # -- customers

    def customer_texts(self) -> None:
        """A customer writes to one of our numbers, at times a word of consent, at times a file."""
        fate = self._world.fate
        places: tuple[Desk | Line, ...] = (*town.DESKS, *town.DESKS, *town.LINES)
        desk = fate.choose(places)
        words = _CONSENT if fate.happens(_CONSENT_CHANCE) else _WORDS
        files = fate.whole(1, 3) if fate.happens(_FILES_CHANCE) else 0
        carrier, sender = fate.choose(desk.carriers), fate.choose(town.CUSTOMERS)
        wrote = Text(sender, desk.number, fate.choose(words), files)
        self._world.network.text_in(carrier, wrote)

    def customer_stops_midway(self) -> None:
        """Say STOP a moment after a member has written, while the text may still be on its way."""
        fate = self._world.fate
        line, customer = fate.choose(town.LINES), fate.choose(town.CUSTOMERS)
        text_in = self._world.network.text_in
        text_in(line.carriers[0], Text(customer, line.number, "START"))
        self._world.loop.call_later(2.0, self._write_to, line, customer)
        stop = Text(customer, line.number, "STOP")
        self._world.loop.call_later(fate.between(2.0, 12.0), text_in, line.carriers[0], stop)

    # -- agents

    def agents_race(self) -> None:
        """Everybody claims the same waiting conversation, within a moment."""
        place = self._place("waiting")
        if place is None:
            return
        desk = _desk(place.values["queue_id"])
        for agent in self._world.fate.shuffled((*desk.agents, desk.supervisor)):
            claim = queue.ClaimConversation(
                queue_id=desk.queue, conversation_id=_conversation(place), agent_id=agent
            )
            self._later(_RACE_SECONDS, desk, claim)

    def agent_replies(self) -> None:
        """Whoever holds a conversation replies; at times under a claim that is over."""
        place = self._place("claimed")
        if place is None:
            return
        desk, fate = _desk(place.values["queue_id"]), self._world.fate
        epoch = int(str(place.values["epoch"]))
        reply = queue.ReplyToCustomer(
            queue_id=desk.queue,
            conversation_id=_conversation(place),
            agent_id=ExtensionId(str(place.values["holder"])),
            epoch=epoch - 1 if fate.happens(_STALE_CHANCE) else epoch,
            client_id=f"client-{self._next()}",
            text=fate.choose(_WORDS),
        )
        self._ask(desk.tenant, desk.queue, desk.queue, reply)

    def agent_releases(self) -> None:
        place = self._place("claimed")
        if place is not None:
            desk = _desk(place.values["queue_id"])
            by = self._steers(desk, place)
            release = queue.ReleaseClaim(
                queue_id=desk.queue, conversation_id=_conversation(place), by=by
            )
            self._later(_RACE_SECONDS, desk, release)

    def agent_transfers(self) -> None:
        """To a colleague, or to another queue of the same organisation or, wrongly, of another."""
        place = self._place("claimed")
        if place is None:
            return
        desk, fate = _desk(place.values["queue_id"]), self._world.fate
        to_agent = fate.choose(desk.agents) if fate.happens(0.5) else None
        transfer = queue.TransferConversation(
            queue_id=desk.queue,
            conversation_id=_conversation(place),
            by=self._steers(desk, place),
            to_agent_id=to_agent,
            to_queue_id=None if to_agent else fate.choose(town.DESKS).queue,
            note="please",
        )
        self._later(_RACE_SECONDS, desk, transfer)

    def agent_closes(self) -> None:
        place = self._place("claimed")
        if place is not None:
            desk = _desk(place.values["queue_id"])
            by = self._steers(desk, place)
            close = queue.CloseConversation(
                queue_id=desk.queue, conversation_id=_conversation(place), by=by
            )
            self._later(_RACE_SECONDS, desk, close)

    def agent_declines(self) -> None:
        """Say no to what one is asked, or to what one is not."""
        place = self._place("waiting")
        if place is not None:
            desk = _desk(place.values["queue_id"])
            no = DeclineOffer(
                queue_id=desk.queue,
                conversation_id=_conversation(place),
                agent_id=self._world.fate.choose(desk.agents),
            )
            self._later(_RACE_SECONDS, desk, no)

    def colleague_notes(self) -> None:
        """Write a note beside a conversation that one may, or may not, read."""
        place = self._any_row("queue_place")
        if place is not None:
            desk, fate = _desk(place.values["queue_id"]), self._world.fate
            note = WriteNote(
                queue_id=desk.queue,
                conversation_id=_conversation(place),
                by=fate.choose((*desk.agents, desk.supervisor)),
                text=fate.choose(_WORDS),
                mentions=(fate.choose(desk.agents),),
            )
            self._later(_RACE_SECONDS, desk, note)

    def agent_comes_or_goes(self) -> None:
        """Log in, mostly; or out, or their screens go dark, or come back."""
        fate = self._world.fate
        desk = fate.choose(town.DESKS)
        who: dict[str, Any] = {"queue_id": desk.queue, "agent_id": fate.choose(desk.agents)}
        acts: tuple[msgspec.Struct, ...] = (
            queue.LogIn(**who),
            queue.LogIn(**who),
            queue.LogIn(**who),
            queue.LogOut(**who, held=fate.choose(("release", "keep"))),
            queue.MarkAway(**who),
            queue.MarkPresent(**who),
        )
        self._ask(desk.tenant, desk.queue, desk.queue, fate.choose(acts))

    # -- members

    def member_writes(self) -> None:
        """Open a conversation from a line's number, and text in it."""
        fate = self._world.fate
        self._write_to(fate.choose(town.LINES), fate.choose(town.CUSTOMERS))

    def _write_to(self, line: Line, customer: str) -> None:
        fate = self._world.fate
        by = fate.choose(line.people)
        key = partition_key.for_sms(line.number, (customer,))
        start = conversation.StartConversation(
            kind="sms", by=by, number=line.number, counterparts=(customer,)
        )
        id_ = _sms(line, customer)
        self._ask(line.tenant, id_, key, start)
        for _ in range(fate.whole(1, 3)):
            self._ask(line.tenant, id_, key, self._line(id_, by), after=fate.between(0, 3))

    def member_marks(self) -> None:
        """Read it, mark it unread, close it, open it again."""
        fate, row = self._world.fate, self._any_row("conversation")
        if row is None:
            return
        id_, by = _conversation(row), fate.choose(town.PEOPLE[row.tenant])
        marks: tuple[msgspec.Struct, ...] = (
            conversation.MarkRead(conversation_id=id_, by=by, up_to=fate.whole(1, 9)),
            conversation.MarkRead(conversation_id=id_, by=by, up_to=fate.whole(1, 9)),
            conversation.MarkUnread(conversation_id=id_, by=by),
            conversation.CloseConversation(conversation_id=id_, by=by),
            conversation.ReopenConversation(conversation_id=id_, by=by),
        )
        self._ask(row.tenant, id_, _key_of(row), fate.choose(marks))

    def colleagues_chat(self) -> None:
        fate = self._world.fate
        tenant = fate.choose(sorted(town.PEOPLE))
        one, other = fate.shuffled(town.PEOPLE[tenant])[:2]
        id_ = ConversationId(ids.derive("conversation", tenant, "direct", *sorted((one, other))))
        start = conversation.StartConversation(kind="direct", by=one, members=(other,))
        self._ask(tenant, id_, id_, start)
        self._ask(tenant, id_, id_, self._line(id_, other), after=fate.between(0, 3))

    def author_retries(self) -> None:
        """Try a text again, mostly one that is shown as failed."""
        fate = self._world.fate
        rows = list(self._world.model.rows["delivery"].values())
        failed = [row for row in rows if row.values["status"] in ("failed", "undelivered")]
        if not rows:
            return
        id_ = MessageId(str(fate.choose(failed or rows).values["message_id"]))
        message = self._world.model.rows["message"].get((id_,))
        if message is None:
            return
        place, known = _conversation(message), self._world.model.rows["conversation"]
        by = fate.choose((message.values["author"], *town.PEOPLE[message.tenant]))
        again = conversation.RetryMessage(
            conversation_id=place, message_id=id_, by=ExtensionId(str(by))
        )
        if (place,) in known:
            self._ask(message.tenant, place, _key_of(known[place,]), again)

    def browser_comes_or_goes(self) -> None:
        fate = self._world.fate
        tenant = fate.choose(sorted(town.PEOPLE))
        person = fate.choose(town.PEOPLE[tenant])
        endpoint, p256dh, auth = browser(f"{person}-{fate.whole(1, 2)}")
        wish: msgspec.Struct = notification.UnsubscribePush(recipient=person, endpoint=endpoint)
        if fate.happens(0.7):
            wish = notification.SubscribePush(
                recipient=person, endpoint=endpoint, p256dh=p256dh, auth=auth
            )
        self._ask(tenant, person, person, wish)

    # -- strangers

    def stranger_tries(self) -> None:
        """Somebody of another organisation asks for what is not theirs; all of it is refused."""
        fate, row = self._world.fate, self._any_row("conversation")
        if row is None:
            return
        other = next(name for name in sorted(town.PEOPLE) if name != row.tenant)
        stranger, id_ = fate.choose(town.PEOPLE[other]), _conversation(row)
        desk = fate.choose([desk for desk in town.DESKS if desk.tenant == row.tenant])
        tries: tuple[msgspec.Struct, ...] = (
            self._line(id_, stranger),
            conversation.MarkRead(conversation_id=id_, by=stranger, up_to=1),
            conversation.CloseConversation(conversation_id=id_, by=stranger),
            queue.ClaimConversation(queue_id=desk.queue, conversation_id=id_, agent_id=stranger),
            queue.CloseConversation(queue_id=desk.queue, conversation_id=id_, by=stranger),
            queue.LogIn(queue_id=desk.queue, agent_id=stranger),
        )
        wish = fate.choose(tries)
        if catalog.topic_of(wish) == "queue-commands":
            self._ask(other, desk.queue, desk.queue, wish)
        else:
            self._ask(other, id_, _key_of(row), wish)

    # -- asking

    def define(self, definition: town.Definition) -> None:
        self._ask(definition.tenant, definition.subject, definition.subject, definition.data)

    def _later(self, within: float, desk: Desk, data: msgspec.Struct) -> None:
        after = self._world.fate.between(0, within)
        self._ask(desk.tenant, desk.queue, desk.queue, data, after=after)

    def _ask(
        self, tenant: str, subject: str, key: str, data: msgspec.Struct, after: float = 0.0
    ) -> None:
        """Put a wish on the log, now or a little later; at times twice, with the same id."""
        world = self._world
        id_ = ids.derive("wish", str(self._next()))
        world.loop.call_later(after, self._send, id_, tenant, subject, key, data)
        if world.fate.happens(world.fate.odds.repeated):
            again = after + world.fate.between(*_REPEAT_SECONDS)
            world.loop.call_later(again, self._send, id_, tenant, subject, key, data)

    def _send(self, id_: str, tenant: str, subject: str, key: str, data: msgspec.Struct) -> None:
        world = self._world
        if world.ended:
            return
        envelope = Envelope(
            id=id_,
            type=catalog.wire_name(data),
            source="gateway",
            subject=subject,
            time=world.database_now(),
            partitionkey=key,
            tenant=tenant,
            correlation=id_,
            data=data,
        )
        world.history.note(world.now, "wish", id=id_, type=envelope.type, tenant=tenant)
        world.publish(outgoing(catalog.topic_of(data), envelope))

    def _line(self, id_: ConversationId, by: ExtensionId) -> conversation.SendMessage:
        text = self._world.fate.choose(_WORDS)
        client = f"client-{self._next()}"
        return conversation.SendMessage(conversation_id=id_, by=by, client_id=client, text=text)

    def _next(self) -> int:
        self._count += 1
        return self._count

    # -- seeing

    def _place(self, state: str) -> Row | None:
        rows = self._world.model.rows["queue_place"].values()
        found = [row for row in rows if row.values["state"] == state]
        return self._world.fate.choose(found) if found else None

    def _any_row(self, table: str) -> Row | None:
        rows = list(self._world.model.rows[table].values())
        return self._world.fate.choose(rows) if rows else None

    def _steers(self, desk: Desk, place: Row) -> ExtensionId:
        """Choose the holder, mostly; or the supervisor, or a colleague who may not."""
        holder = ExtensionId(str(place.values["holder"]))
        return self._world.fate.choose((holder, holder, holder, desk.supervisor, *desk.agents))


def _key_of(row: Row) -> str:
    return str(row.values["partition_key"])


def _desk(queue_id: object) -> Desk:
    return next(desk for desk in town.DESKS if desk.queue == queue_id)


def _conversation(row: Row) -> ConversationId:
    return ConversationId(str(row.values["conversation_id"]))


def _sms(line: Line, customer: str) -> ConversationId:
    return ConversationId(ids.derive("conversation", line.tenant, line.number, customer))
