"""Whatever agents, customers and timers do, in any order: one holder, and nothing too early."""

from datetime import datetime, timedelta

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from schemas.base import ConversationId, ExtensionId
from schemas.desk import (
    AutomaticTextChosen,
    ConversationOffered,
    ConversationOverflowed,
    OfferEnded,
)
from schemas.queue import (
    ClaimLapsed,
    ClaimReleased,
    ClaimRenewed,
    ConversationClaimed,
    ConversationClosed,
    ConversationReopened,
    ConversationTransferred,
    FollowUpArrived,
    Held,
)
from schemas.queue_options import (
    AutomaticTexts,
    BusinessHours,
    OpenSpan,
    QueueOptions,
)
from services.queue.domain.state import Waiting, holder_of, longest_idle, offered_to
from services.queue.domain.texts import PAUSE
from services.queue.handlers import QueueHandlers
from tests.support import queue_words as words
from tests.support.stage import START, Stage

AGENTS = (words.ANA, words.BERT, words.CLEO)
CHATS = (words.CHAT, words.OTHER)
OPTIONS = QueueOptions(
    capacity_per_agent=1, claim_idle_seconds=60, waiting_alert_seconds=30,
    inactive_close_seconds=300, last_agent_for_seconds=120, away_logout_seconds=45,
    offer_for_seconds=20, overflow_after_seconds=180, overflow_queue_id=words.SALES,
    hours=BusinessHours(
        time_zone="Europe/Madrid", week=(OpenSpan(day="friday", opens="09:00", closes="10:05"),)
    ),
    texts=AutomaticTexts(
        greeting="Welcome to {queue}", nobody_available="Nobody is here",
        closed_hours="We are closed", goodbye="Goodbye",
    ),
)  # fmt: skip

agents = st.sampled_from(AGENTS)
people = st.sampled_from((*AGENTS, words.SAM))
chats = st.sampled_from(CHATS)


class AnyStory(RuleBasedStateMachine):
    """Three agents, a supervisor and two customers, whose commands come in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage("queue", QueueHandlers())
        self.now = START
        self.told: list[msgspec.Struct] = []
        self.options = OPTIONS

    @initialize(offers=st.booleans())
    def open_the_queue(self, offers: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        self.options = msgspec.structs.replace(
            OPTIONS, distribution="offer" if offers else "manual"
        )
        self.stage.tell(words.configure(words.SALES, agents=AGENTS, options=OPTIONS))
        self.stage.tell(words.configure(agents=AGENTS, options=self.options))
        for agent_id in AGENTS:
            self.stage.tell(words.log_in(agent_id))
        for chat in CHATS:
            self.stage.tell(words.customer_writes(chat))

    def tell(self, command: msgspec.Struct) -> None:
        """Say it, and say it again at once: the second time must change nothing more."""
        self.told.append(command)
        self.stage.tell(command, self.now)
        before = self.stage.parts()
        self.stage.tell(command, self.now)
        assert self.stage.parts() == before

    @rule(chat=chats, message=st.uuids())
    def a_customer_writes(self, chat: ConversationId, message: object) -> None:
        self.tell(words.customer_writes(chat, message=str(message)))

    @rule(agent=agents, chat=chats)
    def an_agent_claims(self, agent: ExtensionId, chat: ConversationId) -> None:
        self.tell(words.claim(agent, chat))

    @rule(agent=agents, chat=chats)
    def an_agent_claims_or_tries(self, agent: ExtensionId, chat: ConversationId) -> None:
        self.tell(words.claim(agent, chat))

    @rule(agent=agents, chat=chats, behind=st.integers(min_value=0, max_value=1))
    def an_agent_replies(self, agent: ExtensionId, chat: ConversationId, behind: int) -> None:
        epoch = words.place(self.stage, chat).epoch - behind
        self.tell(words.reply(agent, epoch, chat))

    @rule(chat=chats)
    def the_holder_replies(self, chat: ConversationId) -> None:
        place = words.place(self.stage, chat)
        holder = holder_of(place)
        if holder is not None:
            self.tell(words.reply(holder, place.epoch, chat))

    @rule(by=people, chat=chats)
    def somebody_releases(self, by: ExtensionId, chat: ConversationId) -> None:
        self.tell(words.release(by, chat))

    @rule(by=people, chat=chats, to=agents)
    def somebody_hands_on(self, by: ExtensionId, chat: ConversationId, to: ExtensionId) -> None:
        self.tell(words.transfer(by, chat, to_agent=to))

    @rule(by=people, chat=chats)
    def somebody_closes(self, by: ExtensionId, chat: ConversationId) -> None:
        self.tell(words.close(by, chat))

    @rule(chat=chats)
    def a_customer_opts_out(self, chat: ConversationId) -> None:
        self.tell(words.opts_out(chat))

    @rule(agent=agents, chat=chats)
    def an_agent_declines(self, agent: ExtensionId, chat: ConversationId) -> None:
        self.tell(words.decline(agent, chat))

    @rule(by=people, chat=chats, who=st.sets(agents, max_size=2))
    def somebody_writes_a_note(
        self, by: ExtensionId, chat: ConversationId, who: set[ExtensionId]
    ) -> None:
        self.told.append(words.note(by, mentions=tuple(sorted(who)), conversation_id=chat))
        self.stage.tell(self.told[-1], self.now)

    @rule(agent=agents)
    def an_agent_logs_in(self, agent: ExtensionId) -> None:
        self.tell(words.log_in(agent))

    @rule(agent=agents, held=st.sampled_from(("release", "keep")))
    def an_agent_logs_out(self, agent: ExtensionId, held: Held) -> None:
        self.tell(words.log_out(agent, held))

    @rule(agent=agents, away=st.booleans())
    def a_screen_goes_or_comes(self, agent: ExtensionId, away: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        self.tell(words.goes_away(agent) if away else words.comes_back(agent))

    @rule(who=st.sets(agents, min_size=1))
    def the_queue_is_defined_anew(self, who: set[ExtensionId]) -> None:
        self.tell(words.configure(agents=tuple(sorted(who)), options=self.options))

    @rule(seconds=st.sampled_from((1, 29, 57, 60)))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(data=st.data())
    def a_timer_rings_whenever(self, data: st.DataObject) -> None:
        """Early, late, out of order, more than once: the decider judges by the time alone."""
        timers = list(self.stage.timers.values())
        if timers:
            self.tell(data.draw(st.sampled_from(timers)).command.data)

    @rule(data=st.data())
    def an_old_command_comes_again(self, data: st.DataObject) -> None:
        if self.told:
            self.tell(data.draw(st.sampled_from(self.told)))

    @invariant()
    def the_history_has_one_holder_at_a_time_and_dense_epochs(self) -> None:
        history = History()
        for event in self.stage.log:
            history.follow(event.data, event.time)
        for chat in CHATS:
            assert history.holders.get(chat) == holder_of(words.place(self.stage, chat))

    @invariant()
    def the_roster_holds_what_the_places_say(self) -> None:
        held = words.roster(self.stage).held
        for chat in CHATS:
            holder = holder_of(words.place(self.stage, chat))
            assert [agent for agent, chats in held.items() if chat in chats] == [holder] * bool(
                holder
            )
        assert all(1 <= len(chats) <= OPTIONS.capacity_per_agent for chats in held.values())

    @invariant()
    def the_roster_asks_what_the_places_say(self) -> None:
        roster = words.roster(self.stage)
        asked = {offered_to(words.place(self.stage, chat)): chat for chat in CHATS}
        asked.pop(None, None)
        assert roster.offered == asked
        waits = {
            chat
            for chat in CHATS
            if isinstance(words.place(self.stage, chat).stage, Waiting)
            and chat not in asked.values()
        }
        offers = roster.options.distribution == "offer"
        assert {one.conversation_id for one in roster.backlog} == (waits if offers else set())

    @invariant()
    def nothing_waits_unasked_while_somebody_is_free_for_it(self) -> None:
        roster = words.roster(self.stage)
        for pending in roster.backlog:
            assert longest_idle(roster, pending.passed) is None

    @invariant()
    def the_state_is_the_fold_of_the_log(self) -> None:
        assert self.stage.refolded() == self.stage.parts()


class History:
    """Reads the log as an outsider would, and checks each step of it."""

    def __init__(self) -> None:
        self.holders: dict[str, str | None] = {}
        self.epochs: dict[str, int] = {}
        self.lapses: dict[str, datetime | None] = {}
        self.offers: dict[str, ConversationOffered] = {}
        self.texted: dict[str, datetime] = {}

    def follow(self, event: object, at: datetime) -> None:
        self._asks(event, at)
        match event:
            case ConversationClaimed() | ConversationReopened(agent_id=str()):
                self._begins(event.conversation_id, event.agent_id, event.epoch)
                self.lapses[event.conversation_id] = event.lapses_at
            case FollowUpArrived():
                assert self.holders[event.conversation_id] == event.agent_id
                self.lapses[event.conversation_id] = event.lapses_at
            case ClaimRenewed():
                assert self.holders[event.conversation_id] == event.agent_id
                assert event.epoch == self.epochs[event.conversation_id]
                self.lapses[event.conversation_id] = None
            case ClaimReleased():
                self._ends(event.conversation_id, event.agent_id)
            case ClaimLapsed():
                due = self.lapses[event.conversation_id]
                assert due is not None
                assert at >= due
                self._ends(event.conversation_id, event.agent_id)
            case ConversationTransferred():
                self._ends(event.conversation_id, event.from_agent_id)
            case ConversationClosed(agent_id=str(), reason=reason) if reason != "transferred":
                self._ends(event.conversation_id, event.agent_id)

    def _asks(self, event: object, at: datetime) -> None:
        """Check that one agent is asked at a time, and that nobody else takes it meanwhile."""
        match event:
            case ConversationOffered():
                before = self.offers.get(event.conversation_id)
                assert event.offer == (before.offer if before else 0) + 1
                assert self.holders.get(event.conversation_id) is None
                self.offers[event.conversation_id] = event
            case OfferEnded():
                offer = self.offers[event.conversation_id]
                assert (offer.agent_id, offer.offer) == (event.agent_id, event.offer)
                assert at >= offer.ends_at or event.reason != "expired"
            case ConversationOverflowed():
                self._ends(event.conversation_id, None)
            case AutomaticTextChosen():
                last = self.texted.get(event.conversation_id)
                assert last is None or at >= last + PAUSE
                self.texted[event.conversation_id] = at

    def _begins(self, chat: str, agent: str | None, epoch: int) -> None:
        assert self.holders.get(chat) is None, "two holders"
        assert epoch == self.epochs.get(chat, 0) + 1, "epochs are not dense"
        self.holders[chat], self.epochs[chat] = agent, epoch

    def _ends(self, chat: str, agent: str | None) -> None:
        assert self.holders.get(chat) == agent
        self.holders[chat] = None


TestAnyStory = AnyStory.TestCase
TestAnyStory.settings = settings(max_examples=80, stateful_step_count=50, deadline=None)
